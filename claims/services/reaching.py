"""What this desk could not do with a claim today, from the people who are on it now."""

from collections import defaultdict

from django.contrib.auth.models import User

from claims.domain.reach import Hand, Shortfall, shortfalls
from claims.domain.separation import History
from claims.models import Claim, Interest
from claims.permissions import GROUPS
from claims.querysets import contributors_to, glass_breakers_of, open_round_of


def shortfalls_of(claim: Claim) -> tuple[Shortfall, ...]:
    """What could not be done with ``claim``. Nothing of it depends on what anybody has handed in (DESIGN 5.6)."""
    named = User.objects.filter(is_active=True, groups__name__in=GROUPS).values_list("pk", "groups__name")
    groups: dict[int, set[str]] = defaultdict(set)
    for pk, name in named:
        groups[pk].add(str(name))
    hands = tuple(Hand(pk, frozenset(names)) for pk, names in groups.items())
    round_ = open_round_of(claim)
    declared: set[int] = set()
    broken: set[int] = set()
    if round_ is not None:
        rows = Interest.objects.filter(round=round_, is_declared=True, accepted_by__isnull=True)
        declared, broken = set(rows.values_list("person_id", flat=True)), glass_breakers_of(round_)
    history = History(contributors=frozenset(contributors_to(claim)), glass_breakers=frozenset(broken))
    quorum = round_.quorum if round_ is not None else claim.quorum
    return shortfalls(hands, history, quorum=quorum, passed_over=frozenset(declared))
