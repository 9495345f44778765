"""The rows of the archive. Written by ``sources.services`` alone."""

from sources.models.artefacts import (
    Artefact,
    ArtefactRole,
    Derivation,
    Fixity,
    FixityOutcome,
    Usability,
    UsabilityVerdict,
)
from sources.models.captures import AskedBy, Capture, CaptureMethod, CaptureState, Exchange
from sources.models.finding import TextWords
from sources.models.history import Door, Event, LegalHold, Removal, RemovalReason
from sources.models.keeping import KeepRequest, KeepState
from sources.models.log import LogEntry, LogKind, Timestamp, TimestampState
from sources.models.ocr import OcrRequest, OcrState
from sources.models.passages import Anchoring, AnchoringOutcome, Passage
from sources.models.publishers import Publisher, PublisherDomain
from sources.models.queue import HostRest, Lease, LeaseQueue
from sources.models.works import Rights, Source, SourceKind

__all__ = [
    "Anchoring",
    "AnchoringOutcome",
    "Artefact",
    "ArtefactRole",
    "AskedBy",
    "Capture",
    "CaptureMethod",
    "CaptureState",
    "Derivation",
    "Door",
    "Event",
    "Exchange",
    "Fixity",
    "FixityOutcome",
    "HostRest",
    "KeepRequest",
    "KeepState",
    "Lease",
    "LeaseQueue",
    "LegalHold",
    "LogEntry",
    "LogKind",
    "OcrRequest",
    "OcrState",
    "Passage",
    "Publisher",
    "PublisherDomain",
    "Removal",
    "RemovalReason",
    "Rights",
    "Source",
    "SourceKind",
    "TextWords",
    "Timestamp",
    "TimestampState",
    "Usability",
    "UsabilityVerdict",
]
