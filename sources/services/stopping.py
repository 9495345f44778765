"""Whether this process was told to stop, for all its threads."""

import threading

_told = threading.Event()
_left_alone = threading.Event()


def stop_taking() -> None:
    """From now on this process takes nothing more, and hands back, uncounted, what it is still busy with."""
    _told.set()


def drop_all() -> None:
    """Stop as well, but count what is in hand: whoever gave it to this process is gone, and nobody knows why."""
    _left_alone.set()
    _told.set()


def is_stopping() -> bool:
    """Whether this process was told to stop."""
    return _told.is_set()


def was_left_alone() -> bool:
    """Whether it stops because the process that it works for is gone."""
    return _left_alone.is_set()


def wait_unless_stopping(seconds: float) -> None:
    """Wait, but not in the way of an end."""
    _told.wait(seconds)
