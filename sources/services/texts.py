"""Which text of a copy is *the* text: the one that people read, and that passages point at."""

from collections.abc import Iterable

from sources.models import Artefact, ArtefactRole
from sources.models.artefacts import READ


def the_text(artefacts: Iterable[Artefact]) -> Artefact | None:
    """The newest text that was made of the bytes themselves; without one, the newest that was read by OCR.

    A text that was read from pictures replaces no other, however late it comes.
    """
    texts = [artefact for artefact in artefacts if artefact.role in READ]
    return max(texts, key=lambda row: (row.role == ArtefactRole.TEXT, row.created_at, row.pk), default=None)
