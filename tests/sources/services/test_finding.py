import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from sources.archive import store
from sources.domain.errors import BadInput
from sources.models import Artefact, ArtefactRole, Capture, Source, TextWords
from sources.services import finding
from sources.services.finding import FoundCopies, find_copies, learn_due, sources_with, spans_to_mark, unlearned
from sources.services.remove import RemovalAsked, ask_removal, carry_out_removal
from tests.conftest import Cast
from tests.sources.services.copies import make_copy, make_source

pytestmark = pytest.mark.django_db


def page(words: str) -> str:
    return f"<!doctype html><html lang=en><title>A page</title><body><p>{words}</p></body></html>"


def copy_of(cast: Cast, words: str, url: str = "") -> Capture:
    return make_copy(make_source(cast.editor, url or f"https://quay.example/{uuid4().hex}"), page(words))


def found(typed: str, *, shows_protected: bool = False) -> list[Capture]:
    return [each.capture for each in find_copies(typed, shows_protected=shows_protected).copies]


def marked(copies: FoundCopies) -> list[str]:
    return [piece.text for each in copies.copies for piece in each.excerpt if piece.is_match]


def test_a_copy_is_found_by_its_words_once_they_are_learned(cast: Cast) -> None:
    capture = copy_of(cast, "The harbour office counted two million containers.")
    assert found("containers") == []
    assert learn_due() == 1
    assert learn_due() == 0
    assert found("CONTAIN") == [capture]
    assert found('"two million" harbour') == [capture]
    assert found('"million two"') == []
    assert found("containers -harbour") == []
    assert found("lighthouse") == []
    assert marked(find_copies('"two million"', shows_protected=False)) == ["two million"]
    assert sources_with("contain") == [capture.source_id]


@pytest.mark.parametrize(
    "typed", ["", " ", "-", '"', "* NEAR( OR", "a\x00b", "'); DROP TABLE", "\\", "!&|<->:*", "\ud800", "x" * 5000]
)
def test_nothing_that_is_typed_is_syntax(cast: Cast, typed: str) -> None:
    copy_of(cast, "Some words.")
    learn_due()
    assert found(typed) == []
    assert sources_with(typed) == []
    assert spans_to_mark("Some words.", typed) == ()


def test_the_newest_copies_come_first_and_each_comes_once(cast: Cast) -> None:
    source = make_source(cast.editor, "https://quay.example/ledger")
    captures = [make_copy(source, page(f"Ledger number {number}.")) for number in range(5)]
    other = Artefact.objects.filter(capture=captures[4], role=ArtefactRole.TEXT).get()
    text = store.keep_bytes(b"Ledger number 4, read by a later version.")
    about = {"media_type": other.media_type, "producer": other.producer, "version": "9", "bytes": 41}
    Artefact.objects.create(capture=captures[4], role=other.role, sha256=text, created_at=timezone.now(), **about)
    learn_due()
    first = find_copies("ledger", shows_protected=False, limit=2)
    assert [each.capture for each in first.copies] == [captures[4], captures[3]]
    assert first.next_before is not None
    second = find_copies("ledger", shows_protected=False, limit=2, before=first.next_before)
    assert [each.capture for each in second.copies] == [captures[2], captures[1]]
    third = find_copies("ledger", shows_protected=False, limit=2, before=second.next_before)
    assert [each.capture for each in third.copies] == [captures[0]]
    assert third.next_before is None


def test_an_unknown_place_to_go_on_from_is_refused(cast: Cast) -> None:
    with pytest.raises(BadInput, match="Search again") as refused:
        find_copies("ledger", shows_protected=False, before=uuid4())
    assert refused.value.code == "no_such_place"


