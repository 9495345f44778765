"""Reading a text artefact for a page."""

from sources.archive import store


def archived_text(sha256: str) -> str | None:
    """The text artefact of that digest, or ``None`` where the store does not have it (any more)."""
    try:
        return store.read(sha256).decode("utf-8", "replace")
    except OSError:
        return None
