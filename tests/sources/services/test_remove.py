import pytest
from django.db import transaction
from django.utils import timezone

from sources.archive import store
from sources.domain.errors import BadInput, Gone, WrongPerson, WrongState
from sources.models import Capture, Derivation, Event, LegalHold, Passage, Removal
from sources.services.quote import pin_quote, reading_text, words_of
from sources.services.remove import RemovalAsked, ask_removal, carry_out_removal, destroy_files, removal_of
from sources.services.verify import Trouble, verify_archive
from tests.conftest import Cast
from tests.sources.services.copies import make_copy, make_source

pytestmark = pytest.mark.django_db(transaction=True)


def ask(cast: Cast, subject: Capture | Passage, **changed: object) -> Removal:
    asked = {"subject": subject, "reason": "personal_data", "basis": "A request of the person concerned."} | changed
    return ask_removal(by=cast.editor, asked=RemovalAsked(**asked))  # type: ignore[arg-type]


def test_two_people_destroy_the_bytes_of_a_capture(cast: Cast) -> None:
    capture = make_copy(make_source(cast.editor))
    text = capture.artefacts.get(role="text").sha256
    removal = ask(cast, capture)
    assert reading_text(capture)
    carry_out_removal(by=cast.publisher, removal=removal)
    assert not store.exists(capture.warc_sha256)
    assert not store.exists(text)
    with pytest.raises(Gone, match="right to erasure") as gone:
        reading_text(capture)
    assert (gone.value.code, gone.value.status) == ("copy_removed", 410)
    assert Derivation.objects.get(input_sha256=capture.body_sha256).metadata == ""
    assert list(Event.objects.filter(action__startswith="removal").values_list("action", "by__username")) == [
        ("removal_done", "publisher"),
        ("removal_asked", "editor"),
    ]
    assert list(verify_archive()) == []


def test_who_asked_cannot_carry_it_out(cast: Cast) -> None:
    capture = make_copy(make_source(cast.editor))
    asked = RemovalAsked(subject=capture, reason="copyright", basis="A notice.")
    removal = ask_removal(by=cast.publisher, asked=asked)
    with pytest.raises(WrongPerson) as refused:
        carry_out_removal(by=cast.publisher, removal=removal)
    assert refused.value.code == "second_person"
    assert store.exists(capture.warc_sha256)
    carry_out_removal(by=cast.publisher2, removal=removal)
    assert not store.exists(capture.warc_sha256)


def test_only_those_who_may_ask_or_carry_out(cast: Cast) -> None:
    capture = make_copy(make_source(cast.editor))
    for person in (cast.reviewer_a, cast.outsider, cast.superuser):
        with pytest.raises(WrongPerson):
            ask_removal(by=person, asked=RemovalAsked(capture, "safety", "A threat."))
    removal = ask(cast, capture)
    for person in (cast.editor2, cast.reviewer_a, cast.superuser):
        with pytest.raises(WrongPerson):
            carry_out_removal(by=person, removal=removal)
    assert store.exists(capture.warc_sha256)


def test_a_file_that_another_capture_needs_stays(cast: Cast) -> None:
    source = make_source(cast.editor)
    one, two = make_copy(source), make_copy(source, days=1)
    carry_out_removal(by=cast.publisher, removal=ask(cast, one))
    assert reading_text(two)
    assert not store.exists(one.warc_sha256)
    assert Derivation.objects.get(input_sha256=one.body_sha256).metadata != ""
    carry_out_removal(by=cast.publisher, removal=ask(cast, two))
    assert not store.exists(two.artefacts.get(role="text").sha256)
    assert Derivation.objects.get(input_sha256=one.body_sha256).metadata == ""


def test_the_words_of_a_passage_go_and_its_place_stays(cast: Cast) -> None:
    capture = make_copy(make_source(cast.editor))
    passage = pin_quote(by=cast.editor, capture=capture, exact="Inspector Vale")
    carry_out_removal(by=cast.publisher, removal=ask(cast, passage))
    passage.refresh_from_db()
    assert (passage.exact, passage.prefix, passage.suffix) == ("", "", "")
    assert passage.end > passage.start
    with pytest.raises(Gone):
        words_of(passage)
    assert reading_text(capture)


@pytest.mark.parametrize("held", ["capture", "source", "passage"])
def test_nothing_under_a_legal_hold_goes(cast: Cast, held: str) -> None:
    capture = make_copy(make_source(cast.editor))
    passage = pin_quote(by=cast.editor, capture=capture, exact="Inspector Vale")
    removal = ask(cast, capture)
    subject = {"capture": capture, "source": capture.source, "passage": passage}[held]
    hold = LegalHold.objects.create(
        subject_kind=held,
        subject_id=subject.public_id,
        reason="A case is pending.",
        placed_by=cast.publisher,
        placed_at=timezone.now(),
    )
    with pytest.raises(WrongState) as refused:
        carry_out_removal(by=cast.publisher, removal=removal)
    assert refused.value.code == "legal_hold"
    with pytest.raises(WrongState):
        ask(cast, passage)
    hold.lifted_by, hold.lifted_at = cast.publisher, timezone.now()
    hold.save()
    carry_out_removal(by=cast.publisher, removal=removal)
    assert removal_of(capture) is not None


def test_a_removal_is_asked_for_and_done_once(cast: Cast) -> None:
    capture = make_copy(make_source(cast.editor))
    removal = ask(cast, capture)
    with pytest.raises(WrongState) as refused:
        ask(cast, capture)
    assert refused.value.code == "removal_asked_already"
    carry_out_removal(by=cast.publisher, removal=removal)
    with pytest.raises(WrongState) as refused:
        carry_out_removal(by=cast.publisher, removal=removal)
    assert refused.value.code == "removal_done"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"reason": "because"}, "removal_reason_unknown"),
        ({"basis": " "}, "removal_basis_missing"),
        ({"http_status": 404}, "removal_status_unknown"),
    ],
)
def test_a_removal_names_its_ground(cast: Cast, changed: dict[str, object], code: str) -> None:
    with pytest.raises(BadInput) as refused:
        ask(cast, make_copy(make_source(cast.editor)), **changed)
    assert refused.value.code == code


def test_nothing_is_deleted_where_the_transaction_fails(cast: Cast) -> None:
    capture = make_copy(make_source(cast.editor))
    removal = ask(cast, capture)
    with pytest.raises(RuntimeError), transaction.atomic():
        carry_out_removal(by=cast.publisher, removal=removal)
        raise RuntimeError
    assert store.exists(capture.warc_sha256)
    with pytest.raises(WrongState):
        destroy_files(capture)


def test_what_a_crash_left_behind_is_found_and_finished(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    capture = make_copy(make_source(cast.editor))
    with monkeypatch.context() as patch:
        patch.setattr("sources.services.remove.destroy_files", lambda capture: [])
        carry_out_removal(by=cast.publisher, removal=ask(cast, capture))
    assert {finding.trouble for finding in verify_archive()} == {Trouble.UNDESTROYED}
    assert capture.warc_sha256 in destroy_files(capture)
    assert list(verify_archive()) == []


def test_nothing_is_pinned_in_a_removed_copy(cast: Cast) -> None:
    capture = make_copy(make_source(cast.editor))
    carry_out_removal(by=cast.publisher, removal=ask(cast, capture))
    with pytest.raises(Gone):
        pin_quote(by=cast.reviewer_a, capture=capture, exact="15 ships")
