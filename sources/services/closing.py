"""Closing captures together: on SQLite, where each commit waits for the disk, many threads share one.

Who has something to write puts it down and waits for the pen. Whoever gets it writes everything that waits by then
in one transaction, each part in a savepoint of its own, and all are told after the commit. Nobody waits for others to
come: a single writer commits at once.
"""

import threading
from collections.abc import Callable

from django.db import InterfaceError, OperationalError, connection, transaction

from sources.services.steadily import steadily


class _Part:
    """One thread's write, what came of it, and whether it is over."""

    def __init__(self, write: Callable[[], bool]) -> None:
        self.write = write
        self.is_over = False
        self.result = False
        self.error: Exception | None = None


_pen = threading.Lock()
_guard = threading.Lock()
_waiting: list[_Part] = []


def write_together(write: Callable[[], bool]) -> bool:
    """Have ``write`` done in a transaction and return what it returned, or raise what it raised.

    ``write`` may be called twice (the database was away, a neighbour's part ended the transaction): it is fenced. It
    may run in another thread of this process than the one that asks.
    """
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        return steadily(lambda: _by_itself(write))
    part = _Part(write)
    with _guard:
        _waiting.append(part)
    with _pen:
        if not part.is_over:
            with _guard:
                parts, _waiting[:] = list(_waiting), []
            _write(parts)
    if isinstance(part.error, OperationalError | InterfaceError):
        return steadily(lambda: _by_itself(write))
    if part.error is not None:
        raise part.error
    return part.result


def _by_itself(write: Callable[[], bool]) -> bool:
    with transaction.atomic():
        return write()


def _write(parts: list[_Part]) -> None:
    try:
        with transaction.atomic():
            if len(parts) == 1:
                parts[0].result = parts[0].write()
                return
            for part in parts:
                try:
                    with transaction.atomic():
                        part.result = part.write()
                except (OperationalError, InterfaceError):
                    raise
                except Exception as error:
                    part.error = error
    except Exception as error:
        for part in parts:
            part.error = error
    finally:
        for part in parts:
            part.is_over = True
