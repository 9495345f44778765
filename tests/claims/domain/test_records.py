"""Sealing, removing and verifying, down to the byte."""

import hashlib
import itertools
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.domain.records import (
    REMOVED_WORDS,
    Part,
    RecordError,
    Removable,
    Removed,
    commitment,
    digest,
    removed_keys,
    seal,
    unseal,
    verify,
    verify_chain,
)

TREE = {"name": Removable("A. Person"), "list": [{"note": Removable("“words”")}, 3], "plain": "é/~", "none": None}

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=30)
leaves = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | texts | st.builds(Removable, texts)
names = texts.filter(lambda name: name not in ("removable", "removed", "schema", "previous_sha256"))
trees = st.dictionaries(
    names,
    st.recursive(
        leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3), max_leaves=8
    ),
    max_size=4,
)


def _opened(tree: Any) -> Any:
    """``tree`` with the words themselves where they may have to go."""
    if isinstance(tree, Removable):
        return tree.text
    if isinstance(tree, dict):
        return {key: _opened(value) for key, value in tree.items()}
    if isinstance(tree, list):
        return [_opened(value) for value in tree]
    return tree


def _without(parts: tuple[Part, ...], key: str) -> list[Part]:
    return [Part(part.key, "", "") if part.key == key else part for part in parts]


def test_the_text_is_canonical_and_says_its_schema_and_what_came_before() -> None:
    sealed = seal({"b": 1, "a": "x"}, schema=1, previous_sha256=None)
    assert sealed.text == '{"a":"x","b":1,"previous_sha256":null,"schema":1}'
    assert sealed.sha256 == hashlib.sha256(sealed.text.encode()).hexdigest()


def test_a_removable_part_stands_in_the_text_only_as_a_salted_digest() -> None:
    sealed = seal(TREE, schema=1, previous_sha256=None)
    assert "Person" not in sealed.text
    assert [part.key for part in sealed.parts] == ["/name", "/list/0/note"]
    part = sealed.parts[0]
    assert len(bytes.fromhex(part.salt)) == 32
    expected = hashlib.sha256(bytes.fromhex(part.salt) + b"A. Person").hexdigest()
    assert json.loads(sealed.text)["name"] == {"removable": "/name", "sha256": expected}


def test_two_seals_of_one_tree_commit_differently() -> None:
    one, other = (seal(TREE, schema=1, previous_sha256=None) for _ in range(2))
    assert one.sha256 != other.sha256
    assert {part.salt for part in one.parts}.isdisjoint(part.salt for part in other.parts)


def test_a_removed_part_keeps_every_digest_true() -> None:
    sealed = seal(TREE, schema=1, previous_sha256=None)
    left = _without(sealed.parts, "/name")
    assert verify(sealed.text, sealed.sha256, left) == []
    assert removed_keys(sealed.text, left) == ("/name",)
    tree = unseal(sealed.text, left)
    assert isinstance(tree["name"], Removed)
    assert (tree["name"].key, str(tree["name"])) == ("/name", REMOVED_WORDS)
    assert tree["list"][0]["note"] == "“words”"


def test_a_part_whose_row_is_gone_altogether_reads_as_removed() -> None:
    sealed = seal(TREE, schema=1, previous_sha256=None)
    assert set(removed_keys(sealed.text, [])) == {"/name", "/list/0/note"}
    assert isinstance(unseal(sealed.text, [])["name"], Removed)


def test_what_is_left_of_a_removed_part_tells_nothing_even_to_who_guesses_the_words() -> None:
    """Without the salt no guess can be checked: the digest of a right guess is as wrong as any other."""
    sealed = seal({"answer": Removable("yes")}, schema=1, previous_sha256=None)
    left = sealed.text + "".join(part.salt + part.text for part in _without(sealed.parts, "/answer"))
    for guess in ("yes", "no"):
        for unsalted in (guess, f"/answer{guess}", json.dumps(guess)):
            assert hashlib.sha256(unsalted.encode()).hexdigest() not in left
        assert commitment("00" * 32, guess) not in left
    # The guess is confirmed as soon as the salt is there: that is why both are destroyed.
    assert commitment(sealed.parts[0].salt, "yes") in sealed.text


def test_removing_only_the_words_is_found() -> None:
    sealed = seal({"a": Removable("words")}, schema=1, previous_sha256=None)
    assert [fault.code for fault in verify(sealed.text, sealed.sha256, [Part("/a", "", "words")])] == [
        "part_half_removed"
    ]
    assert [fault.code for fault in verify(sealed.text, sealed.sha256, [Part("/a", sealed.parts[0].salt, "")])] == [
        "part_altered"
    ]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda part: Part(part.key, part.salt, part.text + " "), "part_altered"),
        (lambda part: Part(part.key, "00" * 32, part.text), "part_altered"),
        (lambda part: Part(part.key, "not hexadecimal", part.text), "part_altered"),
        (lambda part: Part("/other", part.salt, part.text), "part_unknown"),
    ],
    ids=["words", "salt", "salt-shape", "key"],
)
def test_a_changed_part_is_found(change: Any, code: str) -> None:
    sealed = seal({"a": Removable("words")}, schema=1, previous_sha256=None)
    faults = verify(sealed.text, sealed.sha256, [change(sealed.parts[0])])
    assert [fault.code for fault in faults] == [code]


