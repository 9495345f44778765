"""Reading a text artefact for a page: its digest is recomputed each time, and a damaged text is never shown."""

import hashlib
import logging

from sources.archive import store

logger = logging.getLogger(__name__)


class DamagedText(Exception):
    """The stored text is not what was written."""


def archived_text(sha256: str) -> str | None:
    """The text artefact of that digest, or ``None`` where the store does not have it (any more).

    Raises :class:`DamagedText` where the file is there and is another one.
    """
    try:
        raw = store.read(sha256)
    except OSError:
        return None
    if hashlib.sha256(raw).hexdigest() != sha256:
        logger.error("The stored text %s is damaged: its digest differs.", sha256)
        raise DamagedText(sha256)
    return raw.decode("utf-8", "replace")
