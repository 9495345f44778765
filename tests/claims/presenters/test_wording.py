from dataclasses import replace

import pytest
from django.utils.translation import override

from claims.presenters.evidence import citation_of
from claims.presenters.lines import plain
from claims.presenters.today import Today
from claims.presenters.wording import from_archive
from tests.claims.presenters.records import a_capture, a_citation, a_record


@pytest.mark.parametrize(
    ("kept", "spanish"),
    [
        ("Port 8080 is not one that is fetched from.", "El puerto 8080 no es de los que se consultan."),
        ("quay.example leads to an address that is not public.", "quay.example lleva a una dirección que no es pública."),
        ("A short page says “Please {log} in”.", "Una página corta dice «Please {log} in»."),
        ("The server answered 404 (not found).", "El servidor respondió 404 (no encontrado)."),
        ("The menu hides the text.", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_a_sentence_of_the_archive_is_said_anew_in_the_language_of_the_page(kept: str, spanish: str) -> None:
    with override("es"):
        assert from_archive(kept) == spanish


def test_why_a_copy_is_no_evidence_is_told_in_the_language_of_the_page() -> None:
    capture = replace(a_capture(), usability="paywall", usability_reason="A short page says “Subscribe now”.")
    record = a_record()
    with override("es"):
        walled = citation_of(a_citation(capture=capture), record, Today())
        by_hand = replace(capture, usability_reason="Its table is missing.")
        judged = citation_of(a_citation(capture=by_hand), record, Today())
    assert [plain(line) for line in walled.warnings] == [
        "Nuestra copia no sirve como prueba legible: Una página corta dice «Subscribe now»."
    ]
    assert not any(run.language for line in walled.warnings for run in line)
    assert [run.language for line in judged.warnings for run in line if run.text == "Its table is missing."] == [
        record.claim.language
    ]
