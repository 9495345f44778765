"""A published claim as its page shows it: the newest record, and the live rows that may add to it."""

from dataclasses import dataclass
from urllib.parse import quote

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from claims.domain.claimreview_check import DEMONSTRATION_AUTHOR
from claims.domain.record_v1 import RevisionRecord
from claims.domain.veiling import sources_in, veiled
from claims.models import Claim, CorrectionRequest, Notice, PublicClaim, Revision
from claims.presenters import citing, evidence, history, verdicts
from claims.presenters.claimreview import as_script, claimreview
from claims.presenters.labels import attribution_sentence
from claims.presenters.lines import joined, ours, told
from claims.presenters.parts import (
    AppearanceView,
    Banner,
    ChainStep,
    CitationView,
    CiteStyle,
    HistoryEntry,
    Line,
    RatingRow,
    RelatedClaim,
    TopicView,
    Verdict,
)
from claims.presenters.replies import replies_of
from claims.presenters.today import Today, latest_looks, today_of
from claims.presenters.wording import paragraphs, sentence, term
from claims.querysets import records_of

HIDDEN = {
    "suspended": gettext_noop("The verdict is hidden while we look at it again. The reason is given above."),
    "retracted": gettext_noop(
        "We no longer stand by the verdict that stood here. The reason is given above, and in the history below."
    ),
}
HOW_RELATED = {
    ("repeats", "to"): gettext_noop("This claim repeats"),
    ("repeats", "from"): gettext_noop("Repeated by"),
    ("qualifies", "to"): gettext_noop("This claim qualifies"),
    ("qualifies", "from"): gettext_noop("Qualified by"),
    ("contradicts", "to"): gettext_noop("This claim contradicts"),
    ("contradicts", "from"): gettext_noop("Contradicted by"),
}
CAPACITIES = {
    "rater": gettext_noop("A reviewer"),
    "adjudicator": gettext_noop("The adjudicator"),
    "editor": gettext_noop("An editor"),
    "publisher": gettext_noop("The publisher"),
}


@dataclass(frozen=True)
class ClaimPage:
    """Everything on the page, in its order. ``verdict`` is ``None`` while it is hidden."""

    state: str
    url: str
    path: str
    title: str
    description: str
    is_demonstration: bool
    banners: tuple[Banner, ...]
    topics: tuple[TopicView, ...]
    attributed: str
    statement: str
    language: str
    quote: str
    quote_language: str
    translation: str
    translator: str
    chain: tuple[ChainStep, ...]
    verdict: Verdict | None
    hidden_sentence: str
    headline: str
    summary: tuple[str, ...]
    context: str
    citations: tuple[CitationView, ...]
    origins: Line
    ratings_title: str
    ratings_note: str
    ratings: tuple[RatingRow, ...]
    settlement: Line
    interests: tuple[Line, ...]
    appearances: tuple[AppearanceView, ...]
    history: tuple[HistoryEntry, ...]
    related: tuple[RelatedClaim, ...]
    replies: tuple[Line, ...]
    why_chosen: str
    editor: str
    outcomes: tuple[HistoryEntry, ...]
    cite: tuple[CiteStyle, ...]
    mail: str
    record_sha256: str
    json_ld: dict[str, object] | None

    @property
    def is_noindex(self) -> bool:
        """Whether search engines are asked to stay away."""
        return self.is_demonstration or self.state != "up"

    @property
    def files(self) -> tuple[CitationView, ...]:
        """The citations of which a reader may download the archived copy, each copy once."""
        return tuple({one.file_path: one for one in reversed(self.citations) if one.file_path}.values())[::-1]

    @property
    def is_more_archived(self) -> bool:
        """Whether there are archived copies besides, which may not be handed out."""
        return any(one.archived_path and not one.file_path for one in self.citations)

    @property
    def json_ld_block(self) -> SafeString:
        """The data block for the page's head; it is data and never runs."""
        if self.json_ld is None:
            return SafeString("")
        block = f'<script type="application/ld+json">{as_script(self.json_ld)}</script>'
        return mark_safe(block)  # noqa: S308 - as_script escapes whatever could end the element


@dataclass(frozen=True)
class _Found:
    """What the page is made of: the records, oldest first, and the live rows that may add to them."""

    state: str
    revisions: list[Revision]
    records: list[RevisionRecord]
    notices: list[Notice]
    requests: list[CorrectionRequest]
    today: Today

    @property
    def record(self) -> RevisionRecord:
        return self.records[-1]

    @property
    def is_shown(self) -> bool:
        return self.state == "up"


def _find(claim: Claim, revisions: list[Revision]) -> _Found:
    kept = records_of(revisions)
    looks = latest_looks(source for record in kept for source in sources_in(record))
    protected = {source: look.protected_reason for source, look in looks.items() if look.is_protected}
    records = [veiled(record, protected) for record in kept]
    return _Found(
        state=claim.publication_state,
        revisions=revisions,
        records=records,
        notices=list(claim.notices.order_by("put_up_at", "pk")),
        requests=list(claim.correction_requests.filter(answered_at__isnull=False).order_by("-answered_at")),
        today=today_of(records[-1].citations, looks=looks),
    )


