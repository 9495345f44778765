"""Writing a result down although the database was away for a moment: what was fetched is not lost to a restart."""

import logging
import time
from collections.abc import Callable
from typing import TypeVar

from django.db import InterfaceError, OperationalError, connection

logger = logging.getLogger(__name__)

WAITS = (0.2, 0.5, 1.0, 2.0, 4.0, 8.0)
"""Seconds between the tries; a lease outlives them, and if not, its fence does."""

Result = TypeVar("Result")


def steadily(act: Callable[[], Result]) -> Result:
    """Call ``act``, and again where the connection broke; it has to be safe to do twice, as fenced writes are.

    Raises what the last try raised. Inside somebody else's transaction it is tried once.
    """
    for wait in WAITS:
        try:
            return act()
        except (OperationalError, InterfaceError) as error:
            if connection.in_atomic_block:
                raise
            logger.warning("The database was away; trying again in %s s: %s", wait, type(error).__name__)
            connection.close()
            time.sleep(wait)
    return act()
