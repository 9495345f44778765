import json
from typing import Any

import pytest

from sources import bell
from sources.archive import store
from sources.domain.errors import Gone
from sources.models import Artefact, ArtefactRole, Capture, Derivation
from sources.services import reading
from sources.services.derive import claimed_by_page
from sources.services.quote import reading_text
from sources.services.reading import BEING_MADE, NO_PAGE, make_reading, reading_view
from sources.services.remove import RemovalAsked, ask_removal, carry_out_removal
from tests.conftest import Cast
from tests.sources.extractors.samples import HOSTILE, pdf
from tests.sources.services.copies import make_copy, make_source

pytestmark = pytest.mark.django_db
SENTENCES = (
    "The harbour office counted fifteen ships in spring, and no fewer than forty in the summer of the same year.",
    "Its head, Inspector Vale, did not comment on the ledger that went missing in the week before the count.",
    "A second count is planned for the autumn, when the new quay will have been open for some three months.",
)
PAGE = (
    "<!doctype html><html lang=en><head><title>Harbour report | The Quay</title>"
    "<meta name=author content='Rowan Pike'><meta property=og:site_name content='The Quay'>"
    "<meta property=article:published_time content='2019-05-04T10:00:00Z'></head><body>"
    "<nav><a href=/>Home</a> <a href=/ships>Ships</a></nav>"
    f"<article><h1>Harbour report</h1>{''.join(f'<p>{sentence}</p>' for sentence in SENTENCES)}</article>"
    "<footer>All rights reserved by the quay</footer></body></html>"
)


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str, Any]]:
    """The bells rung: task, queue, arguments. What leaves the process is left out."""
    bells: list[tuple[str, str, Any]] = []
    monkeypatch.setattr(bell, "_ring", lambda task, queue, after=0.0, args=(): bells.append((task, queue, args)))
    return bells


def made(capture: Capture) -> Artefact | None:
    return make_reading(str(capture.public_id))


def test_it_is_made_when_it_is_first_wanted(
    cast: Cast, rung: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    capture = make_copy(make_source(cast.editor), PAGE)
    assert not capture.artefacts.filter(role=ArtefactRole.READING).exists()
    with django_capture_on_commit_callbacks(execute=True):
        waiting = reading_view(capture)
    assert (waiting.sentence, waiting.is_coming, waiting.text) == (BEING_MADE, True, "")
    assert rung == [("sources.tasks.make_reading", "derive", (str(capture.public_id),))]
    artefact = made(capture)
    assert artefact is not None
    view = reading_view(capture)
    assert all(sentence in view.text.split("\n\n") for sentence in SENTENCES)
    assert "Ships" not in view.text
    assert "Ships" in reading_text(capture), "passages point at the whole text"
    assert (view.author, view.published, view.site_name) == ("Rowan Pike", "2019-05-04", "The Quay")
    assert view.title.startswith("Harbour report")
    derivation = Derivation.objects.get(input_sha256=capture.body_sha256, producer="trafilatura")
    assert (derivation.output_sha256, derivation.is_ok) == (artefact.sha256, True)
    assert (artefact.producer, artefact.version) == (derivation.producer, derivation.version)
    assert store.read(artefact.sha256).decode() == view.text


def test_making_it_twice_makes_one(cast: Cast, rung: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    source = make_source(cast.editor)
    capture, same_bytes = make_copy(source, PAGE), make_copy(source, PAGE, days=1)
    one = made(capture)
    assert made(same_bytes) not in (None, one)
    monkeypatch.setattr(reading, "extract_in_child", lambda *_, **__: pytest.fail("it was made already"))
    assert made(capture) == one
    assert Artefact.objects.filter(role=ArtefactRole.READING).count() == 2
    assert Derivation.objects.filter(producer="trafilatura").count() == 1


def test_a_page_that_cannot_be_read_so_keeps_its_text_and_says_why(cast: Cast, rung: list[Any]) -> None:
    capture = make_copy(make_source(cast.editor), HOSTILE["50,000 nested div"])
    empty = make_copy(make_source(cast.editor, "quay"), "<title>x</title><script>1</script>")
    for copy in (capture, empty):
        assert made(copy) is None
        view = reading_view(copy)
        assert view.sentence
        assert (view.text, view.is_coming) == ("", False)
    assert Derivation.objects.filter(producer="trafilatura", is_ok=False).count() == 2
    assert capture.usabilities.count() == 1


def test_it_changes_nothing_of_what_the_whole_text_says(cast: Cast, rung: list[Any]) -> None:
    capture = make_copy(make_source(cast.editor), PAGE)
    before, text = claimed_by_page(capture), reading_text(capture)
    made(capture)
    Derivation.objects.filter(producer="trafilatura").get()
    assert claimed_by_page(capture) == before
    assert reading_text(capture) == text
    assert capture.usabilities.count() == 1


def test_a_pdf_has_no_reading_view(cast: Cast, rung: list[Any]) -> None:
    capture = make_copy(make_source(cast.editor), pdf([["First page."]]), declared="application/pdf")
    assert made(capture) is None
    assert reading_view(capture).sentence == NO_PAGE
    assert not rung


def test_a_reader_that_did_not_start_is_asked_again(
    cast: Cast, rung: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    capture = make_copy(make_source(cast.editor), PAGE)
    with monkeypatch.context() as patch:
        patch.setattr("sources.extractors.pool.Child", lambda: (_ for _ in ()).throw(OSError()))
        patch.setattr("sources.extractors.pool.Pool._take", lambda _: (_ for _ in ()).throw(OSError()))
        assert made(capture) is None
    assert reading_view(capture).is_coming
    assert made(capture) is not None


def test_nothing_is_made_of_a_copy_that_was_removed(cast: Cast, rung: list[Any]) -> None:
    capture = make_copy(make_source(cast.editor), PAGE)
    made(capture)
    removal = ask_removal(by=cast.editor, asked=RemovalAsked(capture, "safety", "A threat."))
    carry_out_removal(by=cast.publisher, removal=removal)
    for look in (reading_view, made):
        with pytest.raises(Gone):
            look(capture)
    kept = Derivation.objects.filter(input_sha256=capture.body_sha256)
    assert {row.metadata for row in kept} == {""}, json.dumps([row.metadata for row in kept])
