"""The history page of an object: its Events in plain words, newest first.

Before the reveal nobody may learn of ratings by any door, so events about ratings, interests, assignments and
broken glass are left out here always; their subjects are not the objects that have pages anyway.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from sources.models import Event

UNTOLD = ("rating_", "interest_", "assignment_", "round_assigned", "glass_", "pin_", "draft_", "evidence_request")
UNTOLD_SUBJECTS = ("rating", "ratingdraft", "assignment", "interest", "pin", "evidencerequest")
_VALUE_LIMIT = 160


@dataclass(frozen=True)
class Change:
    """One value that changed, as words."""

    what: str
    before: str
    after: str


@dataclass(frozen=True)
class Told:
    """One Event as a line."""

    at: datetime
    who: str
    what: str
    version: int | None
    door: str
    reason: str
    changes: tuple[Change, ...]


def tellable(events: QuerySet[Event]) -> QuerySet[Event]:
    """Those of ``events`` that give nothing away of a round that is being rated."""
    for prefix in UNTOLD:
        events = events.exclude(action__startswith=prefix)
    return events.exclude(subject_kind__in=UNTOLD_SUBJECTS)


def tell(event: Event) -> Told:
    """Put ``event`` into words: “claim_edited” by somebody reads “claim edited”."""
    before, after = json.loads(event.before or "{}"), json.loads(event.after or "{}")
    changes = tuple(
        Change(key.replace("_", " "), _words(before.get(key)), _words(after.get(key)))
        for key in dict.fromkeys([*before, *after])
        if before.get(key) != after.get(key) and (before.get(key) or after.get(key))
    )
    return Told(
        at=event.at,
        who=event.by.get_username() if event.by else "the program",
        what=event.action.replace("_", " "),
        version=event.version,
        door=event.get_door_display(),
        reason=event.reason,
        changes=changes,
    )


def _words(value: Any) -> str:
    if value is None or value in ("", [], {}):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        lines = [_words(each) for each in value]
        return _cut("; ".join(lines) if value and not isinstance(value[0], dict) else _counted(value, lines))
    if isinstance(value, dict):
        told = [str(each) for key, each in value.items() if each and not key.endswith("id") and each is not True]
        return ", ".join(told)
    return _cut(str(value))


def _counted(value: list[Any], lines: list[str]) -> str:
    return f"{len(value)}: " + "; ".join(line for line in lines if line)


def _cut(text: str) -> str:
    return text if len(text) <= _VALUE_LIMIT else text[: _VALUE_LIMIT - 1] + "…"


def history_response(model_admin: Any, request: HttpRequest, object_id: str) -> HttpResponse:
    """The page that lists what was done to one object."""
    obj = model_admin.get_object(request, unquote(object_id))
    if obj is None:
        redirect: HttpResponse = model_admin._get_obj_does_not_exist_redirect(request, model_admin.opts, object_id)
        return redirect
    if not model_admin.has_view_permission(request, obj):
        raise PermissionDenied
    events = tellable(Event.objects.filter(subject_id__in=model_admin.event_subjects(obj))).select_related("by")
    page = Paginator(events.order_by("-at", "-pk"), 50).get_page(request.GET.get("p"))
    context = {
        **model_admin.admin_site.each_context(request),
        "title": "History",
        "subtitle": str(obj),
        "opts": model_admin.opts,
        "object": obj,
        "page": page,
        "told": [tell(event) for event in page.object_list],
    }
    return TemplateResponse(request, "admin/object_history.html", context)
