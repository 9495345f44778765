"""The two statements of a claim: which rows of the queue come next, and taking them.

Written out, since they are carried out for every capture, and putting them together would take longer than the
database does. A host is looked up in ``lease_one_a_host``, the index of what is held, and nothing is counted: a claim
takes as long with ten thousand captures in work as with ten. No value is ever part of a text.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection

_COMES_NEXT = "l.owner = '' AND l.next_at <= %s AND l.attempt < 3"
_HOST_IS_FREE = """(l.host = '' OR NOT EXISTS (
    SELECT 1 FROM sources_lease h WHERE h.host = l.host AND NOT (h.owner = '') AND NOT (h.host = '')
) AND NOT EXISTS (SELECT 1 FROM sources_hostrest r WHERE r.host = l.host AND r.until > %s))"""


class Waiting(NamedTuple):
    """A row of the queue that can be taken."""

    pk: int
    host: str
    attempt: int
    is_alone: bool


class Row(NamedTuple):
    """A row of the queue that was taken."""

    capture_pk: int
    pk: int
    fence: int
    attempt: int
    queue: str
    is_alone: bool


def pick(
    now: datetime,
    queue: str,
    *,
    most: int,
    passed: Iterable[str] = (),
    is_alone_too: bool = True,
    is_locking: bool = False,
) -> list[Waiting]:
    """What can be taken now, the next in turn first: its time has come, nobody has it, its host is free.

    Hosts in ``passed`` are left out, and without ``is_alone_too`` what is to be attempted alone. ``is_locking``: rows
    that another transaction is about to take are passed over, and these are locked.
    """
    hosts = sorted(passed)
    conditions = ["l.queue = %s", _COMES_NEXT, _HOST_IS_FREE]
    if not is_alone_too:
        conditions.append("NOT l.is_alone AND l.attempt < 2")
    if hosts:
        conditions.append(f"l.host NOT IN ({_marks(hosts)})")
    text = (
        "SELECT l.id, l.host, l.attempt, l.is_alone FROM sources_lease l "  # noqa: S608 - nothing typed stands in it
        f"WHERE {' AND '.join(conditions)} ORDER BY l.priority, l.turn, l.id LIMIT %s"
    )
    if is_locking:
        text += " FOR UPDATE OF l SKIP LOCKED"
    with connection.cursor() as cursor:
        cursor.execute(text, [queue, _time(now), _time(now), *hosts, most])
        return [Waiting(pk, host, attempt, bool(is_alone)) for pk, host, attempt, is_alone in cursor.fetchall()]


def count(now: datetime, queue: str) -> int:
    """How many can be taken now, if each had a host of its own."""
    text = f"SELECT count(*) FROM sources_lease l WHERE l.queue = %s AND {_COMES_NEXT} AND {_HOST_IS_FREE}"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(text, [queue, _time(now), _time(now)])
        return int(cursor.fetchone()[0])


def take(pks: Sequence[int], *, owner: str, now: datetime, until: datetime) -> list[Row]:
    """The conditional UPDATE that adds one to the fence. Of two workers on one row exactly one changes it.

    Whether a host is asked for something already is looked at here once more: another claim may have ended since the
    rows were picked.
    """
    text = (
        "UPDATE sources_lease AS l SET owner = %s, until = %s, stage = 'taken', "  # noqa: S608 - nor in this
        "fence = fence + 1, attempt = attempt + 1 "
        f"WHERE l.id IN ({_marks(pks)}) AND {_COMES_NEXT} AND {_HOST_IS_FREE} "
        "RETURNING capture_id, id, fence, attempt, queue, is_alone"
    )
    with connection.cursor() as cursor:
        cursor.execute(text, [owner, _time(until), *pks, _time(now), _time(now)])
        return [Row(*row) for row in cursor.fetchall()]


def _marks(values: Sequence[object]) -> str:
    return ", ".join(["%s"] * len(values))


def _time(moment: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(moment)