def test_the_place_to_go_on_from_is_no_text_of_a_protected_source(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    captures = [copy_of(cast, f"Lighthouse, note {number}.") for number in range(3)]
    learn_due()
    Source.objects.filter(pk=captures[1].source_id).update(is_protected=True, protected_reason="An informant.")
    monkeypatch.setattr(finding, "MOST_LOOKED_INTO", 1)
    seen, before = [], None
    for _ in captures:
        page_ = find_copies("lighthouse", shows_protected=False, before=before)
        seen += [each.capture for each in page_.copies]
        before = page_.next_before
        if before is None:
            break
        assert not Artefact.objects.get(public_id=before).capture.source.is_protected
    assert seen == [captures[2], captures[0]]
    hidden = Artefact.objects.get(capture=captures[1], role=ArtefactRole.TEXT).public_id
    assert find_copies("lighthouse", shows_protected=True, before=hidden).copies
    with pytest.raises(BadInput, match="Search again"):
        find_copies("lighthouse", shows_protected=False, before=hidden)


def test_a_protected_source_is_found_by_whom_it_is_shown_to_alone(cast: Cast) -> None:
    capture = copy_of(cast, "The informant met us at the lighthouse.")
    learn_due()
    Source.objects.filter(pk=capture.source_id).update(is_protected=True, protected_reason="An informant.")
    assert found("lighthouse") == []
    assert found("lighthouse", shows_protected=True) == [capture]


def test_a_removed_copy_is_found_no_more(cast: Cast) -> None:
    capture = copy_of(cast, "A name that has to go: Zylberstein.")
    stays = copy_of(cast, "Another page on the lighthouse.")
    learn_due()
    removal = ask_removal(by=cast.publisher, asked=RemovalAsked(capture, "court_order", "Order 1 of the court"))
    carry_out_removal(by=cast.publisher2, removal=removal)
    assert found("zylberstein") == []
    assert not TextWords.objects.filter(artefact__capture=capture).exists()
    assert _left_in_the_index("zylberstein") == 0
    assert not unlearned().filter(capture=capture).exists()
    assert found("lighthouse") == [stays]


def test_a_copy_removed_while_its_words_are_read_is_not_learned(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    capture = copy_of(cast, "A name that has to go: Zylberstein.")
    read = finding.read_artefact

    def reads_and_loses(artefact: Artefact) -> bytes:
        raw = read(artefact)
        removal = ask_removal(by=cast.publisher, asked=RemovalAsked(capture, "court_order", "Order 1 of the court"))
        carry_out_removal(by=cast.publisher2, removal=removal)
        return raw

    monkeypatch.setattr(finding, "read_artefact", reads_and_loses)
    assert learn_due() == 0
    assert not TextWords.objects.exists()


def test_a_file_that_cannot_be_read_is_not_tried_for_ever(cast: Cast) -> None:
    capture = copy_of(cast, "Words on a page.")
    artefact = capture.artefacts.get(role=ArtefactRole.TEXT)
    store.destroy(artefact.sha256)
    assert learn_due() == 1
    assert learn_due() == 0
    assert found("words") == []


def test_a_file_lost_after_its_words_were_learned_finds_nothing(cast: Cast) -> None:
    capture = copy_of(cast, "Words on a page.")
    learn_due()
    store.destroy(capture.artefacts.get(role=ArtefactRole.TEXT).sha256)
    assert found("words") == []


def test_old_texts_are_learned_by_the_task_for_what_was_left(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    text = copy_of(cast, "An old page.").artefacts.get(role=ArtefactRole.TEXT)
    monkeypatch.setattr(timezone, "now", lambda: text.created_at + finding.RECENT + timedelta(seconds=1))
    assert learn_due(is_recent=True) == 0
    monkeypatch.setattr(timezone, "now", lambda: text.created_at + finding.RECENT)
    assert learn_due(is_recent=True) == 1
    TextWords.objects.all().delete()
    monkeypatch.setattr(timezone, "now", lambda: text.created_at + timedelta(days=400))
    assert learn_due() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_workers_learn_a_text_once(cast: Cast) -> None:
    copy_of(cast, "The harbour office counted.")
    learned: list[int] = []

    def work() -> None:
        try:
            learned.append(learn_due())
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(learned) == 1
    assert len(found("harbour")) == 1


def _left_in_the_index(word: str) -> int:
    """How many rows the index itself still finds, past every model."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT count(*) FROM sources_textsearch WHERE sources_textsearch MATCH %s", [word])
        else:
            cursor.execute("SELECT count(*) FROM sources_textwords WHERE vector @@ %s::tsquery", [word])
        return int(cursor.fetchone()[0])
