"""Who may see the ratings of a round, and when. Every page of the desk that shows one asks here (DESIGN 5.6)."""

from django.contrib.auth.models import User

from claims.domain.lifecycle import RoundState
from claims.models import Rating, RatingStage, Round
from claims.permissions import is_member
from claims.querysets import raters_of


def may_see_ratings(user: User, round_: Round) -> bool:
    """Whether ``user`` may see all ratings of ``round_``.

    Never before the reveal. From the reveal to the decision: who rated it, and an adjudicator who has handed in their
    own blind rating. After the decision: everybody of the desk, since they are about to be published. A round that
    was superseded or abandoned keeps its ratings to itself, for the next round has the same questions.
    """
    if round_.revealed_at is None:
        return False
    if round_.state == RoundState.DECIDED:
        return is_member(user)
    if round_.state not in (RoundState.DIFFERING, RoundState.IN_ADJUDICATION):
        return False
    if user.pk in raters_of(round_):
        return True
    return (
        round_.state == RoundState.IN_ADJUDICATION
        and Rating.objects.filter(round=round_, person=user, stage=RatingStage.ADJUDICATOR).exists()
    )
