"""The other copies of a cited source, by date. The one that the round froze decides; the others can be looked at."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from claims.domain.dossier_v1 import Dossier, DossierCitation
from sources.domain.errors import DeskError
from sources.models import Artefact, Capture, CaptureState
from sources.services.ocr_notes import words_of_note
from sources.services.quote import read_copy

MOST = 60


@dataclass(frozen=True)
class Look:
    """One stored copy: when and how it was made, and what it is to the round."""

    id: str
    words: str
    is_frozen: bool
    is_shown: bool


@dataclass(frozen=True)
class Shown:
    """The copy that is shown in place of the frozen one: its date, and its text or why there is none."""

    when: str
    text: str
    nothing: str
    by_ocr: str = ""


class Looks:
    """The copies of every source in a dossier, in one query; and the one that ``wanted`` asks to see.

    ``wanted`` is a citation and a capture by their public ids, as they stand in an address: what does not belong
    together is passed over, and the frozen copy is shown.
    """

    def __init__(self, dossier: Dossier, wanted: str = "") -> None:
        self._wanted = wanted.partition(":")[::2]
        self._by_source: dict[str, list[Capture]] = defaultdict(list)
        ids = {row.source.id for row in dossier.citations}
        rows = Capture.objects.filter(source__public_id__in=ids, state=CaptureState.STORED).select_related("source")
        for row in rows.order_by("-captured_at", "-pk"):
            self._by_source[str(row.source.public_id)].append(row)
        self._frozen_at = dossier.frozen_at

    def of(self, citation: DossierCitation) -> tuple[Look, ...]:
        """The copies of what ``citation`` cites, newest first; nothing where the frozen one is the only one."""
        rows = self._by_source[citation.source.id]
        frozen = citation.capture.id if citation.capture else ""
        listed = [row for at, row in enumerate(rows) if at < MOST or str(row.public_id) == frozen]
        if not any(str(row.public_id) != frozen for row in listed):
            return ()
        shown = self._asked_for(citation)
        return tuple(
            Look(
                str(row.public_id),
                self._words(row, is_frozen=str(row.public_id) == frozen),
                str(row.public_id) == frozen,
                str(row.public_id) == (str(shown.public_id) if shown else frozen),
            )
            for row in listed
        )

    def shown(self, citation: DossierCitation) -> Shown | None:
        """The other copy that was asked for, or ``None`` where the frozen one stands."""
        row = self._asked_for(citation)
        if row is None:
            return None
        try:
            reading = read_copy(row)
            return Shown(_day(row.captured_at), reading.text, "", words_of_note(reading.artefact))
        except DeskError as error:
            return Shown(_day(row.captured_at), "", error.sentence)

    def by_ocr(self, citation: DossierCitation, frozen: Artefact | None) -> str:
        """The note on the text that is shown, if it was read by OCR: the ``frozen`` one, or that of another copy."""
        shown = self.shown(citation)
        return shown.by_ocr if shown else words_of_note(frozen)

    def _asked_for(self, citation: DossierCitation) -> Capture | None:
        citation_id, capture_id = self._wanted
        if citation_id != citation.id or (citation.capture and capture_id == citation.capture.id):
            return None
        return next((row for row in self._by_source[citation.source.id] if str(row.public_id) == capture_id), None)

    def _words(self, row: Capture, *, is_frozen: bool) -> str:
        when = _day(row.captured_at)
        if is_frozen:
            return f"{when}, frozen with the round"
        since = row.captured_at is not None and row.captured_at.strftime("%Y-%m-%dT%H:%M:%SZ") > self._frozen_at
        return f"{when}, {row.get_method_display()}{', made since' if since else ''}"


def _day(moment: datetime | None) -> str:
    if moment is None:
        return "undated"
    local = timezone.localtime(moment)
    return f"{local.day} {local:%B %Y, %H:%M}"


def named_look(citation_id: str, capture_id: str) -> str:
    """How an address names a copy to look at; ``""`` for what is no pair of ids."""
    try:
        return f"{UUID(citation_id)}:{UUID(capture_id)}"
    except ValueError:
        return ""
