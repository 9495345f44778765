"""The record as a contract: it reads back whole, leaks nothing, and keeps its rules."""

import dataclasses
import json

import pytest

from claims.domain import dossier_v1, record_v1, trees
from claims.domain.record_parts import UNNAMED_SOURCE, protected_source
from claims.domain.record_schemas import READERS, read_record
from claims.domain.record_v1 import RecordAppearance, RecordLabels
from claims.domain.records import Part, RecordError, Removed, seal, unseal, verify
from tests.claims.domain import samples

REASON = "Its author would be in danger."


def test_a_record_reads_back_as_it_was_written() -> None:
    record = samples.revision_record()
    sealed = record_v1.seal_record(record, previous_sha256="e" * 64)
    assert record_v1.read(sealed.text, sealed.parts) == record
    assert verify(sealed.text, sealed.sha256, sealed.parts) == []
    root = json.loads(sealed.text)
    assert (root["schema"], root["previous_sha256"], root["kind"]) == (1, "e" * 64, "revision")


def test_a_dossier_reads_back_as_it_was_written() -> None:
    dossier = samples.dossier_of_a_round()
    sealed = dossier_v1.seal_dossier(dossier)
    assert dossier_v1.read(sealed.text, sealed.parts) == dossier
    assert verify(sealed.text, sealed.sha256, sealed.parts) == []


@pytest.mark.parametrize(
    "words",
    [
        "The quay has twelve berths",
        "Zwölf Plätze",
        "twelve places",
        "The harbour master",
        "harbour master",
        "Quay report",
        "The clerk",
        "see page 2",
        "twelve berths",
        "There are ",
        "Because.",
        "lives there",
        "everybody does",
        "The editor",
        "the office",
        "A is right.",
        "the quay report",
        "Two are closed.",
        "It was repeated.",
        "The month.",
        "http://127.0.0.1:8010/quay.html",
    ],
)
def test_words_that_may_have_to_go_stand_in_no_hashed_text(words: str) -> None:
    sealed = record_v1.seal_record(samples.revision_record(), previous_sha256=None)
    assert json.dumps(words, ensure_ascii=False) not in sealed.text
    assert words in {part.text for part in sealed.parts}


def test_labels_dates_digests_and_ids_stay_in_the_hashed_text() -> None:
    sealed = record_v1.seal_record(samples.revision_record(), previous_sha256=None)
    for kept in ("said_it", "mixed", "moderate", "c" * 64, "d" * 64, "2025-03-04", samples.ID.format(300), "shown"):
        assert kept in sealed.text


def test_a_removed_name_leaves_the_rest_readable() -> None:
    sealed = record_v1.seal_record(samples.revision_record(), previous_sha256=None)
    left = [Part(p.key, "", "") if p.key == "/chain/0/who/name" else p for p in sealed.parts]
    record = record_v1.read(sealed.text, left)
    assert isinstance(record.chain[0].who.name, Removed)
    assert record.chain[1].who.name == "The Lantern"
    again = record_v1.seal_record(record, previous_sha256=sealed.sha256)
    assert isinstance(record_v1.read(again.text, again.parts).chain[0].who.name, Removed)


def test_every_part_can_go_and_the_record_is_still_read() -> None:
    sealed = record_v1.seal_record(samples.revision_record(), previous_sha256=None)
    record = record_v1.read(sealed.text, [])
    assert record.verdict == samples.verdict()
    assert isinstance(record.headline, Removed)


def test_keys_fit_the_column_that_keeps_them() -> None:
    sealed = record_v1.seal_record(samples.revision_record(), previous_sha256=None)
    assert max(len(part.key) for part in sealed.parts) <= 200


@pytest.mark.parametrize(
    "change",
    [
        lambda tree: tree.pop("headline"),
        lambda tree: tree.update(extra=1),
        lambda tree: tree["verdict"].update(quorum="2"),
        lambda tree: tree["verdict"].update(quorum=True),
        lambda tree: tree["claim"].update(parts={}),
        lambda tree: tree.update(claim=[]),
        lambda tree: tree.update(schema=2),
        lambda tree: tree.update(kind="dossier"),
        lambda tree: tree["chain"][0].update(is_attributed=False),
        lambda tree: tree["chain"][1].update(is_attributed=True),
    ],
    ids=[
        "missing",
        "unknown",
        "type",
        "bool",
        "list",
        "object",
        "schema",
        "kind",
        "none-attributed",
        "two-attributed",
    ],
)
def test_a_tree_that_is_no_record_is_refused(change: "object") -> None:
    sealed = record_v1.seal_record(samples.revision_record(), previous_sha256=None)
    tree = unseal(sealed.text, sealed.parts)
    change(tree)  # type: ignore[operator]
    with pytest.raises(RecordError):
        record_v1.from_tree(tree)


