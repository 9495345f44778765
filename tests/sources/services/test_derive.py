import json

import pytest

from sources.archive import store
from sources.models import Artefact, ArtefactRole, Derivation, UsabilityVerdict
from sources.services.derive import claimed_by_page, derive_body, write_derived
from sources.services.quote import reading_text
from tests.conftest import Cast
from tests.sources.extractors.samples import HOSTILE, pdf
from tests.sources.services.copies import FIRST, make_copy, make_source

pytestmark = pytest.mark.django_db


def test_a_page_gets_a_text_a_derivation_and_a_judgement(cast: Cast) -> None:
    capture = make_copy(make_source(cast.editor))
    text = capture.artefacts.get(role=ArtefactRole.TEXT)
    assert store.read(text.sha256).decode().startswith("Home\n\nHarbour report\n\n")
    derivation = Derivation.objects.get(input_sha256=capture.body_sha256)
    assert (derivation.is_ok, derivation.output_sha256) == (True, text.sha256)
    assert json.loads(derivation.metadata)["title"] == "Harbour report"
    assert capture.usabilities.get().verdict == UsabilityVerdict.USABLE
    assert claimed_by_page(capture)["author"] == "The harbour office"


def test_the_same_bytes_are_derived_once_and_kept_for_each_capture(cast: Cast) -> None:
    source = make_source(cast.editor)
    one, two = make_copy(source), make_copy(source, days=1)
    assert Derivation.objects.filter(input_sha256=one.body_sha256).count() == 1
    assert reading_text(one) == reading_text(two)
    assert Artefact.objects.filter(role=ArtefactRole.TEXT).count() == 2


def test_another_declared_charset_is_another_derivation(cast: Cast) -> None:
    source, page = make_source(cast.editor), "<p>Привет мир</p>".encode()
    one = make_copy(source, page)
    two = make_copy(source, page, days=1, declared="text/html; charset=windows-1251")
    assert reading_text(one) == "Привет мир"
    assert reading_text(two) != reading_text(one)
    assert Derivation.objects.filter(input_sha256=one.body_sha256).count() == 2


def test_a_hostile_page_is_kept_without_a_text(cast: Cast) -> None:
    capture = make_copy(make_source(cast.editor), HOSTILE["50,000 nested div"])
    derivation = Derivation.objects.get(input_sha256=capture.body_sha256)
    assert (derivation.is_ok, derivation.code, derivation.output_sha256) == (False, "too_deep", "")
    assert capture.usabilities.get().verdict == UsabilityVerdict.EMPTY
    assert not capture.artefacts.filter(role=ArtefactRole.TEXT).exists()


def test_a_pdf_keeps_its_pages(cast: Cast) -> None:
    capture = make_copy(
        make_source(cast.editor), pdf([["First page."], ["Second page."]]), declared="application/pdf"
    )
    assert claimed_by_page(capture)["pages"] == [0, len("First page.\n\n")]


def test_a_body_that_was_cut_off_is_damaged() -> None:
    derived = derive_body(b"<p>" + b"word " * 50, body_sha256="0" * 64, status=200, is_truncated=True)
    assert derived.judgement.verdict == "damaged"
    assert derived.text_sha256


def test_an_empty_page_has_no_text_and_says_so(cast: Cast) -> None:
    capture = make_copy(make_source(cast.editor), "<script>only()</script>")
    assert Derivation.objects.get(input_sha256=capture.body_sha256).code == "no_text"


def test_writing_twice_makes_one_artefact(cast: Cast) -> None:
    capture = make_copy(make_source(cast.editor))
    derived = derive_body(b"<p>other words in it", body_sha256=capture.body_sha256, status=200)
    assert write_derived(capture, derived, at=FIRST) == write_derived(capture, derived, at=FIRST)
