"""A cited source that changed or went away gets a dated notice on the page; the verdict stays as it is."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from claims.models import Claim, Notice, Pin
from claims.services.noticing import notice_changes
from claims.services.publishing import approve
from claims.services.rating import hand_in
from sources.models import Anchoring, Capture, CaptureState, Passage, Source, Usability
from tests.claims.services.publication_factory import a_published_claim, a_text, no_interest
from tests.claims.services.round_factory import TEXT, a_form, an_open_round, digest, given


def _pinned(cast: Any) -> tuple[Claim, Passage]:
    """A published claim of which one reviewer pinned a passage."""
    round_ = an_open_round(cast)
    given(cast, round_, cast.reviewer_a, cast.reviewer_b)
    citation = round_.claim.citations.first()
    artefact = citation.source.captures.get().artefacts.get(role="text")
    start = TEXT.index("1,980,000")
    passage = Passage.objects.create(
        artefact=artefact,
        text_sha256=artefact.sha256,
        exact="1,980,000",
        start=start,
        end=start + 9,
        created_by=cast.reviewer_a,
        created_at=timezone.now(),
    )
    Pin.objects.create(
        round=round_,
        person=cast.reviewer_a,
        citation_id=citation.public_id,
        passage=passage,
        pinned_at=timezone.now(),
    )
    for person in (cast.reviewer_a, cast.reviewer_b):
        hand_in(by=person, round_=round_, form=a_form(round_))
    no_interest(round_, cast.publisher)
    return approve(by=cast.publisher, writeup=a_text(cast, round_.claim)), passage


def _later(cast: Any, source: Source, *, verdict: str = "usable", status: int = 200) -> Capture:
    at = timezone.now() + timedelta(hours=1)
    capture = Capture.objects.create(
        source=source,
        state=CaptureState.STORED,
        requested_by=cast.editor,
        requested_at=at,
        closed_at=at,
        captured_at=at,
        url_requested=source.url,
        final_url=source.url,
        http_status=status,
        body_sha256=digest("later body"),
        warc_sha256=digest("later warc"),
    )
    Usability.objects.create(capture=capture, verdict=verdict, reason="As told.", created_at=at)
    return capture


@pytest.mark.parametrize(
    ("outcome", "kinds"),
    [("intact", []), ("moved", []), ("altered", ["source_changed"]), ("gone", ["source_changed"])],
)
def test_tells_of_a_passage_that_reads_differently_and_of_no_other(cast, outcome, kinds):
    claim, passage = _pinned(cast)
    capture = _later(cast, passage.artefact.capture.source)
    place = {} if outcome == "gone" else {"start": 1, "end": 9}
    Anchoring.objects.create(
        passage=passage, capture=capture, outcome=outcome, text_sha256=digest("t"), created_at=timezone.now(), **place
    )
    assert [notice.kind for notice in notice_changes()] == kinds
    assert notice_changes() == []
    claim.refresh_from_db()
    assert claim.publication_state == "up"
    assert claim.revisions.count() == 1


def test_tells_of_a_source_that_is_gone_once(cast):
    claim = a_published_claim(cast)
    source = claim.citations.first().source
    _later(cast, source, verdict="gone", status=410)
    (notice,) = notice_changes()
    assert (notice.kind, notice.claim, notice.put_up_by) == ("source_gone", claim, None)
    assert notice.text.startswith("Source 1 was gone when we looked on ")
    assert notice_changes() == []


def test_says_nothing_of_a_source_protected_since(cast):
    claim = a_published_claim(cast)
    source = claim.citations.first().source
    source.is_protected, source.protected_reason = True, "It would endanger a person."
    source.save()
    _later(cast, source, verdict="gone", status=410)
    assert notice_changes() == []
    assert not Notice.objects.exists()
