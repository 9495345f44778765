"""Declaring that there is no interest, once a person, a round and a capacity."""

from django.contrib.auth.models import User

from claims.models import Interest, Round
from claims.services.declaring import declare_interest


def declare_none(*, by: User, round_: Round, capacity: str) -> None:
    """Write down that ``by`` has no interest in ``round_``, unless something is written down already."""
    if not Interest.objects.filter(round=round_, person=by, capacity=capacity).exists():
        declare_interest(by=by, round_=round_, is_declared=False, capacity=capacity)
