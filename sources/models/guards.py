"""The list of the archive's append-only tables."""

from sources.models.append_only import Guard
from sources.models.artefacts import Artefact, Derivation, Fixity, Usability
from sources.models.captures import Capture, Exchange
from sources.models.history import Event, Removal
from sources.models.keeping import KeepRequest
from sources.models.log import LogEntry, Timestamp
from sources.models.ocr import OcrRequest
from sources.models.passages import Anchoring, Passage

GUARDS: tuple[Guard, ...] = (
    Guard(Capture, frozen_when="OLD.\"state\" <> 'open'"),
    Guard(Exchange),
    Guard(Artefact),
    Guard(Derivation, removable=("metadata",)),
    Guard(Usability, removable=("reason",)),
    Guard(Fixity),
    Guard(Passage, removable=("exact", "prefix", "suffix")),
    Guard(Anchoring, removable=("found", "reason")),
    Guard(Event, removable=("reason", "before", "after")),
    Guard(LogEntry, removable=("openings",)),
    Guard(Timestamp, frozen_when="OLD.\"state\" <> 'waiting'"),
    Guard(KeepRequest, frozen_when="OLD.\"state\" <> 'waiting'"),
    Guard(OcrRequest, frozen_when="OLD.\"state\" <> 'waiting'"),
    Guard(Removal, frozen_when='OLD."done_at" IS NOT NULL'),
)
