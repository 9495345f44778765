"""Real records for ``bench.search``: feeds, and pages of a source and of an article, read them; other lists do not.

Only the newest claims have one, as many at every size, and these are the claims that such pages show first; and the
first claims of the articles that are looked at, whose pages begin with these. What they name beside the rest
(``PRINTED``, ``CITED``, the first outlets) is named by so many claims at every size that each page is full; else a
ratio would measure a fuller page.
"""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import User

from claims.domain import record_v1 as v1
from claims.domain.record_parts import RecordPublisher, RecordTopic
from claims.domain.records import Sealed
from sources.models import Source
from tests.claims.presenters.records import a_citation, a_record, a_source, with_claim
from tests.claims.public.published import a_stored_capture

if TYPE_CHECKING:
    from bench.search_rows import Made, World

TOLD = 600
CORRECTED = 20
"""One claim in so many was corrected; a page of the log shows fifty of them."""
FIRST = 30_000
"""The first 300 claims of each such article, which its page puts in order, have keys below."""
OUTLETS = 3
PRINTED = (0, 1, 2, 3, 4)
CITED = (1, 8, 15, 22, 29)
CAPTURES = 10
NOTICES = 25


def is_told(pk: int, until: int) -> bool:
    """Whether the claim has a real record when there are ``until`` claims."""
    return pk > until - TOLD or (pk > until - 2 * 50 * CORRECTED and pk % CORRECTED == 0)


def is_in_an_article(pk: int, printed: Collection[int]) -> bool:
    """Whether the claim is one of the first that appeared in an article which is looked at."""
    return pk <= FIRST and not set(PRINTED).isdisjoint(printed)


def record_of(world: "World", one: "Made") -> Sealed:
    """The record of a synthetic claim, with what its public rows name."""
    outlet = world.outlets[one.outlet]
    publisher = RecordPublisher(str(outlet[1]), outlet[2])

    def source(number: int) -> Any:
        pk, public_id, title = world.sources[number]
        return a_source(id=str(public_id), title=title, url=f"https://s{pk}.example/", publisher=publisher)

    record = a_record()
    made = with_claim(
        record,
        id=str(one.claim_id),
        slug=f"claim-{one.pk}",
        statement=one.texts[0],
        topics=(RecordTopic(world.topics[one.topic], world.topics[one.topic]),),
    )
    printed = record.appearances[0]
    is_first = one.pk % CORRECTED != 0
    number, kind = (1, "first") if is_first else (2, "clarification")
    return v1.seal_record(
        replace(
            made,
            appearances=tuple(replace(printed, id=str(uuid.uuid4()), source=source(two)) for two in one.printed),
            citations=tuple(a_citation(number=at, source=source(two)) for at, two in enumerate(one.cited, 1)),
            revision=replace(record.revision, number=number, kind=kind, note="" if is_first else "Put more clearly."),
        ),
        previous_sha256=None if is_first else f"{one.pk:064x}",
    )


def captures(user: User, numbers: Sequence[int]) -> None:
    """Stored copies of the sources that are looked at: the pages of these list them."""
    for number in numbers:
        source = Source.objects.get(pk=number + 1)
        for at in range(CAPTURES):
            day = datetime(2026, 2, 1, tzinfo=UTC) + timedelta(days=at)
            times = dict.fromkeys(("requested_at", "captured_at", "closed_at"), day)
            a_stored_capture(user, source, text_sha256="", pk=capture_of(number) + at, **times)


def capture_of(number: int) -> int:
    """The first copy of a source that is looked at."""
    return number * CAPTURES + 1
