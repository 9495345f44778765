"""The published claims that name a source, newest first, page by page."""

from dataclasses import dataclass

from claims.models import PublicClaim, PublicSource
from sources.domain.errors import BadInput
from sources.models import Source


@dataclass(frozen=True)
class Uses:
    """A slice of them: those that cite the source, and those that appeared in it; a claim can do both.

    ``after`` is the cursor of what follows both, ``""`` at the end.
    """

    cited: tuple[PublicClaim, ...]
    appeared: tuple[PublicClaim, ...]
    after: str


def uses_of(source: Source, after: str, size: int) -> Uses:
    """At most ``size`` claims that follow the cursor ``after``, the slug of the last claim before.

    Four queries, however many claims there are. Raises ``BadInput`` (``cursor_unknown``).
    """
    uses = PublicSource.objects.filter(source=source)
    if after:
        last = PublicClaim.objects.filter(slug=after[:200]).values_list("pk", flat=True).first()
        if last is None:
            raise BadInput("cursor_unknown", "This list does not go on there. Start again at its top.")
        uses = uses.filter(public_claim_id__lt=last)
    keys = list(uses.order_by("-public_claim_id").values_list("public_claim_id", flat=True).distinct()[: size + 1])
    shown = keys[:size]
    rows = PublicClaim.objects.select_related("claim").in_bulk(shown)
    kinds = set(uses.filter(public_claim__in=shown).values_list("public_claim_id", "is_appearance"))
    return Uses(
        cited=tuple(rows[key] for key in shown if key in rows and (key, False) in kinds),
        appeared=tuple(rows[key] for key in shown if key in rows and (key, True) in kinds),
        after=rows[shown[-1]].slug if len(keys) > size and shown[-1] in rows else "",
    )
