"""A source's page and its archived copies show what the rights allow of what published records list."""

import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from claims.domain.record_v1 import RevisionRecord
from sources.archive import store
from sources.domain.link_format import read_date, read_links, write_date
from sources.domain.ocr import USABLE_REASON
from sources.domain.url_keys import url_key, url_key_sha256
from sources.models import Anchoring, ArtefactRole, Capture, Passage, Removal, Source
from tests.claims.presenters.records import (
    EXACT,
    TEXT,
    a_capture,
    a_citation,
    a_passage,
    a_record,
    a_source,
    new_id,
    with_claim,
)
from tests.claims.public import published
from tests.claims.public.conftest import Publish
from tests.claims.public.published import a_stored_capture
from tests.conftest import Cast
from tests.sources.services.copies import flip_a_bit

pytestmark = pytest.mark.django_db


def _with_copy(rights: str = "quoted") -> RevisionRecord:
    digest = store.keep_bytes(TEXT.encode())
    citation = a_citation(
        source=a_source(rights=rights), capture=a_capture(text_sha256=digest), passages=(a_passage(digest),)
    )
    return replace(a_record(), citations=(citation,))


def _paths(record: RevisionRecord) -> tuple[str, str]:
    citation = record.citations[0]
    assert citation.capture
    return f"/sources/{citation.source.id}/", f"/sources/{citation.source.id}/captures/{citation.capture.id}/"


@pytest.mark.parametrize(
    ("rights", "shown", "hidden"),
    [
        ("quoted", ["its own report says", "Words left out"], ["The quay was mended"]),
        ("full", ["its own report says", "The quay was mended"], ["Words left out"]),
        ("digest", ["Nothing of the text"], ["1.9 million", "its own report says"]),
    ],
)
def test_a_copy_shows_what_its_rights_allow(
    client: Client, put_up: Publish, rights: str, shown: list[str], hidden: list[str]
) -> None:
    record = _with_copy(rights)
    put_up(record)
    page = client.get(_paths(record)[1]).content.decode()
    assert all(words in page for words in shown)
    assert not any(words in page for words in hidden)
    assert "not that the site said so to others" in page


def test_rights_that_were_narrowed_since_count(client: Client, put_up: Publish) -> None:
    record = _with_copy("full")
    made = put_up(record)
    Source.objects.update(rights="digest")
    assert EXACT not in client.get(_paths(record)[1]).content.decode()
    assert f"<mark>{EXACT}" not in client.get(made.path).content.decode()
    assert client.get(f"/api/v1/captures/{record.citations[0].capture.id}/").json()["passages"] == []  # type: ignore[union-attr]


def test_a_claim_offers_the_copies_behind_it_as_far_as_their_rights_go(client: Client, put_up: Publish) -> None:
    record = _with_copy("full")
    made = put_up(record)
    file = f"{_paths(record)[1]}copy.wacz"
    assert file in client.get(made.path).content.decode()
    Source.objects.update(rights="quoted")
    page = client.get(made.path).content.decode()
    assert file not in page
    assert "Download its evidence" not in page
    hidden = put_up(with_claim(_with_copy("full"), id=new_id(), slug="hidden"), state="suspended")
    assert "copy.wacz" not in client.get(hidden.path).content.decode()


def test_the_passage_stands_where_it_was_chosen(client: Client, put_up: Publish) -> None:
    record = _with_copy()
    put_up(record)
    passage = record.citations[0].passages[0]
    page = client.get(_paths(record)[1]).content.decode()
    assert f'<mark id="p-{passage.start}-{passage.end}">{EXACT}</mark>' in page


def test_a_lost_text_leaves_the_quotation(client: Client, put_up: Publish) -> None:
    record = replace(a_record(), citations=(a_citation(),))
    put_up(record)
    assert f"<mark>{EXACT}</mark>" in client.get(_paths(record)[1]).content.decode()


def test_what_no_published_record_lists_is_not_there(client: Client, put_up: Publish, cast: Cast) -> None:
    record = _with_copy()
    put_up(record)
    source = Source.objects.get(public_id=record.citations[0].source.id)
    early = timezone.now() - timedelta(days=400)
    before = a_stored_capture(
        cast.editor, source, text_sha256="", requested_at=early, closed_at=early, captured_at=early
    )
    assert client.get(f"/sources/{source.public_id}/captures/{before.public_id}/").status_code == 404
    assert client.get(f"/api/v1/captures/{before.public_id}/").status_code == 404
    assert str(before.public_id) not in client.get(f"/sources/{source.public_id}/").content.decode()
    assert client.get(f"/sources/{uuid.uuid4()}/").status_code == 404
    elsewhere = record.appearances[0].source.id
    assert client.get(f"/sources/{elsewhere}/captures/{before.public_id}/").status_code == 404


