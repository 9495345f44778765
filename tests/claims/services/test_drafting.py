"""Entering and editing claims."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from claims.models import Claim, Speaker
from claims.querysets import contributors_to
from claims.services.drafting import check_claim, save_claim
from claims.services.drafts import AppearanceDraft, CitationDraft, ClaimDraft, LinkDraft, PartDraft, RelationDraft
from claims.services.snapshots import last_edit_of
from sources.domain.errors import Several, WrongPerson, WrongState
from sources.models import Capture, Event, Source
from sources.services.describing import SourceDraft, add_offline_source
from tests.claims.services.desk_factory import PAGE, a_claim, a_draft, a_speaker

pytestmark = pytest.mark.django_db


def draft_of(claim: Claim, **more: Any) -> ClaimDraft:
    """The claim as a form would show it, with some fields typed over."""
    link = claim.links.get()
    citation = claim.citations.get()
    draft = ClaimDraft(
        statement=claim.statement,
        links=(LinkDraft(speaker=link.speaker, is_attributed=True, public_id=link.public_id),),
        citations=(
            CitationDraft(source=citation.source, url_typed=citation.url_typed, public_id=citation.public_id),
        ),
    )
    return replace(draft, **more)


def codes(error: pytest.ExceptionInfo[Several]) -> list[tuple[str, str]]:
    return [(each.code, each.field) for each in error.value.errors]


def test_enters_a_claim_and_asks_for_a_capture(cast: Any) -> None:
    claim = a_claim(cast.editor)

    assert claim.version == 1
    assert claim.created_by == cast.editor
    assert claim.statement_folded == "the harbour handled two million containers in 2016."
    assert claim.links.get(is_attributed=True).speaker is not None
    assert claim.citations.get().url_typed == PAGE
    assert Capture.objects.get().source == claim.citations.get().source
    event = Event.objects.get(action="claim_entered")
    assert (event.subject_id, event.by, event.version) == (claim.public_id, cast.editor, 1)
    assert contributors_to(claim) == {cast.editor.pk}


def test_refuses_anybody_but_an_editor(cast: Any) -> None:
    speaker = a_speaker(cast.editor)
    for person in (cast.reviewer_a, cast.publisher, cast.superuser):
        with pytest.raises(WrongPerson) as refused:
            save_claim(by=person, draft=a_draft(speaker))
        assert refused.value.code == "not_in_group"
    assert not Claim.objects.exists()


FAULTS: dict[str, tuple[Callable[[Speaker], dict[str, Any]], tuple[str, str]]] = {
    "no statement": (lambda s: {"statement": "  "}, ("text_missing", "statement")),
    "8,000 characters": (lambda s: {"statement": "x" * 8_000}, ("text_too_long", "statement")),
    "a NUL": (lambda s: {"quote": "a\x00b", "quote_language": "es"}, ("text_unprintable", "quote")),
    "a language that is none": (lambda s: {"language": "Spanish, mostly"}, ("language_unknown", "language")),
    "a translation of nothing": (
        lambda s: {"translation": "words", "translator": "the desk"},
        ("translation_of_nothing", "quote"),
    ),
    "a translation by nobody": (
        lambda s: {"quote": "palabras", "quote_language": "es", "translation": "words"},
        ("translator_missing", "translator"),
    ),
    "ten reviewers": (lambda s: {"quorum": 10}, ("quorum_unsound", "quorum")),
    "no speaker": (lambda s: {"links": ()}, ("claim_without_link", "links")),
    "no attributed link": (
        lambda s: {"links": (LinkDraft(speaker=s),)},
        ("no_attributed_link", "links-0-is_attributed"),
    ),
    "two attributed links": (
        lambda s: {
            "links": (LinkDraft(speaker=s, is_attributed=True), LinkDraft(unnamed="they", is_attributed=True))
        },
        ("two_attributed_links", "links-1-is_attributed"),
    ),
    "a link to nobody": (
        lambda s: {"links": (LinkDraft(is_attributed=True),)},
        ("link_without_who", "links-0-speaker"),
    ),
    "a link to two": (
        lambda s: {"links": (LinkDraft(speaker=s, unnamed="they", is_attributed=True),)},
        ("link_with_two_whos", "links-0-unnamed"),
    ),
    "a date that does not exist": (
        lambda s: {"links": (LinkDraft(speaker=s, date_edtf="2018-02-30", is_attributed=True),)},
        ("date_invalid", "links-0-date_edtf"),
    ),
    "no address": (lambda s: {"citations": (CitationDraft(),)}, ("source_missing", "citations-0-url_typed")),
    "an address of 8,000 characters": (
        lambda s: {"citations": (CitationDraft(url_typed="https://example.org/" + "x" * 8_000),)},
        ("", "citations-0-url_typed"),
    ),
    "no URL": (
        lambda s: {"citations": (CitationDraft(url_typed="see the report"),)},
        ("", "citations-0-url_typed"),
    ),
    "a script": (
        lambda s: {"citations": (CitationDraft(url_typed="javascript:alert(1)"),)},
        ("", "citations-0-url_typed"),
    ),
    "a private address": (
        lambda s: {"citations": (CitationDraft(url_typed="http://192.168.1.1/"),)},
        ("", "citations-0-url_typed"),
    ),
    "a URL cited already": (
        lambda s: {"citations": (CitationDraft(url_typed=PAGE), CitationDraft(url_typed=PAGE + "#top"))},
        ("already_cited", "citations-1-url_typed"),
    ),
    "a repetition that proves": (
        lambda s: {"citations": (CitationDraft(url_typed=PAGE, is_repetition=True),)},
        ("repetition_bearing", "citations-0-bears_on"),
    ),
    "a part that is not there": (
        lambda s: {"citations": (CitationDraft(url_typed=PAGE, part="b"),)},
        ("part_unknown", "citations-0-part"),
    ),
    "one letter twice": (
        lambda s: {"parts": (PartDraft("a", "one"), PartDraft("a", "two"))},
        ("letter_taken", "parts-1-letter"),
    ),
    "a lone part": (lambda s: {"parts": (PartDraft("a", "one"),)}, ("part_alone", "parts-0-text")),
    "a kind that is none": (
        lambda s: {"citations": (CitationDraft(url_typed=PAGE, kind="gossip"),)},
        ("kind_unknown", "citations-0-kind"),
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_says_at_the_field_what_is_wrong(cast: Any, name: str) -> None:
    change, (code, field) = FAULTS[name]
    speaker = a_speaker(cast.editor)
    with pytest.raises(Several) as refused:
        save_claim(by=cast.editor, draft=a_draft(speaker, **change(speaker)))
    found = codes(refused)
    assert [where for what, where in found if not code or what == code] == [field]
    assert all(each.sentence.endswith((".", "?", ")")) for each in refused.value.errors)
    assert not Claim.objects.exists()
    assert not Source.objects.exists()


def test_collects_everything_that_is_wrong_at_once(cast: Any) -> None:
    with pytest.raises(Several) as refused:
        check_claim(by=cast.editor, draft=ClaimDraft(statement="", quorum=0, citations=(CitationDraft(),)))
    assert [field for _, field in codes(refused)] == ["statement", "quorum", "links", "citations-0-url_typed"]


def test_refuses_the_role_of_another_speaker(cast: Any) -> None:
    speaker, other = a_speaker(cast.editor), a_speaker(cast.editor, name="Bela Kun")
    link = LinkDraft(speaker=speaker, role=other.roles.get(), is_attributed=True)
    with pytest.raises(Several) as refused:
        save_claim(by=cast.editor, draft=a_draft(speaker, links=(link,)))
    assert codes(refused) == [("role_of_another", "links-0-role")]


def test_the_chains_own_source_cannot_prove_it(cast: Any) -> None:
    article = add_offline_source(by=cast.editor, draft=SourceDraft(title="An article"))
    draft = ClaimDraft(
        statement="It rained.",
        links=(LinkDraft(source=article, is_attributed=True),),
        citations=(CitationDraft(source=article),),
    )
    with pytest.raises(Several) as refused:
        save_claim(by=cast.editor, draft=draft)
    assert codes(refused) == [("repetition_bearing", "citations-0-bears_on")]
    shown = replace(draft, citations=(CitationDraft(source=article, bears_on="who_said_it", is_repetition=True),))
    assert save_claim(by=cast.editor, draft=shown).citations.count() == 1
    assert not Capture.objects.exists(), "an offline source cannot be captured"


def test_an_edit_grows_the_version_and_keeps_the_rows(cast: Any) -> None:
    claim = a_claim(cast.editor)
    citation = claim.citations.get()
    edited = save_claim(by=cast.editor2, draft=draft_of(claim, statement="Other words."), claim=claim, version=1)

    assert (edited.version, edited.statement) == (2, "Other words.")
    assert edited.citations.get() == citation
    assert Capture.objects.count() == 1, "what is cited already is not captured again"
    event = Event.objects.get(action="claim_edited")
    assert event.version == 2
    assert "Other words." in event.after
    assert "two million" in event.before
    assert contributors_to(claim) == {cast.editor.pk, cast.editor2.pk}


def test_saving_what_stands_already_writes_nothing(cast: Any) -> None:
    claim = a_claim(cast.editor)
    events = Event.objects.count()
    assert save_claim(by=cast.editor2, draft=draft_of(claim), claim=claim, version=1).version == 1
    assert Event.objects.count() == events


def test_filing_makes_no_new_version(cast: Any) -> None:
    claim = a_claim(cast.editor)
    saved = save_claim(by=cast.editor2, draft=draft_of(claim, why_chosen="Widely shared."), claim=claim, version=1)
    assert saved.version == 1
    assert Event.objects.filter(action="claim_filed").count() == 1
    assert contributors_to(claim) == {cast.editor.pk}


def test_of_two_editors_one_is_told(cast: Any) -> None:
    claim = a_claim(cast.editor)
    save_claim(by=cast.editor, draft=draft_of(claim, statement="The first to save."), claim=claim, version=1)
    with pytest.raises(WrongState) as refused:
        save_claim(by=cast.editor2, draft=draft_of(claim, statement="The second."), claim=claim, version=1)
    assert refused.value.code == "edited_by_another"
    claim.refresh_from_db()
    assert (claim.version, claim.statement) == (2, "The first to save.")


def test_an_edit_of_the_filing_is_not_overwritten_unseen(cast: Any) -> None:
    claim = a_claim(cast.editor)
    seen = last_edit_of(claim)
    assert seen is not None
    save_claim(by=cast.editor, draft=draft_of(claim, quorum=3), claim=claim, version=1)
    with pytest.raises(WrongState) as refused:
        save_claim(
            by=cast.editor2, draft=draft_of(claim, quorum=1), claim=claim, version=1, after_edit=seen.public_id
        )
    assert refused.value.code == "edited_by_another"


def test_rows_change_places_without_colliding(cast: Any) -> None:
    speaker, other = a_speaker(cast.editor), a_speaker(cast.editor, name="Bela Kun")
    claim = save_claim(
        by=cast.editor,
        draft=a_draft(
            speaker,
            links=(LinkDraft(speaker=speaker, is_attributed=True), LinkDraft(speaker=other, verb="reported")),
            citations=(CitationDraft(url_typed=PAGE), CitationDraft(url_typed=PAGE + "/2")),
        ),
    )
    first, second = claim.links.order_by("position")
    one, two = claim.citations.order_by("position")
    turned = a_draft(
        speaker,
        links=(
            LinkDraft(speaker=other, public_id=second.public_id, verb="reported", is_attributed=True),
            LinkDraft(speaker=speaker, public_id=first.public_id),
        ),
        citations=(
            CitationDraft(source=two.source, url_typed=two.url_typed, public_id=two.public_id),
            CitationDraft(source=one.source, url_typed=one.url_typed, public_id=one.public_id),
        ),
    )
    claim = save_claim(by=cast.editor, draft=turned, claim=claim, version=1)
    assert list(claim.links.order_by("position")) == [second, first]
    assert list(claim.citations.order_by("position")) == [two, one]
    assert claim.links.get(is_attributed=True) == second


def test_an_address_typed_over_is_another_source(cast: Any) -> None:
    claim = a_claim(cast.editor)
    old = claim.citations.get()
    draft = draft_of(claim, citations=(CitationDraft(url_typed=PAGE + "/new", public_id=old.public_id),))
    claim = save_claim(by=cast.editor, draft=draft, claim=claim, version=1)
    assert claim.citations.get().source != old.source
    assert Capture.objects.count() == 2


def test_two_claims_share_one_source(cast: Any) -> None:
    first = a_claim(cast.editor)
    second = a_claim(cast.editor, speaker=first.links.get().speaker)
    assert first.citations.get().source == second.citations.get().source
    assert Capture.objects.count() == 1, "a capture that is under way serves both"


def test_appearances_parts_and_relations_are_saved_whole(cast: Any) -> None:
    other = a_claim(cast.editor)
    speaker = other.links.get().speaker
    assert speaker is not None
    article = add_offline_source(by=cast.editor, draft=SourceDraft(title="An article"))
    draft = a_draft(
        speaker,
        parts=(PartDraft("a", "It was large."), PartDraft("b", "It was red.")),
        citations=(CitationDraft(url_typed=PAGE, part="b"),),
        appearances=(AppearanceDraft(source=article, wording="large and red"),),
        relations=(RelationDraft(kind="qualifies", other=other),),
    )
    claim = save_claim(by=cast.editor, draft=draft)
    assert [part.letter for part in claim.parts.all()] == ["a", "b"]
    assert claim.citations.get().part == claim.parts.get(letter="b")
    assert claim.appearances.get().source == article
    assert claim.relations.get().other == other

    row = claim.citations.get()
    bare = replace(
        draft,
        parts=(),
        appearances=(),
        relations=(),
        citations=(CitationDraft(source=row.source, url_typed=PAGE, public_id=row.public_id),),
    )
    claim = save_claim(by=cast.editor, draft=bare, claim=claim, version=1)
    assert (claim.parts.count(), claim.appearances.count(), claim.relations.count()) == (0, 0, 0)
    assert claim.citations.get().part is None


def test_relations_stay_where_a_door_does_not_show_them(cast: Any) -> None:
    other = a_claim(cast.editor)
    claim = a_claim(
        cast.editor, speaker=other.links.get().speaker, relations=(RelationDraft(kind="repeats", other=other),)
    )
    save_claim(by=cast.editor, draft=draft_of(claim, quorum=1), claim=claim, version=1)
    assert claim.relations.count() == 1


def test_a_withdrawn_claim_is_not_edited(cast: Any) -> None:
    claim = a_claim(cast.editor)
    Claim.objects.filter(pk=claim.pk).update(publication_state="withdrawn")
    with pytest.raises(WrongState) as refused:
        save_claim(by=cast.editor, draft=draft_of(claim, quorum=1), claim=claim, version=1)
    assert refused.value.code == "claim_withdrawn"
