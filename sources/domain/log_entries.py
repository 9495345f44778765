"""Entries of the archive's log: a chain in which each commits to the one before it (DESIGN 5.14).

An entry is canonical JSON (RFC 8785), its digest is SHA-256 over its UTF-8 bytes, and it names the digest of the
previous entry. What it tells of a capture it does not say but commits to: SHA-256 over a random salt of 32 bytes
followed by the value in UTF-8. Value and salt (the *opening*) are kept beside the entry. Destroying them leaves
every digest of the chain true, and without the salt a commitment tells nothing of the value, however few it could
have been.
"""

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import rfc8785

SCHEMA: Final = 1
SALT_BYTES: Final = 32
FIRST: Final = "0" * 64
"""What the first entry names as the digest before it."""


class EntryError(ValueError):
    """A text that is no entry of a log: a fault of the program or a damaged row."""


@dataclass(frozen=True)
class Opening:
    """A value with the salt of its commitment, as 64 hexadecimal digits."""

    salt: str
    value: str

    @property
    def commitment(self) -> str:
        """SHA-256 over salt and value, in hexadecimal."""
        return hashlib.sha256(bytes.fromhex(self.salt) + self.value.encode()).hexdigest()


@dataclass(frozen=True)
class Entry:
    """One entry. ``at`` is ISO 8601 in UTC, ``parts`` maps each part's name to its commitment."""

    position: int
    kind: str
    subject: str
    at: str
    previous: str
    parts: Mapping[str, str]

    @property
    def text(self) -> str:
        """The exact text that is hashed."""
        fields: dict[str, Any] = {
            "schema": SCHEMA,
            "position": self.position,
            "kind": self.kind,
            "subject": self.subject,
            "at": self.at,
            "previous_sha256": self.previous,
            "parts": dict(self.parts),
        }
        return rfc8785.dumps(fields).decode()


def open_parts(values: Mapping[str, str]) -> dict[str, Opening]:
    """An opening with a salt of its own for each value."""
    return {name: Opening(secrets.token_hex(SALT_BYTES), value) for name, value in values.items()}


def digest_of(text: str) -> str:
    """SHA-256 of an entry's text, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def read_entry(text: str) -> Entry:
    """Read an entry back. Raises :class:`EntryError` for anything that is not the canonical text of one."""
    try:
        fields = json.loads(text)
        entry = Entry(
            position=int(fields["position"]),
            kind=str(fields["kind"]),
            subject=str(fields["subject"]),
            at=str(fields["at"]),
            previous=str(fields["previous_sha256"]),
            parts={str(name): str(value) for name, value in fields["parts"].items()},
        )
        is_canonical = fields["schema"] == SCHEMA and entry.text == text
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise EntryError("this is no entry of the log") from error
    if not is_canonical:
        raise EntryError("this is not the canonical text of an entry")
    return entry


def dump_openings(openings: Mapping[str, Opening]) -> str:
    """Openings as they are kept beside an entry."""
    return rfc8785.dumps({name: [opening.salt, opening.value] for name, opening in openings.items()}).decode()


def load_openings(text: str) -> dict[str, Opening]:
    """What :func:`dump_openings` wrote; "" (destroyed) gives none. Raises :class:`EntryError`."""
    try:
        return {str(name): Opening(str(pair[0]), str(pair[1])) for name, pair in json.loads(text or "{}").items()}
    except (ValueError, TypeError, AttributeError, IndexError, KeyError) as error:
        raise EntryError("these are no openings of an entry") from error


def false_parts(entry: Entry, openings: Mapping[str, Opening]) -> list[str]:
    """The names of parts whose opening is missing, or does not open what the entry commits to."""
    wrong = []
    for name, commitment in entry.parts.items():
        opening = openings.get(name)
        try:
            is_true = opening is not None and opening.commitment == commitment
        except ValueError:
            is_true = False
        if not is_true:
            wrong.append(name)
    return wrong + sorted(set(openings) - set(entry.parts))
