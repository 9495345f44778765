"""What the desk says of itself, and that it has not said, where it has not. Nothing of it is made up here."""

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import get_language, gettext_noop

from claims.models import DeskPage, DeskPageKind
from claims.presenters.wording import day, paragraphs, term

TITLES = {
    DeskPageKind.ABOUT: gettext_noop("About us"),
    DeskPageKind.OWNERSHIP: gettext_noop("Who owns this"),
    DeskPageKind.FUNDING: gettext_noop("Who pays for this"),
    DeskPageKind.STAFF: gettext_noop("Who works here"),
    DeskPageKind.CONTACT: gettext_noop("How to reach us"),
    DeskPageKind.COMPLAINTS: gettext_noop("How to complain"),
    DeskPageKind.PRIVACY: gettext_noop("Privacy"),
}
UNSAID = {
    DeskPageKind.ABOUT: gettext_noop("This desk has not said who it is. Treat what stands here with that in mind."),
    DeskPageKind.OWNERSHIP: gettext_noop("This desk has not said who owns it."),
    DeskPageKind.FUNDING: gettext_noop("This desk has not said who pays for it."),
    DeskPageKind.STAFF: gettext_noop("This desk has not said who works here."),
    DeskPageKind.CONTACT: gettext_noop("This desk has not said how to reach it."),
    DeskPageKind.COMPLAINTS: gettext_noop("This desk has not added anything to the ways below."),
    DeskPageKind.PRIVACY: gettext_noop(
        "This desk has not added anything to what holds for every installation, below."
    ),
}
PATHS = {
    DeskPageKind.ABOUT: "/about/",
    DeskPageKind.OWNERSHIP: "/about/ownership/",
    DeskPageKind.FUNDING: "/about/funding/",
    DeskPageKind.STAFF: "/about/staff/",
    DeskPageKind.CONTACT: "/about/contact/",
    DeskPageKind.COMPLAINTS: "/about/complaints/",
    DeskPageKind.PRIVACY: "/privacy/",
}


@dataclass(frozen=True)
class DeskLink:
    """One of the pages about the desk, in a list of them."""

    title: str
    path: str
    is_current: bool


@dataclass(frozen=True)
class DeskText:
    """The page's content. ``paragraphs`` is empty, and ``unsaid`` says so, where the desk has written nothing."""

    kind: str
    title: str
    path: str
    paragraphs: tuple[str, ...]
    language: str
    changed: str
    unsaid: str
    links: tuple[DeskLink, ...]


def desk_text(kind: str) -> DeskText:
    """The page of that kind, in the reader's language if the desk wrote it so, else in the one that it wrote in."""
    chosen = DeskPageKind(kind)
    row = _in_best_language(list(DeskPage.objects.filter(kind=chosen).exclude(text="")))
    return DeskText(
        kind=chosen.value,
        title=term(TITLES[chosen]),
        path=PATHS[chosen],
        paragraphs=paragraphs(row.text) if row else (),
        language=row.language if row else "",
        changed=day(row.changed_at) if row else "",
        unsaid=term(UNSAID[chosen]),
        links=tuple(DeskLink(term(TITLES[one]), PATHS[one], one == chosen) for one in DeskPageKind),
    )


def _in_best_language(rows: list[DeskPage]) -> DeskPage | None:
    wanted = (get_language() or "", settings.LANGUAGE_CODE)
    for language in wanted:
        for row in rows:
            if language and row.language.split("-", 1)[0] == language.split("-", 1)[0]:
                return row
    return rows[0] if rows else None
