"""Which of Django's permissions the desk's groups carry. They open the doors of the admin and of the archive.

What somebody may do to one particular claim is decided by the services, from groups and history.
"""

from collections.abc import Mapping
from typing import Final

from django.contrib.auth.models import Group, Permission

from claims.permissions import ADJUDICATOR, EDITOR, PUBLISHER, REVIEWER

_WRITE: Final = ("claim", "speaker", "topic", "reply")
_ARCHIVE_WRITE: Final = ("source", "publisher", "capture")
_ARCHIVE_READ: Final = ("artefact", "exchange", "usability", "event")
_READ: Final = ("round", "revision")
_REMOVAL_ASK: Final = ("view_removal", "add_removal")
_REMOVAL_DO: Final = (*_REMOVAL_ASK, "change_removal", "view_legalhold", "add_legalhold", "change_legalhold")


def _view(*models: str) -> tuple[str, ...]:
    return tuple(f"view_{model}" for model in models)


def _add_change(*models: str) -> tuple[str, ...]:
    return tuple(f"{verb}_{model}" for verb in ("add", "change") for model in models)


GROUP_PERMISSIONS: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    EDITOR: {
        "claims": (
            *_view(*_WRITE, *_READ, "suggestion", "deskpage"),
            *_add_change(*_WRITE),
            "change_suggestion",
        ),
        "sources": (*_view(*_ARCHIVE_WRITE, *_ARCHIVE_READ), *_add_change(*_ARCHIVE_WRITE), *_REMOVAL_ASK),
    },
    PUBLISHER: {
        "claims": (*_view(*_WRITE, *_READ, "suggestion", "deskpage"), *_add_change("deskpage")),
        "sources": (*_view(*_ARCHIVE_WRITE, *_ARCHIVE_READ), *_REMOVAL_DO),
    },
    REVIEWER: {},
    ADJUDICATOR: {},
}


def grant(using: str) -> None:
    """Give every group exactly the permissions of the table above; safe to run again."""
    for name, by_application in GROUP_PERMISSIONS.items():
        group = Group.objects.using(using).get(name=name)
        wanted: list[Permission] = []
        for application, codenames in by_application.items():
            wanted += Permission.objects.using(using).filter(
                content_type__app_label=application, codename__in=codenames
            )
        standing = Permission.objects.using(using).filter(
            group=group, content_type__app_label__in=("claims", "sources")
        )
        if {permission.pk for permission in standing} != {permission.pk for permission in wanted}:
            group.permissions.remove(*standing)
            group.permissions.add(*wanted)
