"""Dossiers and records as the exact text that is hashed, with parts that may have to go.

The text is canonical JSON (RFC 8785), its digest is SHA-256 over its UTF-8 bytes. A part that may have to be
destroyed one day (words that may name a person, quotations) does not stand in the text; in its place stands a
commitment, ``{"removable": key, "sha256": hex}``, where ``key`` is the part's place as a JSON Pointer (RFC 6901) and
the digest is SHA-256 over a random salt of 32 bytes followed by the words in UTF-8. The words and their salt are kept
beside the text. Destroying both leaves every digest true, and without the salt the commitment tells nothing of
the words, however few words it could have been. See docs/decisions/records-and-removals.md.
"""

import hashlib
import json
import secrets
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import rfc8785

Tree: TypeAlias = Any
"""A JSON value without floats, in which a leaf may also be :class:`Removable` or :class:`Removed`."""

SALT_BYTES: Final = 32
RESERVED: Final = ("schema", "previous_sha256")
REMOVED_WORDS: Final = "[removed]"


class RecordError(ValueError):
    """A tree or a text that is no record: a fault of the program or a damaged row, never of what somebody typed."""


@dataclass(frozen=True)
class Removable:
    """Words in a tree that may have to go; sealed into a commitment. Empty words are written as they are."""

    text: str


class Removed(str):
    """What stands where words were destroyed. It reads “[removed]”, so that no page shows a gap without saying so.

    Test for it with ``isinstance``; ``key`` is the part's JSON Pointer, ``""`` where the part was gone already when
    the record was made.
    """

    key: str

    def __new__(cls, key: str = "") -> "Removed":
        made = super().__new__(cls, REMOVED_WORDS)
        made.key = key
        return made


@dataclass(frozen=True)
class Part:
    """One removable part: its JSON Pointer, its salt as 64 hexadecimal digits, its words. Both blank once removed."""

    key: str
    salt: str
    text: str

    @property
    def is_removed(self) -> bool:
        """Whether words and salt were destroyed."""
        return not self.salt


@dataclass(frozen=True)
class Sealed:
    """A record as it is stored: ``text`` and ``sha256`` for ever, ``parts`` beside it."""

    text: str
    sha256: str
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Fault:
    """Something that :func:`verify` found: a stable code, a sentence, and the part's key where there is one."""

    code: str
    sentence: str
    key: str = ""


def digest(text: str) -> str:
    """SHA-256 over the UTF-8 bytes of ``text``, as 64 hexadecimal digits."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def commitment(salt: str, text: str) -> str:
    """SHA-256 over the salt's bytes followed by the words in UTF-8, as 64 hexadecimal digits."""
    return hashlib.sha256(bytes.fromhex(salt) + text.encode("utf-8")).hexdigest()


def seal(
    tree: Mapping[str, Tree],
    *,
    schema: int,
    previous_sha256: str | None,
    own_origins: Collection[str] = (),
    salt: Callable[[], str] = lambda: secrets.token_hex(SALT_BYTES),
) -> Sealed:
    """Make the text that is stored and hashed.

    ``schema`` and ``previous_sha256`` (the digest of the record before it, or ``None``) are written at its root.
    Raises :class:`RecordError` for floats, integers beyond 2**53, NUL or lone surrogates, a key that is reserved, and
    a plain string that contains one of ``own_origins`` (such as ``https://desk.example``), since a record outlives
    the address it is served from.
    """
    if taken := [key for key in RESERVED if key in tree]:
        raise RecordError(f"{taken[0]} is written by the seal")
    parts: list[Part] = []
    body = _sealed(dict(tree), "", parts, salt, tuple(own_origins))
    text = _canonical({**body, "schema": schema, "previous_sha256": previous_sha256})
    return Sealed(text, digest(text), tuple(parts))


def unseal(text: str, parts: Iterable[Part]) -> dict[str, Tree]:
    """The tree of a stored text, its root keys ``schema`` and ``previous_sha256`` included.

    A removable leaf is its words, or :class:`Removed` where they are gone. Raises :class:`RecordError` for a text
    that is no JSON object. It does not check digests: that is :func:`verify`'s.
    """
    kept = {part.key: part for part in parts}
    tree = _parsed(text)

    def opened(node: Tree) -> Tree:
        if _is_commitment(node):
            part = kept.get(node["removable"])
            return Removed(node["removable"]) if part is None or part.is_removed else part.text
        if node == {"removed": True}:
            return Removed()
        if isinstance(node, dict):
            return {key: opened(value) for key, value in node.items()}
        if isinstance(node, list):
            return [opened(value) for value in node]
        return node

    return {key: opened(value) for key, value in tree.items()}


def removed_keys(text: str, parts: Iterable[Part]) -> tuple[str, ...]:
    """The keys of the parts of ``text`` that are gone; each should have its Removal."""
    kept = {part.key for part in parts if not part.is_removed}
    return tuple(key for key, _ in _commitments(_parsed(text)) if key not in kept)


