"""Who may do what, by group. A superuser has every Django permission and none of these.

Each predicate says only which hat somebody wears; whether they may wear it on *this* claim is a question of its
history (``claims.querysets.contributors_to`` and ``claims.domain.separation``).
"""

from django.contrib.auth.models import AnonymousUser, Group, User

from sources.domain.errors import WrongPerson

EDITOR = "Editor"
REVIEWER = "Reviewer"
ADJUDICATOR = "Adjudicator"
PUBLISHER = "Publisher"
GROUPS = (EDITOR, REVIEWER, ADJUDICATOR, PUBLISHER)

_ARTICLES = {EDITOR: "an editor", REVIEWER: "a reviewer", ADJUDICATOR: "an adjudicator", PUBLISHER: "a publisher"}


def groups_of(user: User | AnonymousUser) -> frozenset[str]:
    """The desk's groups that ``user`` is in; none for somebody deactivated or not logged in."""
    if not user.is_active or user.pk is None:
        return frozenset()
    return frozenset(Group.objects.filter(user=user.pk, name__in=GROUPS).values_list("name", flat=True))


def is_editor(user: User | AnonymousUser) -> bool:
    """Whether ``user`` enters and edits claims."""
    return EDITOR in groups_of(user)


def is_reviewer(user: User | AnonymousUser) -> bool:
    """Whether ``user`` rates."""
    return REVIEWER in groups_of(user)


def is_adjudicator(user: User | AnonymousUser) -> bool:
    """Whether ``user`` settles rounds on which reviewers differ."""
    return ADJUDICATOR in groups_of(user)


def is_publisher(user: User | AnonymousUser) -> bool:
    """Whether ``user`` approves, publishes, suspends and retracts."""
    return PUBLISHER in groups_of(user)


def is_member(user: User | AnonymousUser) -> bool:
    """Whether ``user`` belongs to the desk at all."""
    return bool(groups_of(user))


def require(user: User | AnonymousUser, *groups: str) -> None:
    """Raise :class:`WrongPerson` (``not_in_group``) unless ``user`` is in one of ``groups``."""
    if groups_of(user).isdisjoint(groups):
        needed = " or ".join(_ARTICLES[group] for group in groups)
        raise WrongPerson("not_in_group", f"Only {needed} may do this.")
