"""Who may write the archive's rows: people whose groups carry the permission. Being a superuser is not enough.

The archive knows no names of groups; whoever composes the installation gives them Django's permissions.
"""

from django.contrib.auth.models import AnonymousUser, Permission, User

from sources.domain.errors import WrongPerson


def granted(user: User | AnonymousUser) -> frozenset[str]:
    """The codenames of this application that ``user`` has through groups; none for somebody deactivated."""
    if not user.is_active or user.pk is None:
        return frozenset()
    cached = getattr(user, "_archive_permissions", None)
    if cached is None:
        codenames = Permission.objects.filter(group__user=user.pk, content_type__app_label="sources")
        cached = frozenset(codenames.values_list("codename", flat=True))
        user._archive_permissions = cached  # type: ignore[union-attr]
    return cached


def may(user: User | AnonymousUser, codename: str) -> bool:
    """Whether a group of ``user`` carries ``codename``, such as ``change_source``."""
    return codename in granted(user)


def require(user: User | AnonymousUser, codename: str) -> None:
    """Raise :class:`WrongPerson` (``not_in_group``) unless a group of ``user`` carries ``codename``."""
    if not may(user, codename):
        verb, _, noun = codename.partition("_")
        raise WrongPerson("not_in_group", f"Your account may not {verb} a {noun}. Ask an editor of the desk.")
