"""The chain “A, quoted by B, reported by C”: checking its links and writing them."""

from collections.abc import Iterator

from django.db.models import F

from claims.models import Claim, Link
from claims.services.dating import date_errors, days_of
from claims.services.drafting_checks import room_in
from claims.services.drafts import LinkDraft
from sources.domain.errors import BadInput, DeskError
from sources.domain.typed_text import check_typed

_OUT_OF_THE_WAY = 10_000


def chain_errors(links: tuple[LinkDraft, ...]) -> Iterator[DeskError]:
    """What is wrong with the chain as a whole, then with each link."""
    attributed = [number for number, link in enumerate(links) if link.is_attributed]
    if not links:
        yield BadInput("claim_without_link", "Say who said it: a claim needs at least one link.", field="links")
    elif not attributed:
        yield BadInput(
            "no_attributed_link", "Mark the one link to whom the claim is attributed.", field="links-0-is_attributed"
        )
    for number in attributed[1:]:
        yield BadInput(
            "two_attributed_links",
            "Exactly one link of a claim is the attributed one; another is marked already.",
            field=f"links-{number}-is_attributed",
        )
    for number, link in enumerate(links):
        yield from _link_errors(link, f"links-{number}")


def _link_errors(link: LinkDraft, prefix: str) -> Iterator[DeskError]:
    named = sum((link.speaker is not None, link.source is not None, bool(link.unnamed.strip())))
    if named == 0:
        yield BadInput(
            "link_without_who",
            "Name a speaker, or a source in its own voice, or write words for someone unnamed.",
            field=f"{prefix}-speaker",
        )
    elif named > 1:
        yield BadInput(
            "link_with_two_whos",
            "A link names a speaker, or a source in its own voice, or someone unnamed: one of the three.",
            field=f"{prefix}-{'source' if link.source is not None else 'unnamed'}",
        )
    if link.role is not None and (link.speaker is None or link.role.speaker_id != link.speaker.pk):
        whose = f"{link.speaker} did not hold that role" if link.speaker else "Only a speaker has a role"
        yield BadInput("role_of_another", f"{whose}. Choose a role of the speaker, or none.", field=f"{prefix}-role")
    yield from check_typed(
        link.verb, field=f"{prefix}-verb", what="The verb", limit=room_in(Link, "verb"), is_required=True
    )
    for field, what in (
        ("unnamed", "The words for someone unnamed"),
        ("place", "The place"),
        ("date_printed", "The date as printed"),
    ):
        yield from check_typed(getattr(link, field), field=f"{prefix}-{field}", what=what, limit=room_in(Link, field))
    yield from date_errors(link.date_edtf, field=f"{prefix}-date_edtf")


def write_links(*, claim: Claim, drafts: tuple[LinkDraft, ...]) -> None:
    """Make the claim's chain read exactly as ``drafts``; rows keep their identity by ``public_id``."""
    kept = {link.public_id: link for link in claim.links.all()}
    wanted = {draft.public_id for draft in drafts if draft.public_id is not None}
    claim.links.exclude(public_id__in=wanted).delete()
    claim.links.update(position=F("position") + _OUT_OF_THE_WAY, is_attributed=False)
    for position, draft in enumerate(drafts, start=1):
        link = kept.get(draft.public_id) if draft.public_id in wanted else None
        if link is None:
            link = Link(claim=claim)
        link.position = position
        _fill(link, draft)
        link.save()


def _fill(link: Link, draft: LinkDraft) -> None:
    link.speaker, link.role, link.source = draft.speaker, draft.role, draft.source
    link.unnamed = draft.unnamed.strip()
    link.verb = draft.verb.strip()
    link.place = draft.place.strip()
    link.date_edtf = draft.date_edtf.strip()
    link.date_earliest_on, link.date_latest_on = days_of(draft.date_edtf)
    link.date_printed = draft.date_printed.strip()
    link.is_attributed = draft.is_attributed
