"""What the desk tells readers about itself: who owns it, who pays, who works here, how to reach it and complain."""

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from claims.models import DeskPage, DeskPageKind
from claims.permissions import PUBLISHER, require
from sources.domain.errors import BadInput, Several
from sources.domain.typed_text import check_language, check_typed
from sources.services.history import record_event

LONGEST = 20_000


def check_desk_page(*, by: User, kind: str, language: str, text: str) -> None:
    """Raise what is wrong with a text before it is written: ``WrongPerson``, or what is wrong at its field."""
    require(by, PUBLISHER)
    if kind not in DeskPageKind.values:
        raise BadInput("desk_page_unknown", "Choose which page it is for.", field="kind")
    errors = check_language(language.strip(), field="language", is_required=True)
    errors += check_typed(text, field="text", what="The text", limit=LONGEST)
    if errors:
        raise Several(errors)


def write_desk_page(*, by: User, kind: str, language: str, text: str) -> DeskPage:
    """Let the page of that ``kind`` read ``text`` in ``language``; blank takes the desk's words back.

    A text that changes nothing writes nothing. The event keeps what stood there before. Raises as
    :func:`check_desk_page`.
    """
    check_desk_page(by=by, kind=kind, language=language, text=text)
    words, code, now = text.strip().replace("\r\n", "\n"), language.strip(), timezone.now()
    with transaction.atomic():
        page, is_new = DeskPage.objects.get_or_create(
            kind=kind, language=code, defaults={"text": words, "changed_at": now, "changed_by": by}
        )
        current = DeskPage.objects.select_for_update(of=("self",)).get(pk=page.pk)
        before = "" if is_new else current.text
        if not is_new and before == words:
            return current
        current.text, current.changed_at, current.changed_by = words, now, by
        current.save(update_fields=["text", "changed_at", "changed_by"])
        record_event(
            by=by,
            action="desk_page_written",
            subject=current,
            before={"text": before},
            after={"kind": kind, "language": code, "text": words},
        )
    return current
