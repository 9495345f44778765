"""Past verdicts on similar claims, for whoever has handed in; before that they would lead (the issue’s own rule)."""

from django.contrib.auth.models import User

from claims.domain.lifecycle import RoundState
from claims.models import Rating, Round
from claims.presenters.cards import ClaimCard, card_of
from claims.querysets import dossier_of, latest_round_of
from claims.search.similar import similar_to


def past_verdicts(round_: Round, by: User) -> tuple[ClaimCard, ...]:
    """What was published on claims like that of ``round_``; nothing for somebody whose own rating is still to come.

    Whoever has no part in the round sees them once it is decided, and not before: they may be drawn yet. While the
    claim is being rated again, only who has handed in that time does: an earlier round asked the same.
    """
    newest = latest_round_of(round_.claim)
    handed_in = set(Rating.objects.filter(round__claim=round_.claim_id, person=by).values_list("round_id", flat=True))
    is_being_rated_again = newest is not None and newest.state == RoundState.OPEN and newest.pk not in handed_in
    if is_being_rated_again or (round_.state != RoundState.DECIDED and round_.pk not in handed_in):
        return ()
    claim = dossier_of(round_).claim
    texts = [str(claim.statement), str(claim.quote.original), str(claim.quote.translation)]
    texts += [str(part.text) for part in claim.parts]
    found = similar_to([text for text in texts if text], claim.language, apart_from=round_.claim_id)
    return tuple(card_of(row) for row in found)