def test_a_later_look_is_public_and_told_of_on_the_claim(client: Client, put_up: Publish, cast: Cast) -> None:
    record = _with_copy()
    made = put_up(record)
    source = Source.objects.get(public_id=record.citations[0].source.id)
    now = timezone.now()
    late = Capture.objects.create(
        source=source, state="failed", requested_by=cast.editor, requested_at=now, closed_at=now, attempts=3,
        failure_code="timeout", failure_sentence="It did not answer within a minute.",
    )  # fmt: skip
    assert "Did not answer when we looked on" in client.get(made.path).content.decode()
    page = client.get(f"/sources/{source.public_id}/captures/{late.public_id}/").content.decode()
    assert "It did not answer within a minute." in page
    assert "No readable text was kept of this look." in page


@pytest.mark.parametrize(
    ("outcome", "told"),
    [
        ("altered", "This passage was altered since"),
        ("gone", "gone from the source"),
        ("intact", "stand there still"),
    ],
)
def test_what_became_of_a_passage_stands_beside_it(
    client: Client, put_up: Publish, cast: Cast, outcome: str, told: str
) -> None:
    record = _with_copy()
    made = put_up(record)
    cited = record.citations[0]
    source = Source.objects.get(public_id=cited.source.id)
    now = timezone.now()
    late = a_stored_capture(cast.editor, source, text_sha256="", requested_at=now, closed_at=now, captured_at=now)
    artefact = Capture.objects.get(public_id=cited.capture.id).artefacts.get()  # type: ignore[union-attr]
    quoted = cited.passages[0]
    passage = Passage.objects.create(
        public_id=quoted.id, artefact=artefact, text_sha256=artefact.sha256, exact=EXACT, start=quoted.start,
        end=quoted.end, created_by=cast.editor, created_at=now,
    )  # fmt: skip
    place = {} if outcome == "gone" else {"start": 3, "end": 20}
    Anchoring.objects.create(passage=passage, capture=late, outcome=outcome, created_at=now, **place)
    assert told in client.get(made.path).content.decode()


def test_a_removed_copy_answers_with_its_ground(client: Client, put_up: Publish, cast: Cast) -> None:
    record = _with_copy()
    made = put_up(record)
    source_path, path = _paths(record)
    now = timezone.now()
    Removal.objects.create(
        subject_kind="capture", subject_id=record.citations[0].capture.id, reason="copyright", basis="a notice",  # type: ignore[union-attr]
        asked_by=cast.editor, asked_at=now, done_by=cast.publisher, done_at=now,
    )  # fmt: skip
    response = client.get(path)
    assert response.status_code == 410
    assert "a copyright holder’s notice" in response.content.decode()
    page = client.get(made.path).content.decode()
    assert "Our copy was removed" in page
    assert path not in page
    assert client.get(source_path).status_code == 200
    answer = client.get(f"/api/v1/captures/{record.citations[0].capture.id}/")  # type: ignore[union-attr]
    assert (answer.status_code, answer.json().keys()) == (410, {"code", "sentence"})


def test_what_a_law_removed_answers_451_and_names_who_carried_it_out(
    client: Client, put_up: Publish, cast: Cast
) -> None:
    made = put_up()
    now = timezone.now()
    Removal.objects.create(
        subject_kind="claim", subject_id=made.claim.public_id, reason="court_order", basis="an order", http_status=451,
        asked_by=cast.editor, asked_at=now, done_by=cast.publisher, done_at=now,
    )  # fmt: skip
    response = client.get(made.path)
    assert (response.status_code, response["Link"]) == (451, '<http://127.0.0.1:8000/>; rel="blocked-by"')
    assert "an order of a court or authority" in response.content.decode()


def test_a_source_shows_where_it_is_cited_and_where_it_appeared(client: Client, put_up: Publish) -> None:
    record = _with_copy()
    put_up(record)
    page = client.get(_paths(record)[0]).content.decode()
    assert "Cited for these claims" in page
    assert "Claims that appeared in it" not in page
    outlet = client.get(f"/sources/{record.appearances[0].source.id}/").content.decode()
    assert "Claims that appeared in it" in outlet
    assert "We hold no copy of it." in outlet


def test_a_text_with_a_flipped_bit_is_told_and_not_shown(client: Client, put_up: Publish) -> None:
    record = _with_copy("full")
    put_up(record)
    capture = record.citations[0].capture
    assert capture
    flip_a_bit(capture.text_sha256)
    answer = client.get(_paths(record)[1])
    assert answer.status_code == 200
    assert "Our copy is damaged" in answer.content.decode()
    assert EXACT not in answer.content.decode()


