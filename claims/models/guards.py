"""The list of the fact-check's append-only tables."""

from claims.models.publication import Redaction, Revision
from claims.models.ratings import Adjudication, Finding, LinkAnswer, Rating
from claims.models.rounds import Dossier, RecordPart
from sources.models.append_only import Guard

GUARDS: tuple[Guard, ...] = (
    Guard(RecordPart, removable=("salt", "text")),
    Guard(Dossier),
    Guard(Rating, removable=("reasons", "change_reason")),
    Guard(Finding, removable=("note",)),
    Guard(LinkAnswer),
    Guard(Adjudication, removable=("reasons",)),
    Guard(Redaction),
    Guard(Revision),
)
