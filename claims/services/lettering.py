"""Letters in place of names: drawn anew each round, the same for as long as that round is shown."""

import string

from claims.models import Rating, RatingStage, Round


def letters_of(round_: Round) -> dict[int, str]:
    """The letter of each rater, by user. The order is that of their first ratings' random ids, so it tells nothing.

    Neither names nor hand-in times can be read from it, and every page and revision of the round agrees.
    """
    first = round_.ratings.filter(stage=RatingStage.FIRST).values_list("public_id", "person_id")
    ordered = [person for _, person in sorted(first, key=lambda row: row[0].hex)]
    return dict(zip(ordered, string.ascii_uppercase, strict=False))


def final_ratings(round_: Round) -> list[Rating]:
    """Each rater's last word: the rating after discussion where there is one, else the first; by letter."""
    letters = letters_of(round_)
    last: dict[int, Rating] = {}
    for stage in (RatingStage.FIRST, RatingStage.AFTER_DISCUSSION):
        for rating in round_.ratings.filter(stage=stage).prefetch_related("findings", "link_answers"):
            last[rating.person_id] = rating
    return sorted(last.values(), key=lambda rating: letters[rating.person_id])