def test_custody_and_time_are_told_on_the_page_of_a_copy(client: Client, put_up: Publish) -> None:
    record = _with_copy()
    put_up(record)
    page = client.get(_paths(record)[1]).content.decode()
    assert "Fetched by us, grade 1 of 4" in page
    assert "Not timestamped" in page


def test_the_page_of_a_copy_is_public_only_where_its_rights_allow_it(client: Client, put_up: Publish) -> None:
    record = _with_copy("quoted")
    put_up(record)
    path = f"{_paths(record)[1]}page/"
    assert client.get(path).status_code == 404
    assert "page/" not in client.get(_paths(record)[1]).content.decode()
    Source.objects.update(rights="full")
    answer = client.get(path)
    assert (answer.status_code, "no-store" in answer["Cache-Control"]) == (302, True)
    assert answer["Location"].startswith("/replay/")
    Source.objects.update(rights="digest")
    assert client.get(path).status_code == 404


def test_a_timegate_and_a_timemap_lead_to_our_own_public_copies(client: Client, put_up: Publish) -> None:
    record = _with_copy()
    put_up(record)
    source = Source.objects.get(public_id=record.citations[0].source.id)
    key = url_key(source.url)
    Source.objects.filter(pk=source.pk).update(url_key=key, url_key_sha256=url_key_sha256(key))
    first = source.captures.get()
    dates = [first.captured_at + timedelta(days=days) for days in (90, 91)]
    later, uploaded = (
        a_stored_capture(source.created_by, source, text_sha256="", method=method, captured_at=at, closed_at=at)
        for method, at in zip(("browser", "upload"), dates, strict=True)
    )
    page = client.get(_paths(record)[1])
    assert read_date(page["Memento-Datetime"]) == first.captured_at.replace(microsecond=0)
    listed = list(read_links(client.get(f"/timemap/link/{source.url}").content.decode()))
    assert [link.at for link in listed if "memento" in link.relations] == [
        moment.captured_at.replace(microsecond=0) for moment in (first, later)
    ]
    near = write_date(first.captured_at + timedelta(days=2))
    gate = client.get(f"/timegate/{source.url}", headers={"Accept-Datetime": near})
    assert gate.status_code == 302 and "Accept-Datetime" in gate["Vary"]
    assert gate["Location"].endswith(f"/captures/{first.public_id}/")
    assert {"original", "timemap"} <= set().union(*(link.relations for link in read_links(gate["Link"])))
    newest = client.get(f"/timegate/{source.url}")
    assert newest["Location"].endswith(f"/captures/{later.public_id}/")
    assert str(uploaded.public_id) not in client.get(f"/timemap/link/{source.url}").content.decode()
    assert client.get(f"/timegate/{source.url}", headers={"Accept-Datetime": "soon"}).status_code == 400
    for unknown in ("https://nowhere.example/", "nothing", "%00"):
        assert client.get(f"/timegate/{unknown}").status_code == 404
        assert client.get(f"/timemap/link/{unknown}").status_code == 404
    Source.objects.update(is_protected=True, protected_reason="A threat.")
    assert client.get(f"/timegate/{source.url}").status_code == 404
    assert client.get(f"/timemap/link/{source.url}").status_code == 404


def test_a_text_read_by_ocr_says_so_to_readers(
    client: Client, put_up: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = _with_copy("full")
    cited = record.citations[0]
    assert cited.capture
    reason = f"{USABLE_REASON} (Tesseract 5.3.0 eng+spa 1)."
    read = replace(cited, capture=replace(cited.capture, usability_reason=reason))
    monkeypatch.setattr(published, "TEXT_ROLE", ArtefactRole.OCR)
    monkeypatch.setattr(published, "TEXT_VERSION", "5.3.0 eng+spa 1")
    made = put_up(replace(record, citations=(read,)))
    page = client.get(_paths(record)[1]).content.decode()
    assert "This text was read by OCR from the picture and may be wrong." in page
    assert "Read by Tesseract 5.3.0, set to: English, Spanish." in page
    assert "<mark id=" in page, "a passage stands in it as in any other text"
    assert "read by OCR from its picture and may be wrong" in client.get(made.path).content.decode()
    spanish = client.get(_paths(record)[1] + "?lang=es").content.decode()
    assert "Leído por Tesseract 5.3.0, ajustado a: Inglés, Español." in spanish


def test_no_other_text_says_so(client: Client, put_up: Publish) -> None:
    record = _with_copy("full")
    made = put_up(record)
    assert "OCR" not in client.get(_paths(record)[1]).content.decode() + client.get(made.path).content.decode()
