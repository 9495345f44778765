"""What is answered where something public was removed on purpose."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from sources.models import Removal, RemovalReason

DEFAULT = "This was here and was removed on purpose."


def removal_page(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse | None:
    """410 or 451 with the reason, if the thing of this ``public_id`` was removed whole; else ``None``."""
    removal = Removal.objects.filter(subject_id=public_id, field="", done_at__isnull=False).first()
    if removal is None:
        return None
    ground = RemovalReason(removal.reason).label
    sentence = f"{removal.note_for_readers or DEFAULT} The ground: {ground}."
    context = {"status": removal.http_status, "error": {"sentence": sentence}}
    return render(request, "errors/refused.html", context, status=removal.http_status)
