"""Every schema of record ever published, and how each is read today."""

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from claims.domain import record_v1
from claims.domain.record_v1 import RevisionRecord
from claims.domain.records import Part, RecordError

READERS: Final[Mapping[int, Callable[[str, Iterable[Part]], RevisionRecord]]] = {1: record_v1.read}


def read_record(schema: int, text: str, parts: Iterable[Part]) -> RevisionRecord:
    """The record of a stored text in any published schema; raises :class:`RecordError` for an unknown one."""
    if schema not in READERS:
        raise RecordError(f"no record of schema {schema} was ever published")
    return READERS[schema](text, parts)