@pytest.mark.parametrize(
    "changes",
    [
        {"note": "who gave it to us"},
        {"origin": "the clerk"},
        {"url_typed": "http://127.0.0.1:8010/quay.html"},
        {"unobtainable_reason": "he left"},
        {"capture": samples.capture()},
        {"passages": (samples.passage(),)},
        {"findings": (record_v1.RecordFinding("A", "first", "", "supports", "he says so"),)},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_a_citation_tells_nothing_of_a_protected_source(changes: dict[str, object]) -> None:
    bare: dict[str, object] = {
        "source": protected_source(REASON),
        "note": "",
        "origin": "",
        "url_typed": "",
        "capture": None,
        "passages": (),
        "findings": (record_v1.RecordFinding("A", "first", "", "supports"),),
    }
    samples.citation(**bare)
    with pytest.raises(RecordError):
        samples.citation(**{**bare, **changes})


TOLD_OF_A_SOURCE = [
    field.name
    for field in dataclasses.fields(samples.source())
    if field.name not in ("protected", "protected_reason")
]


@pytest.mark.parametrize("field", TOLD_OF_A_SOURCE)
def test_a_protected_source_is_its_reason_and_nothing_else(field: str) -> None:
    bare = protected_source(REASON)
    assert (bare.title, bare.protected_reason, bare.id, bare.url) == (UNNAMED_SOURCE, REASON, "", "")
    with pytest.raises(RecordError):
        dataclasses.replace(bare, **{field: getattr(dataclasses.replace(samples.source(), description="a"), field)})


def test_a_record_of_a_protected_source_is_read_after_a_removal() -> None:
    bare = samples.citation(
        source=protected_source(REASON), note="", origin="", url_typed="", capture=None, passages=(), findings=()
    )
    sealed = record_v1.seal_record(samples.revision_record(citations=(bare,)), previous_sha256=None)
    assert isinstance(record_v1.read(sealed.text, []).citations[0].source.protected_reason, Removed)


def test_an_appearance_tells_nothing_of_a_protected_source() -> None:
    RecordAppearance(samples.ID.format(1), protected_source(REASON), "", "", None)
    with pytest.raises(RecordError):
        RecordAppearance(samples.ID.format(1), protected_source(REASON), "the words", "", None)


DIFFERING = (
    RecordLabels(("A",), "said_it", "mixed", "low"),
    RecordLabels(("B",), "said_it", "supported", "low"),
)


@pytest.mark.parametrize(
    "changes",
    [
        {"how": "reviewers_differ"},
        {"how": "reviewers_differ", "differing": DIFFERING},
        {"how": "reviewers_differ", "attribution": "", "support": "", "confidence": "", "differing": DIFFERING[:1]},
        {"differing": DIFFERING},
        {"support": ""},
        {"how": "voted"},
    ],
    ids=["no-other", "labels-too", "only-one", "agreed-yet-differing", "no-label", "unknown"],
)
def test_a_verdict_is_one_or_they_differ(changes: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        samples.verdict(**changes)


def test_where_reviewers_differ_on_support_alone_the_attribution_is_shared() -> None:
    blank = {"how": "reviewers_differ", "attribution": "", "support": "", "confidence": ""}
    assert samples.verdict(**blank, differing=DIFFERING).shared_attribution == "said_it"
    other = RecordLabels(("B",), "said_elsewhere", "mixed", "low")
    assert samples.verdict(**blank, differing=(DIFFERING[0], other)).shared_attribution == ""
    assert samples.verdict().shared_attribution == "said_it"


def test_a_dossier_finds_its_citations_and_no_forged_ones() -> None:
    dossier = samples.dossier_of_a_round()
    assert dossier.citation(samples.ID.format(300)).number == 1
    with pytest.raises(KeyError):
        dossier.citation(samples.ID.format(999))
    assert dossier.attributed_link.position == 1
    assert [link.position for link in dossier.other_links] == [2]


def test_a_dossier_has_one_attributed_link_and_distinct_citations() -> None:
    dossier = samples.dossier_of_a_round()
    with pytest.raises(RecordError):
        samples.dossier_of_a_round(chain=dossier.chain[1:])
    with pytest.raises(RecordError):
        samples.dossier_of_a_round(citations=(*dossier.citations, *dossier.citations))
    with pytest.raises(RecordError):
        dossier_v1.from_tree({"schema": 2})


def test_a_record_holds_no_address_of_ours_in_plain_text() -> None:
    record = samples.revision_record()
    odd = dataclasses.replace(record, claim=dataclasses.replace(record.claim, slug="http://desk.example/claims/x"))
    record_v1.seal_record(record, previous_sha256=None, own_origins=["http://desk.example"])
    with pytest.raises(RecordError, match="/claim/slug"):
        record_v1.seal_record(odd, previous_sha256=None, own_origins=["http://desk.example"])


def test_every_published_schema_is_still_read() -> None:
    sealed = record_v1.seal_record(samples.revision_record(), previous_sha256=None)
    assert set(READERS) == {1}
    assert read_record(1, sealed.text, sealed.parts) == samples.revision_record()
    with pytest.raises(RecordError):
        read_record(2, sealed.text, sealed.parts)


def test_schema_1_has_the_members_that_were_published() -> None:
    """A change here is a new schema, not a new line in this list."""
    assert sorted(record_v1.to_tree(samples.revision_record())) == [
        "adjudication",
        "appearances",
        "chain",
        "citations",
        "claim",
        "dossier_sha256",
        "headline",
        "independent_origins",
        "interests",
        "kind",
        "ratings",
        "relations",
        "reply",
        "responsible_editor",
        "revision",
        "single_origin_reason",
        "summary",
        "verdict",
    ]
    sealed = seal(trees.to_tree(samples.verdict()), schema=1, previous_sha256=None)
    assert sealed.text == (
        '{"attribution":"said_it","confidence":"moderate","differing":[],"how":"agreed_after_discussion",'
        '"previous_sha256":null,"quorum":2,"raters":2,"re_rated_by_same_reviewers":false,"rubric":"1","schema":1,'
        '"support":"mixed"}'
    )
