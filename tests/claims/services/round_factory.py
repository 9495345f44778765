"""Claims that are ready to be reviewed, rounds with people on them, and forms that can be handed in."""

import hashlib
import itertools
from dataclasses import replace
from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone

from claims.domain.answers import FindingAnswer, LinkAnswered, RatingForm, attribution_set_by_itself, parts_asked
from claims.models import Appearance, Citation, Claim, Link, Part, Reply, Round, Speaker
from claims.querysets import dossier_of
from claims.services.assigning import assign
from claims.services.declaring import declare_interest
from claims.services.opening import open_round
from claims.services.rating import hand_in
from sources.archive import store
from sources.models import (
    Artefact,
    ArtefactRole,
    Capture,
    CaptureState,
    Source,
    SourceKind,
    Usability,
    UsabilityVerdict,
)
from sources.services.history import record_event

TEXT = "The harbour in 2016\n\nThe register counts 1,980,000 containers for 2016, in round numbers two million."
_numbers = itertools.count(1)


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def a_source(by: User, **more: Any) -> Source:
    number = next(_numbers)
    url = f"https://example.org/report-{number}"
    values: dict[str, Any] = {
        "kind": SourceKind.WEB,
        "url": url,
        "url_key": url,
        "url_key_sha256": digest(url),
        "url_key_version": 1,
        "title": f"Report {number}",
        "title_folded": f"report {number}",
        "created_by": by,
    }
    return Source.objects.create(**{**values, **more})


def a_copy(
    by: User,
    source: Source,
    *,
    text: str = TEXT,
    verdict: str = UsabilityVerdict.USABLE.value,
    role: ArtefactRole = ArtefactRole.TEXT,
    version: str = "",
) -> Capture:
    """A stored capture with its judgement and its text; its WARC is in no archive."""
    now = timezone.now()
    capture = Capture.objects.create(
        source=source,
        state=CaptureState.STORED,
        requested_by=by,
        requested_at=now,
        closed_at=now,
        captured_at=now,
        url_requested=source.url,
        final_url=source.url,
        http_status=200,
        media_type="text/html",
        body_sha256=digest(f"body {source.pk} {text}"),
        warc_sha256=digest(f"warc {source.pk} {text}"),
    )
    Usability.objects.create(capture=capture, verdict=verdict, reason="As told.", created_at=now)
    Artefact.objects.create(
        capture=capture,
        role=role,
        version=version,
        sha256=store.keep_bytes(text.encode()),
        bytes=len(text.encode()),
        media_type="text/plain; charset=utf-8",
        created_at=now,
    )
    return capture


def a_ready_claim(by: User, *, sources: int = 2, parts: str = "", attributed: str = "speaker", **more: Any) -> Claim:
    """A claim of ``by`` that lacks nothing for a round."""
    claim = Claim.objects.create(
        **{
            "statement": f"The harbour handled two million containers in 2016 ({next(_numbers)}).",
            "created_by": by,
            "quorum": 2,
            **more,
        }
    )
    for letter in parts:
        Part.objects.create(claim=claim, letter=letter, text=f"Part {letter} of it.")
    paper = a_source(by, kind=SourceKind.OFFLINE, url="", url_key="", url_key_sha256="", title="The Morning Paper")
    Appearance.objects.create(claim=claim, source=paper, no_capture_reason="It is on paper only.")
    _chain(claim, attributed, paper)
    for position in range(1, sources + 1):
        source = a_source(by)
        a_copy(by, source)
        Citation.objects.create(claim=claim, position=position, source=source, url_typed=source.url, bears_on="both")
    Reply.objects.create(claim=claim, state="not_asked", reason="Nobody can be reached.", recorded_by=by)
    record_event(by=by, action="claim_entered", subject=claim, version=claim.version)
    return claim


def _chain(claim: Claim, attributed: str, paper: Source) -> None:
    who: dict[str, Any] = {"unnamed": "official statistics"}
    if attributed == "speaker":
        name = f"Harbour Office {next(_numbers)}"
        who = {"speaker": Speaker.objects.create(kind="organisation", name=name, name_folded=name.casefold())}
    elif attributed == "source":
        who = {"source": paper}
    Link.objects.create(claim=claim, position=1, is_attributed=True, **who)
    if attributed != "source":
        Link.objects.create(claim=claim, position=2, verb="reported", source=paper)


def a_form(round_: Round, **more: Any) -> RatingForm:
    """A form that answers everything ``round_`` asks."""
    dossier = dossier_of(round_)
    form = RatingForm(
        attribution="" if attribution_set_by_itself(dossier) else "said_it",
        support="mostly_supported",
        confidence="moderate",
        reasons="The register counts 1,980,000 of them.",
        findings=tuple(
            FindingAnswer(citation.id, part, "supports" if citation.capture else "could_not_be_read")
            for citation in dossier.citations
            for part in parts_asked(dossier, citation)
        ),
        links=tuple(LinkAnswered(link.id, "shown") for link in dossier.other_links),
    )
    return replace(form, **more)


def an_open_round(cast: Any, **more: Any) -> Round:
    return open_round(by=cast.editor, claim=a_ready_claim(cast.editor, **more))


def given(cast: Any, round_: Round, *people: User) -> None:
    """Give ``round_`` to ``people``, who declare that they have no interest in it."""
    for person in people:
        assign(by=cast.editor, round_=round_, person=person)
        declare_interest(by=person, round_=round_, is_declared=False)


def a_differing_round(cast: Any, **more: Any) -> Round:
    """Two reviewers rated it, one *mostly supported*, the other *mixed*."""
    round_ = an_open_round(cast, **more)
    given(cast, round_, cast.reviewer_a, cast.reviewer_b)
    hand_in(by=cast.reviewer_a, round_=round_, form=a_form(round_, support="mostly_supported"))
    hand_in(by=cast.reviewer_b, round_=round_, form=a_form(round_, support="mixed", confidence="low"))
    round_.refresh_from_db()
    return round_
