"""What is answered where something public was removed on purpose."""

import uuid

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from claims.presenters.wording import term
from sources.models import Removal, RemovalReason

DEFAULT = gettext_noop("This was here and was removed on purpose.")


def removal_page(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse | None:
    """410 or 451 with the reason, if the thing of this ``public_id`` was removed whole; else ``None``.

    With 451 goes who carries the removal out: this desk (RFC 7725, section 4).
    """
    removal = Removal.objects.filter(subject_id=public_id, field="", done_at__isnull=False).first()
    if removal is None:
        return None
    note = removal.note_for_readers or term(DEFAULT)
    sentence = _("{note} The ground: {ground}.").format(note=note, ground=term(RemovalReason(removal.reason).label))
    context = {"status": removal.http_status, "error": {"sentence": sentence}}
    response = render(request, "errors/refused.html", context, status=removal.http_status)
    if removal.http_status == 451:
        response["Link"] = f'<{settings.SITE_URL}/>; rel="blocked-by"'
    return response