def page_of(row: PublicClaim, *, site_url: str, desk_name: str, revisions: list[Revision] | None = None) -> ClaimPage:
    """The page of a published claim; ``revisions`` are all of its own, oldest first, where they were read already."""
    found = _find(row.claim, list(row.claim.revisions.order_by("number")) if revisions is None else revisions)
    record = found.record
    verdict = verdicts.verdict_of(record) if found.is_shown else None
    words = verdict.words if verdict else term(sentence(found.state))
    url = f"{site_url}/claims/{row.slug}/"
    language = record.claim.language
    appearances = tuple(evidence.appearance_of(one, found.today, site_url, language) for one in record.appearances)
    return ClaimPage(
        state=found.state,
        url=url,
        path=f"/claims/{row.slug}/",
        title=f"{words}: {record.claim.statement}",
        description=f"{words}. {record.headline if verdict else record.claim.statement}",
        is_demonstration=record.claim.demonstration,
        banners=history.banners_of(found.revisions, found.records, found.notices, is_shown=found.is_shown),
        topics=tuple(TopicView(topic.name, topic.slug) for topic in record.claim.topics),
        attributed=_attributed(record, is_shown=found.is_shown),
        statement=record.claim.statement,
        language=record.claim.language,
        quote=record.claim.quote.original,
        quote_language=record.claim.quote.language,
        translation=record.claim.quote.translation,
        translator=record.claim.quote.translator,
        chain=evidence.chain_of(record) if found.is_shown else evidence.bare_chain_of(record),
        verdict=verdict,
        hidden_sentence=term(HIDDEN.get(found.state, "")),
        headline=record.headline,
        summary=paragraphs(record.summary),
        context=record.claim.context,
        citations=tuple(evidence.citation_of(one, record, found.today) for one in record.citations),
        origins=evidence.origins_of(record),
        ratings_title=_ratings_title(record),
        ratings_note=_ratings_note(record),
        ratings=verdicts.rating_rows(record),
        settlement=verdicts.settlement_of(record),
        interests=_interests(record),
        appearances=appearances,
        history=_history(found),
        related=_related(record),
        replies=replies_of(record),
        why_chosen=record.claim.why_chosen,
        editor=record.responsible_editor,
        outcomes=history.outcomes_of(found.requests, record.claim.language),
        cite=_cite(record, url, desk_name),
        mail=_mail(f"{words}: {record.claim.statement}", url),
        record_sha256=found.revisions[-1].record_sha256,
        json_ld=_json_ld(record, url, verdict, appearances, (desk_name, site_url)),
    )


def _history(found: _Found) -> tuple[HistoryEntry, ...]:
    return history.history_of(found.revisions, found.records, found.notices, with_labels=found.state != "suspended")


def _cite(record: RevisionRecord, url: str, desk_name: str) -> tuple[CiteStyle, ...]:
    return citing.styles_of(
        statement=record.claim.statement,
        url=url,
        desk=DEMONSTRATION_AUTHOR if record.claim.demonstration else desk_name,
        number=record.revision.number,
        published_at=record.revision.published_at,
    )


def _mail(title: str, url: str) -> str:
    """A letter that tells of the page; it is written in the reader's own program (RFC 6068)."""
    return f"mailto:?subject={quote(title, safe='')}&body={quote(url, safe='')}"


def _json_ld(
    record: RevisionRecord,
    url: str,
    verdict: Verdict | None,
    appearances: tuple[AppearanceView, ...],
    desk: tuple[str, str],
) -> dict[str, object] | None:
    """The ClaimReview of a verdict that is shown; ``desk`` is its name and address."""
    if verdict is None:
        return None
    return claimreview(
        record,
        url=url,
        words=verdict.words,
        headline=record.headline,
        appearances=appearances,
        desk_name=desk[0],
        site_url=desk[1],
    )


def _attributed(record: RevisionRecord, *, is_shown: bool) -> str:
    name = record.attributed_link.who.name
    if not is_shown:
        return _("Attributed to {name}").format(name=name)
    return sentence(attribution_sentence(record.verdict.shared_attribution, name))


def _ratings_title(record: RevisionRecord) -> str:
    if record.verdict.raters == 1:
        return _("How the reviewer answered")
    if record.verdict.how == "agreed":
        return _("How the reviewers answered")
    return _("How the reviewers differed")


def _ratings_note(record: RevisionRecord) -> str:
    if record.verdict.raters == 1:
        return _("Rated by one reviewer; nobody else’s answer stands beside it.")
    return _("Each rated without seeing another’s answer. The letters are drawn anew for each round and name nobody.")


def _interests(record: RevisionRecord) -> tuple[Line, ...]:
    if not record.interests:
        return (ours(_("Nobody who took part declared an interest.")),)
    language = record.claim.language
    lines = []
    for one in record.interests:
        who = {"who": term(CAPACITIES.get(one.capacity, gettext_noop("Somebody")))}
        said = told(_("{who} declared: “{words}”"), language=language, of_ours=who, words=one.words)
        why = told(_("It was accepted because: “{reason}”"), language=language, reason=one.accepted_reason)
        lines.append(joined((said, why), " "))
    return tuple(lines)


def _related(record: RevisionRecord) -> tuple[RelatedClaim, ...]:
    """Relations of which both ends are published."""
    if not record.relations:
        return ()
    rows = PublicClaim.objects.filter(claim__public_id__in=[one.claim for one in record.relations], state="up")
    named = rows.values_list("claim__public_id", "slug", "statement", "language")
    published = {str(public_id): (slug, statement, language) for public_id, slug, statement, language in named}
    found = [(one, *published[one.claim]) for one in record.relations if one.claim in published]
    return tuple(
        RelatedClaim(statement, f"/claims/{slug}/", _how(one.kind, one.direction), language)
        for one, slug, statement, language in found
    )


def _how(kind: str, direction: str) -> str:
    return term(HOW_RELATED.get((kind, direction), gettext_noop("Related")))
