"""The dossier of a round, schema 1: what its reviewers were shown, frozen.

It never leaves the house (only its digest does, in the record), so it names protected sources by their digests too.
Ratings, pins and findings are no part of it: they name its citations and links by ``id``.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from claims.domain import trees
from claims.domain.record_parts import (
    RecordCapture,
    RecordDate,
    RecordPart,
    RecordPassage,
    RecordQuote,
    RecordReply,
    RecordWho,
)
from claims.domain.records import Part, RecordError, Sealed, Tree, seal, unseal
from claims.domain.trees import Words

SCHEMA: Final = 1
KIND: Final = "dossier"


@dataclass(frozen=True)
class DossierClaim:
    """The wording that is rated."""

    id: str
    version: int
    language: str
    statement: Words
    quote: RecordQuote
    parts: tuple[RecordPart, ...]
    context: Words
    sensitivity: str
    demonstration: bool


@dataclass(frozen=True)
class DossierLink:
    """One step of the chain."""

    id: str
    position: int
    verb: str
    who: RecordWho
    date: RecordDate
    place: Words
    is_attributed: bool


@dataclass(frozen=True)
class DossierSource:
    """Which source is meant, and how the reviewers saw it described."""

    id: str
    kind: str
    title: Words
    url: Words
    publisher: str
    author: Words
    published: RecordDate
    description: Words
    is_demonstration: bool


@dataclass(frozen=True)
class DossierAppearance:
    """Where the claim appeared, with the copy that was frozen."""

    id: str
    source: DossierSource
    wording: Words
    locator: str
    capture: RecordCapture | None
    why_no_capture: Words


@dataclass(frozen=True)
class DossierCitation:
    """A citation with the copy and the editor's passages that were frozen."""

    id: str
    number: int
    kind: str
    bears_on: str
    is_repetition: bool
    part: str
    origin: Words
    note: Words
    url_typed: Words
    unobtainable_reason: Words
    source: DossierSource
    capture: RecordCapture | None
    passages: tuple[RecordPassage, ...]


@dataclass(frozen=True)
class Dossier:
    """All of it. ``rubric`` is the version of the scale file, ``frozen_at`` the time it was made."""

    kind: str
    claim: DossierClaim
    chain: tuple[DossierLink, ...]
    appearances: tuple[DossierAppearance, ...]
    citations: tuple[DossierCitation, ...]
    independent_origins: int
    single_origin_reason: Words
    reply: RecordReply | None
    rubric: str
    quorum: int
    frozen_at: str

    def __post_init__(self) -> None:
        """Its kind, exactly one attributed link, and citations told apart."""
        if self.kind != KIND:
            raise RecordError(f"a text of kind {self.kind!r} is no dossier")
        if sum(link.is_attributed for link in self.chain) != 1:
            raise RecordError("exactly one link of a chain is the attributed one")
        if len({citation.id for citation in self.citations}) != len(self.citations):
            raise RecordError("two citations have one id")

    @property
    def attributed_link(self) -> DossierLink:
        """The link that the claim is attributed to."""
        return next(link for link in self.chain if link.is_attributed)

    @property
    def other_links(self) -> tuple[DossierLink, ...]:
        """The links on which a rater answers shown, not shown or contradicted."""
        return tuple(link for link in self.chain if not link.is_attributed)

    def citation(self, id_: str) -> DossierCitation:
        """The citation of that id; raises ``KeyError``: a forged one."""
        for citation in self.citations:
            if citation.id == id_:
                return citation
        raise KeyError(id_)


def to_tree(dossier: Dossier) -> dict[str, Tree]:
    """What :func:`claims.domain.records.seal` takes."""
    return trees.to_tree(dossier)


def seal_dossier(dossier: Dossier, *, previous_sha256: str | None = None, own_origins: Iterable[str] = ()) -> Sealed:
    """The stored text of ``dossier``, its digest and its removable parts."""
    return seal(to_tree(dossier), schema=SCHEMA, previous_sha256=previous_sha256, own_origins=tuple(own_origins))


def from_tree(tree: dict[str, Tree]) -> Dossier:
    """The dossier of an unsealed tree; raises :class:`RecordError` for another schema or what does not fit."""
    if tree.get("schema") != SCHEMA:
        raise RecordError(f"schema {tree.get('schema')!r} is not {SCHEMA}")
    return trees.from_tree(Dossier, {k: v for k, v in tree.items() if k not in ("schema", "previous_sha256")})


def read(text: str, parts: Iterable[Part]) -> Dossier:
    """The dossier of a stored text and its parts, with ``Removed`` where words were destroyed."""
    return from_tree(unseal(text, parts))
