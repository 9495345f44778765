"""A record as it may be read today: what was protected since it was published is not named any more (DESIGN 5.10).

The record itself, with its digest, stays as it is; only what leaves the house is veiled.
"""

from collections.abc import Mapping
from dataclasses import replace

from claims.domain.record_parts import UNNAMED_SOURCE, RecordWho, protected_source
from claims.domain.record_v1 import RecordAppearance, RecordCitation, RecordLink, RevisionRecord


def sources_in(record: RevisionRecord) -> frozenset[str]:
    """The ids of every source that ``record`` names: cited, appeared in, or speaking in the chain."""
    used = [citation.source.id for citation in record.citations]
    used += [appearance.source.id for appearance in record.appearances]
    used += [link.who.id for link in record.chain if link.who.kind == "source"]
    return frozenset(used) - {""}


def veiled(record: RevisionRecord, protected: Mapping[str, str]) -> RevisionRecord:
    """``record`` with nothing of the sources in ``protected`` (their ids, each with its reason for readers)."""
    if not protected.keys() & sources_in(record):
        return record
    return replace(
        record,
        chain=tuple(_link(link, protected) for link in record.chain),
        appearances=tuple(_appearance(appearance, protected) for appearance in record.appearances),
        citations=tuple(_citation(citation, protected) for citation in record.citations),
    )


def _link(link: RecordLink, protected: Mapping[str, str]) -> RecordLink:
    if link.who.kind != "source" or link.who.id not in protected:
        return link
    return replace(link, who=RecordWho(kind="source", id="", name=UNNAMED_SOURCE))


def _appearance(appearance: RecordAppearance, protected: Mapping[str, str]) -> RecordAppearance:
    if appearance.source.id not in protected:
        return appearance
    source = protected_source(protected[appearance.source.id])
    return replace(appearance, source=source, wording="", locator="", capture=None, why_no_capture="")


def _citation(citation: RecordCitation, protected: Mapping[str, str]) -> RecordCitation:
    if citation.source.id not in protected:
        return citation
    return replace(
        citation,
        origin="",
        note="",
        url_typed="",
        unobtainable_reason="",
        source=protected_source(protected[citation.source.id]),
        capture=None,
        passages=(),
        findings=tuple(replace(finding, note="") for finding in citation.findings),
        withdrawn=replace(citation.withdrawn, reason="The source was withdrawn.") if citation.withdrawn else None,
    )