def test_a_part_that_is_there_twice_is_found() -> None:
    sealed = seal({"a": Removable("words")}, schema=1, previous_sha256=None)
    faults = verify(sealed.text, sealed.sha256, [*sealed.parts, *sealed.parts])
    assert [fault.code for fault in faults] == ["part_twice"]


def test_any_changed_byte_of_the_text_is_found() -> None:
    sealed = seal({"a": "word", "b": [1, True]}, schema=1, previous_sha256=None)
    for place, new in itertools.product(range(len(sealed.text)), "x0 "):
        changed = sealed.text[:place] + new + sealed.text[place + 1 :]
        if changed != sealed.text:
            assert verify(changed, sealed.sha256, sealed.parts), changed


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('{"a": 1}', "not_canonical"),
        ('{"b":1,"a":1}', "not_canonical"),
        ('{"a":1,"a":1}', "not_canonical"),
        ("[]", "not_a_record"),
        ("{", "not_a_record"),
        ("[" * 100_000, "not_a_record"),
    ],
    ids=["space", "order", "twice", "list", "broken", "deep"],
)
def test_a_text_with_a_true_digest_can_still_be_no_record(text: str, code: str) -> None:
    assert [fault.code for fault in verify(text, digest(text), [])] == [code]


@pytest.mark.parametrize(
    "tree",
    [
        {"a": 0.5},
        {"a": 2**53},
        {"a": "\x00"},
        {"a": Removable("\x00")},
        {"a": "\ud800"},
        {"\ud800": 1},
        {"a": {1: 2}},
        {"a": b"bytes"},
        {"a": {"removable": "/a"}},
        {"a": {"removed": True}},
        {"schema": 2},
        {"previous_sha256": "x"},
    ],
    ids=lambda tree: ascii(tree)[:40],
)
def test_what_no_record_may_hold_is_refused(tree: dict[str, Any]) -> None:
    with pytest.raises(RecordError):
        seal(tree, schema=1, previous_sha256=None)


def test_an_address_of_ours_is_refused_wherever_it_stands() -> None:
    tree = {"links": [{"url": "https://desk.example/claims/one/"}]}
    with pytest.raises(RecordError, match="/links/0/url"):
        seal(tree, schema=1, previous_sha256=None, own_origins=["https://desk.example"])
    seal(tree, schema=1, previous_sha256=None, own_origins=["https://other.example"])


def test_empty_words_are_no_part() -> None:
    sealed = seal({"a": Removable("")}, schema=1, previous_sha256=None)
    assert sealed.parts == ()
    assert unseal(sealed.text, ())["a"] == ""


def test_words_gone_from_the_record_before_stay_gone_in_the_next() -> None:
    sealed = seal({"a": Removed("/a")}, schema=1, previous_sha256=None)
    assert sealed.parts == ()
    assert isinstance(unseal(sealed.text, ())["a"], Removed)
    assert removed_keys(sealed.text, ()) == ()


def test_keys_are_json_pointers() -> None:
    sealed = seal({"a/b": {"c~d": [Removable("x")]}}, schema=1, previous_sha256=None)
    assert [part.key for part in sealed.parts] == ["/a~1b/c~0d/0"]


def test_a_chain_names_each_record_before() -> None:
    first = seal({"n": 1}, schema=1, previous_sha256=None)
    second = seal({"n": 2}, schema=1, previous_sha256=first.sha256)
    third = seal({"n": 3}, schema=1, previous_sha256=second.sha256)
    chain = [(sealed.text, sealed.sha256) for sealed in (first, second, third)]
    assert verify_chain(chain) == []
    assert [fault.code for fault in verify_chain([chain[0], chain[2]])] == ["chain_broken"]
    assert [fault.code for fault in verify_chain(chain[1:])] == ["chain_broken"]


@given(trees)
def test_whatever_is_sealed_is_unsealed_and_verified(tree: dict[str, Any]) -> None:
    sealed = seal(tree, schema=7, previous_sha256="ab" * 32)
    assert verify(sealed.text, sealed.sha256, sealed.parts) == []
    assert unseal(sealed.text, sealed.parts) == {**_opened(tree), "schema": 7, "previous_sha256": "ab" * 32}


@given(trees, st.data())
def test_whatever_part_is_removed_the_record_stays_true(tree: dict[str, Any], data: st.DataObject) -> None:
    sealed = seal(tree, schema=1, previous_sha256=None)
    gone = data.draw(st.sets(st.sampled_from([part.key for part in sealed.parts]))) if sealed.parts else set()
    left = [part for part in sealed.parts if part.key not in gone]
    assert verify(sealed.text, sealed.sha256, left) == []
    assert set(removed_keys(sealed.text, left)) == gone
