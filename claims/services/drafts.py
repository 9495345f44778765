"""What an editor typed, as frozen values: the one thing that admin, seeds, API and import hand to ``drafting``.

A draft is whole: saving an existing claim with it makes the claim read exactly so, and rows that the draft does
not name are taken out. ``public_id`` ties a row of a draft to the row it came from; without one it is new.
Dates are EDTF text (ISO 8601-2) beside the words as printed.
"""

import uuid
from dataclasses import dataclass

from django.contrib.auth.models import User

from claims.models import Bearing, CitationKind, Claim, Role, Sensitivity, Speaker, Topic
from sources.models import Source


@dataclass(frozen=True)
class PartDraft:
    """One lettered assertion. ``letter`` is one of a to z."""

    letter: str
    text: str


@dataclass(frozen=True)
class LinkDraft:
    """One step of the chain, in the order of the tuple. Exactly one of speaker, source and unnamed is given."""

    speaker: Speaker | None = None
    role: Role | None = None
    source: Source | None = None
    unnamed: str = ""
    verb: str = "said"
    date_edtf: str = ""
    date_printed: str = ""
    place: str = ""
    is_attributed: bool = False
    public_id: uuid.UUID | None = None


@dataclass(frozen=True)
class AppearanceDraft:
    """Where it was printed or made: an existing ``source``, or an address typed in ``url_typed``."""

    source: Source | None = None
    url_typed: str = ""
    wording: str = ""
    locator: str = ""
    no_capture_reason: str = ""


@dataclass(frozen=True)
class CitationDraft:
    """A use of a source: an existing ``source``, or an address typed in ``url_typed`` (kept as typed).

    ``part`` is a letter of one of the claim's parts, or "" for the claim as a whole. ``title`` names a source
    that is new; a source that exists keeps its own.
    """

    source: Source | None = None
    url_typed: str = ""
    title: str = ""
    bears_on: str = Bearing.WHETHER_IT_IS_SO.value
    kind: str = CitationKind.SECOND_HAND.value
    is_repetition: bool = False
    part: str = ""
    origin: str = ""
    note: str = ""
    unobtainable_reason: str = ""
    public_id: uuid.UUID | None = None


@dataclass(frozen=True)
class RelationDraft:
    """What the claim is to an ``other`` one; ``kind`` is a value of ``RelationKind``."""

    kind: str
    other: Claim
    note: str = ""


@dataclass(frozen=True)
class ClaimDraft:
    """A claim as typed. ``relations`` is ``None`` where the door does not show them: they stay as they are."""

    statement: str
    language: str = "en"
    quote: str = ""
    quote_language: str = ""
    translation: str = ""
    translator: str = ""
    context: str = ""
    why_chosen: str = ""
    sensitivity: str = Sensitivity.NONE.value
    is_demonstration: bool = False
    quorum: int = 2
    single_origin_reason: str = ""
    responsible_editor: User | None = None
    topics: tuple[Topic, ...] = ()
    parts: tuple[PartDraft, ...] = ()
    links: tuple[LinkDraft, ...] = ()
    appearances: tuple[AppearanceDraft, ...] = ()
    citations: tuple[CitationDraft, ...] = ()
    relations: tuple[RelationDraft, ...] | None = None
