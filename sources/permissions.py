"""Who may write rows: people whose groups carry the permission. Being a superuser is not enough.

The archive knows no names of groups; whoever composes the installation gives them Django's permissions.
"""

from django.contrib.auth.models import AnonymousUser, Permission, User

from sources.domain.errors import WrongPerson


def granted(user: User | AnonymousUser) -> frozenset[str]:
    """The permissions, as ``app.codename``, that ``user`` has through groups; none for somebody deactivated."""
    if not user.is_active or user.pk is None:
        return frozenset()
    carried = Permission.objects.filter(group__user=user.pk).order_by()
    pairs = carried.values_list("content_type__app_label", "codename").distinct()
    return frozenset(f"{application}.{codename}" for application, codename in pairs)


def may(user: User | AnonymousUser, permission: str) -> bool:
    """Whether a group of ``user`` carries ``permission``, such as ``sources.change_source``."""
    return permission in granted(user)


def require(user: User | AnonymousUser, codename: str) -> None:
    """Raise :class:`WrongPerson` (``not_in_group``) unless a group of ``user`` carries ``sources.codename``."""
    if not may(user, f"sources.{codename}"):
        verb, _, noun = codename.partition("_")
        raise WrongPerson("not_in_group", f"Your account may not {verb} a {noun}. Ask an editor of the desk.")
