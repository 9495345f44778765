"""Taking over, or correcting, what a page claims of itself: title, author and date, which nobody has checked."""

import re
from dataclasses import dataclass, replace

from django.contrib.auth.models import User
from django.db import transaction

from sources.domain.edtf import parse
from sources.domain.errors import DeskError, WrongState
from sources.models import Capture, CaptureState, Source
from sources.services.derive import claimed_by_page
from sources.services.describing import describe_source, draft_of
from sources.services.remove import removals_of

_DAY = re.compile(r"\s*(\d{4}(?:-\d{2}(?:-\d{2})?)?)(?=[T\s]|$)")
_LOOKED_AT = 10


@dataclass(frozen=True)
class Claimed:
    """What a copy says of itself, "" for nothing; ``published_edtf`` is the day, where it can only mean one."""

    capture: Capture
    title: str
    author: str
    published: str
    published_edtf: str
    site_name: str


def claimed_of(source: Source) -> Claimed | None:
    """The claims of the newest copy of ``source`` that makes any; of the last few copies, one is looked for."""
    stored = source.captures.filter(state=CaptureState.STORED).order_by("-captured_at", "-pk")[:_LOOKED_AT]
    captures = list(stored)
    removed = removals_of(captures)
    for capture in captures:
        said = {} if capture.pk in removed else claimed_by_page(capture)
        title, author, published = (str(said.get(name, "")) for name in ("title", "author", "published"))
        if title or author or published:
            day, site = edtf_of(published), str(said.get("site_name", ""))
            return Claimed(capture, title[:500], author[:300], published, day, site)
    return None


def edtf_of(published: str) -> str:
    """The day of a claimed date, or ``""`` where it is not written so that it can only mean one (ISO 8601)."""
    found = _DAY.match(published)
    try:
        return parse(found.group(1)).text if found else ""
    except DeskError:
        return ""


def take_over(*, by: User, source: Source, capture: Capture, title: str, author: str, published_edtf: str) -> Source:
    """Describe ``source`` by what ``capture`` claims, as somebody read and corrected it.

    Raises as ``describe_source``, and ``WrongState`` (``copy_of_another``).
    """
    if capture.source_id != source.pk:
        raise WrongState("copy_of_another", "This copy is of another source.")
    with transaction.atomic():
        current = Source.objects.select_for_update().get(pk=source.pk)
        draft = replace(draft_of(current), title=title, author=author, published_edtf=published_edtf)
        return describe_source(
            by=by,
            source=current,
            draft=draft,
            action="source_claims_taken_over",
            reason=f"From what the copy {capture.public_id} claims of itself.",
        )