def verify(text: str, sha256: str, parts: Iterable[Part]) -> list[Fault]:
    """What is wrong with a stored record; an empty list where nothing is.

    Codes: ``digest_differs``, ``not_canonical``, ``not_a_record``, ``part_altered``, ``part_unknown``,
    ``part_twice``, ``part_half_removed``. A part that is gone is no fault here (see :func:`removed_keys`).
    """
    faults = []
    if digest(text) != sha256:
        faults.append(Fault("digest_differs", "The text is not the one whose digest was written down."))
    try:
        tree = _parsed(text)
        if _canonical(tree) != text:
            faults.append(Fault("not_canonical", "The text is not in canonical form (RFC 8785)."))
    except RecordError as error:
        return [*faults, Fault("not_a_record", f"The text is no record: {error}.")]
    return [*faults, *_part_faults(dict(_commitments(tree)), list(parts))]


def verify_chain(sealed: Sequence[tuple[str, str]]) -> list[Fault]:
    """What is wrong with the order of records, given as (text, sha256), oldest first: ``chain_broken``."""
    faults = []
    before: str | None = None
    for number, (text, sha256) in enumerate(sealed, start=1):
        if _parsed(text).get("previous_sha256") != before:
            faults.append(Fault("chain_broken", f"Record {number} does not name the record before it."))
        before = sha256
    return faults


def _part_faults(expected: Mapping[str, str], parts: Sequence[Part]) -> Iterator[Fault]:
    seen: set[str] = set()
    for part in parts:
        if part.key in seen:
            yield Fault("part_twice", f"There are two parts called {part.key}.", part.key)
        seen.add(part.key)
        if part.key not in expected:
            yield Fault("part_unknown", f"The record has no part called {part.key}.", part.key)
        elif part.is_removed:
            if part.text:
                yield Fault("part_half_removed", f"The salt of {part.key} is gone, but its words are not.", part.key)
        elif not _matches(part, expected[part.key]):
            yield Fault("part_altered", f"The words of {part.key} are not the ones committed to.", part.key)


def _matches(part: Part, expected: str) -> bool:
    try:
        return commitment(part.salt, part.text) == expected
    except (ValueError, UnicodeEncodeError):
        return False


def _sealed(node: Tree, at: str, parts: list[Part], salt: Callable[[], str], own: tuple[str, ...]) -> Tree:
    if isinstance(node, (Removed, Removable)):
        return _sealed_words(node, at, parts, salt)
    if isinstance(node, Mapping):
        if "removable" in node or "removed" in node:
            raise RecordError(f"{at or '/'} uses a key that is kept for removals")
        return {key: _sealed(value, f"{at}/{_escaped(key)}", parts, salt, own) for key, value in node.items()}
    if isinstance(node, (list, tuple)):
        return [_sealed(value, f"{at}/{index}", parts, salt, own) for index, value in enumerate(node)]
    if isinstance(node, str):
        if any(origin in node for origin in own):
            raise RecordError(f"{at} holds an address of ours")
        return _sound(node, at)
    if node is None or isinstance(node, int):
        return node
    raise RecordError(f"{at} holds a {type(node).__name__}, which no record may")


def _sealed_words(node: Removed | Removable, at: str, parts: list[Part], salt: Callable[[], str]) -> Tree:
    if isinstance(node, Removed):
        return {"removed": True}
    words = _sound(node.text, at)
    if not words:
        return ""
    part = Part(at, salt(), words)
    parts.append(part)
    return {"removable": at, "sha256": commitment(part.salt, words)}


def _sound(text: str, at: str) -> str:
    """``text`` as it is: both databases must be able to keep it, and UTF-8 to write it."""
    if "\x00" in text:
        raise RecordError(f"{at} holds a NUL character")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise RecordError(f"{at} holds half a surrogate pair") from None
    return text


def _escaped(key: object) -> str:
    if not isinstance(key, str):
        raise RecordError(f"{key!r} is no name of a member")
    return _sound(key, key[:20]).replace("~", "~0").replace("/", "~1")


def _canonical(tree: Tree) -> str:
    try:
        return rfc8785.dumps(tree).decode("utf-8")
    except rfc8785.CanonicalizationError as error:
        raise RecordError(str(error)) from None


def _parsed(text: str) -> dict[str, Tree]:
    try:
        tree = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise RecordError("it is not JSON") from error
    if not isinstance(tree, dict):
        raise RecordError("it is not a JSON object")
    return tree


def _is_commitment(node: Tree) -> bool:
    return isinstance(node, dict) and node.keys() == {"removable", "sha256"} and isinstance(node["removable"], str)


def _commitments(node: Tree) -> Iterator[tuple[str, str]]:
    if _is_commitment(node):
        yield node["removable"], node["sha256"]
    elif isinstance(node, dict):
        for value in node.values():
            yield from _commitments(value)
    elif isinstance(node, list):
        for value in node:
            yield from _commitments(value)
