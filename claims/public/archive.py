"""Reading a text artefact for a page."""


def archived_text(sha256: str) -> str | None:
    """None until the store is there."""
    return None
