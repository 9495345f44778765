"""The pieces that the record of a revision (schema 1) and a dossier (schema 1) are both made of.

Every class is part of a published format: a field is never renamed, retyped or dropped. What changes is a new
schema in a new module beside ``record_v1`` and ``dossier_v1``. Ids are ``public_id`` texts, digests are SHA-256 in
hexadecimal, times are RFC 3339 in UTC, days are ISO 8601, ``""`` means none. ``Words`` may read back as ``Removed``.
"""

from dataclasses import dataclass

from claims.domain import edtf
from claims.domain.records import RecordError, Removed
from claims.domain.trees import Words

UNNAMED_SOURCE = "a source we cannot name"


@dataclass(frozen=True)
class RecordDate:
    """A date with the precision it really has. ``display`` is what a page prints."""

    edtf: str = ""
    earliest: str = ""
    latest: str = ""
    printed: str = ""
    display: str = ""


def record_date(text: str, printed: str = "", *, is_period: bool = False) -> RecordDate:
    """The :class:`RecordDate` of an EDTF text and of the words as printed; ``is_period`` for what lasted."""
    date = edtf.parse(text)
    return RecordDate(
        edtf=date.text,
        earliest=date.earliest.isoformat() if date.earliest else "",
        latest=date.latest.isoformat() if date.latest else "",
        printed=printed,
        display=edtf.display_period(date) if is_period else edtf.display(date),
    )


@dataclass(frozen=True)
class RecordQuote:
    """The speaker's words in the original, with their translation and who made it."""

    original: Words = ""
    language: str = ""
    translation: Words = ""
    translator: Words = ""


@dataclass(frozen=True)
class RecordPart:
    """One lettered assertion of a claim that makes several."""

    letter: str
    text: Words


@dataclass(frozen=True)
class RecordTopic:
    """A subject that the claim is filed under."""

    slug: str
    name: str


@dataclass(frozen=True)
class RecordRole:
    """What a speaker was when it was said."""

    title: Words
    organisation: Words
    place: str
    held: RecordDate


@dataclass(frozen=True)
class RecordWho:
    """Who a link of the chain is: ``kind`` is ``speaker``, ``source`` (in its own voice) or ``unnamed``.

    ``id`` is the speaker's or source's, ``""`` for someone unnamed and for a protected source. ``speaker_kind`` is
    ``person`` or ``organisation``, for a speaker only. ``is_private`` bars a page of their own.
    """

    kind: str
    id: str
    name: Words
    speaker_kind: str = ""
    is_private: bool = False
    role: RecordRole | None = None


@dataclass(frozen=True)
class RecordPublisher:
    """Who puts a source out."""

    id: str
    name: str


@dataclass(frozen=True)
class RecordSource:
    """A source as it was described. A protected one is :func:`protected_source` and nothing else."""

    id: str
    kind: str
    title: Words
    url: Words
    publisher: RecordPublisher | None
    author: Words
    published: RecordDate
    language: str
    description: Words
    rights: str
    protected: bool = False
    protected_reason: Words = ""
    is_demonstration: bool = False

    def __post_init__(self) -> None:
        """A protected source gives away nothing but that it cannot be named, and why."""
        described = (self.kind, self.author, self.language, self.description, self.rights, self.is_demonstration)
        found = (self.id, self.url, self.publisher, self.published != RecordDate())
        named = self.title != UNNAMED_SOURCE and not isinstance(self.title, Removed)
        if self.protected and (named or any(described) or any(found)):
            raise RecordError("a record tells something of a protected source")


def protected_source(reason: str) -> RecordSource:
    """All that a published record says of a protected source: that we cannot name it, and why."""
    return RecordSource(
        id="",
        kind="",
        title=UNNAMED_SOURCE,
        url="",
        publisher=None,
        author="",
        published=RecordDate(),
        language="",
        description="",
        rights="",
        protected=True,
        protected_reason=reason,
    )


@dataclass(frozen=True)
class RecordCapture:
    """The copy that was looked at. ``usability`` is a code with its reason; ``custody`` is how the bytes came."""

    id: str
    captured_at: str
    method: str
    custody: str
    usability: str
    usability_reason: Words
    http_status: int | None
    final_url: Words
    media_type: str
    body_sha256: str
    warc_sha256: str
    text_sha256: str


@dataclass(frozen=True)
class RecordPassage:
    """Words in one text artefact, by code points. ``chosen_by`` is ``editor`` or the letter of a rater."""

    id: str
    exact: Words
    prefix: Words
    suffix: Words
    start: int
    end: int
    text_sha256: str
    chosen_by: str = "editor"
    part: str = ""
    note: Words = ""


@dataclass(frozen=True)
class RecordReply:
    """That somebody was asked for evidence, and what came back. ``state`` as in the desk: asked, not_asked, …"""

    state: str
    addressee: Words = ""
    reason: Words = ""
    asked_at: str = ""
    deadline_at: str = ""
    text: Words = ""
    received_at: str = ""
