"""Keeping rendered pages, and never an old one (docs/decisions/rendered-pages.md).

A reader's page is found by its slug in one query, which also says whether anything made it untrue since. Who renders
anew first reads what is due, then renders, then keeps the page, if nobody kept a newer one meanwhile, and takes away
exactly what was due before. A change that commits in between stays due.
"""

import gzip
import hashlib
import logging
from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings
from django.db import OperationalError, transaction
from django.db.models import F, Min, Q
from django.utils import timezone

from claims.domain.record_v1 import RevisionRecord
from claims.domain.veiling import sources_in
from claims.models import Claim, PageSubject, PublicPage, PurgeDue, RenderDue, RenderedPage, SeenAnswer
from claims.services.finding_pages import Found, Kept

logger = logging.getLogger(__name__)

SETTLED_AFTER = timedelta(seconds=60)
"""So long after a publication its page is rendered once more. A transaction that was open beside the publication did
not see yet what the page depends on, and none is open that long."""


def keep_page(*, found: Found, variant: str, content: bytes) -> Kept:
    """Keep ``content``, which was rendered after ``found`` was read; return it as it goes out.

    Somebody else's newer page is never replaced: what was due before is taken away under the token of ``found`` only,
    and a page of an older token is not shown.
    """
    etag = hashlib.sha256(content).hexdigest()[:32]
    kept = Kept(gzip.compress(content, compresslevel=6, mtime=0), etag, _modified_s(found.last, etag))
    try:
        _keep(found, variant, kept)
    except OperationalError as error:
        logger.warning("A page could not be kept; it was drawn and goes out all the same: %s", error)
    return kept


def _keep(found: Found, variant: str, kept: Kept) -> None:
    with transaction.atomic():
        if found.due and not _take_due(found):
            return
        row = RenderedPage(
            page_id=found.claim_pk,
            variant=variant,
            generation=found.generation + bool(found.due),
            body=kept.body,
            etag=kept.etag,
            modified_s=kept.modified_s,
            kept_at=timezone.now(),
        )
        RenderedPage.objects.bulk_create(
            [row],
            update_conflicts=True,
            unique_fields=["page", "variant"],
            update_fields=["generation", "body", "etag", "modified_s", "kept_at"],
        )


def keep_nothing(*, found: Found) -> None:
    """Note that there is no page to keep (it was removed), so that nothing is due any more."""
    with transaction.atomic():
        if found.due:
            _take_due(found)


def _take_due(found: Found) -> bool:
    """Take away what was due, under the token; ``False`` if somebody else took it meanwhile."""
    pages = PublicPage.objects.filter(pk=found.claim_pk, generation=found.generation)
    if not pages.update(generation=F("generation") + 1):
        return False
    RenderDue.objects.filter(pk__in=found.due).delete()
    if settings.PURGE_URL:
        PurgeDue.objects.create(page_id=found.claim_pk)
    return True


def _modified_s(last: Kept | None, etag: str) -> int:
    """When what is said changed, each change in a second of its own, so that the time alone tells them apart."""
    now = int(timezone.now().timestamp())
    if last is None:
        return now
    return last.modified_s if last.etag == etag else max(now, last.modified_s + 1)


def remember_page(*, claim: Claim, slug: str, record: RevisionRecord) -> None:
    """Know the page of ``claim`` and what it depends on; the caller's transaction holds the claim."""
    page, _ = PublicPage.objects.get_or_create(claim=claim, defaults={"slug": slug})
    speakers = {link.who.id for link in record.chain if link.who.kind == "speaker"}
    related = {relation.claim for relation in record.relations}
    subjects = {str(claim.public_id), *sources_in(record), *speakers, *related} - {""}
    PageSubject.objects.bulk_create(
        [PageSubject(page=page, subject_id=one) for one in sorted(subjects)], ignore_conflicts=True
    )
    RenderDue.objects.bulk_create(
        [RenderDue(claim=claim), RenderDue(claim=claim, due_at=timezone.now() + SETTLED_AFTER)]
    )


def pages_due(most: int) -> list[str]:
    """The slugs of at most ``most`` pages of which something is due, the longest waiting first."""
    waiting = RenderDue.objects.filter(Q(due_at=None) | Q(due_at__lte=timezone.now()))
    rows = waiting.values("claim__public_page__slug").annotate(first=Min("pk")).order_by("first")[:most]
    return [row["claim__public_page__slug"] for row in rows if row["claim__public_page__slug"]]


def forget_other_variants(variants: Sequence[str]) -> int:
    """Drop a day-old page of another version of the code; returns how many."""
    old = RenderedPage.objects.exclude(variant__in=variants).filter(kept_at__lt=timezone.now() - timedelta(days=1))
    return RenderedPage.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:500])).delete()[0]


def modified_since(*, key: str, etag: str) -> int | None:
    """The Unix second since which the address of ``key`` answers what ``etag`` tags, as far as anybody asked.

    It never stands before the change itself, and each change gets a second of its own, so that who asks by the time
    alone (``If-Modified-Since``) is never told that an older answer still holds. ``None`` where it cannot be noted.
    """
    seen = SeenAnswer.objects.filter(key=key).values_list("etag", "modified_s").first()
    if seen is not None and seen[0] == etag:
        return seen[1]
    now = int(timezone.now().timestamp())
    modified_s = max(now, seen[1] + 1) if seen else now
    row = SeenAnswer(key=key, etag=etag, modified_s=modified_s)
    try:
        with transaction.atomic():
            SeenAnswer.objects.bulk_create(
                [row], update_conflicts=True, unique_fields=["key"], update_fields=["etag", "modified_s"]
            )
    except OperationalError as error:
        logger.warning("The time of a change could not be noted; the answer goes out without it: %s", error)
        return None
    return modified_s
