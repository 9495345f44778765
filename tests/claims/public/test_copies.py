"""Two copies beside each other, and the files of one, as far as the rights of the source go and no further."""

import io
import re
import zipfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from lxml import html

from claims.presenters.comparison import only_within
from claims.presenters.wording import day
from sources.archive import store
from sources.archive.warc import WarcWriter
from sources.domain.results import Held
from sources.domain.word_diff import compare
from sources.models import Anchoring, Capture, Passage, Removal, Source
from tests.claims.presenters.records import EXACT, TEXT, a_capture, a_citation, a_passage, a_record, a_source
from tests.claims.public.conftest import Publish
from tests.claims.public.published import a_stored_capture
from tests.conftest import Cast

pytestmark = pytest.mark.django_db

FAR = "Far away from any passage, the secret recipe stood here."
BEFORE = f"{TEXT}\n\n{FAR}"
AFTER = f"{TEXT.replace('1.9 million', '2.1 million')}\n\n{FAR.replace('secret', 'covert')} A new end."


class Copies:
    """A source with a passage chosen in its first copy, and a second copy that reads otherwise."""

    def __init__(
        self, put_up: Publish, cast: Cast, rights: str, outcome: str = "altered", after: str = AFTER, **more: Any
    ) -> None:
        digest = store.keep_bytes(BEFORE.encode())
        passage = a_passage(digest)
        citation = a_citation(
            source=a_source(rights=rights), capture=a_capture(text_sha256=digest), passages=(passage,)
        )
        self.made = put_up(replace(a_record(), citations=(citation,)))
        self.source = Source.objects.get(public_id=citation.source.id)
        self.first = Capture.objects.get(public_id=citation.capture.id)  # type: ignore[union-attr]
        later = timezone.now()
        self.digest = store.keep_bytes(after.encode())
        self.second = a_stored_capture(
            cast.editor,
            self.source,
            text_sha256=self.digest,
            requested_at=later,
            closed_at=later,
            captured_at=later,
            **more,
        )
        row = Passage.objects.create(
            public_id=passage.id, artefact=self.first.artefacts.get(), text_sha256=digest, exact=EXACT,
            start=passage.start, end=passage.end, created_by=cast.editor, created_at=later,
        )  # fmt: skip
        place = {} if outcome == "gone" else {"start": passage.start, "end": passage.end}
        Anchoring.objects.create(
            passage=row, capture=self.second, text_sha256=self.digest, outcome=outcome, created_at=later, **place
        )

    def path(self, older: Capture, newer: Capture) -> str:
        return f"/sources/{self.source.public_id}/captures/{older.public_id}/compare/{newer.public_id}/"

    def page(self, client: Client) -> str:
        return _plain(client.get(self.path(self.first, self.second)).content.decode())


def _plain(page: str) -> str:
    """The page without what only screen readers get, and without times for programs, whose digits are anybody's."""
    return re.sub(r'<span class="visually-hidden"[^>]*>[^<]*</span>| datetime="[^"]*"', "", page)


def test_a_full_copy_shows_every_change(client: Client, put_up: Publish, cast: Cast) -> None:
    page = Copies(put_up, cast, "full").page(client)
    assert "<del>1.9</del><ins>2.1</ins> million" in page
    assert "<del>secret</del><ins>covert</ins>" in page
    assert "<ins>. A new end</ins>" in page


def test_quoted_rights_show_the_changes_around_the_passages_and_nothing_else(
    client: Client, put_up: Publish, cast: Cast
) -> None:
    page = Copies(put_up, cast, "quoted").page(client)
    assert "<del>1.9</del><ins>2.1</ins> million" in page
    for word in ("secret", "covert", "recipe", "A new end"):
        assert word not in page
    assert "no more of this copy" in page


def test_of_a_newer_copy_without_the_passage_nothing_is_shown(client: Client, put_up: Publish, cast: Cast) -> None:
    page = Copies(put_up, cast, "quoted", outcome="gone").page(client)
    assert "<del>1.9</del>" in page
    assert "2.1" not in page


def test_digest_rights_tell_only_that_the_texts_differ(client: Client, put_up: Publish, cast: Cast) -> None:
    page = Copies(put_up, cast, "digest").page(client)
    assert "The texts differ. What changed may not be shown." in page
    for word in ("million", "secret", "2.1"):
        assert word not in page


def test_the_guard_against_leaks_is_what_keeps_the_rest_back(
    client: Client, put_up: Publish, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without it the quoted page would tell what the copy may not."""
    monkeypatch.setattr("claims.presenters.comparison.only_within", lambda pieces, *_: list(pieces))
    assert "secret" in Copies(put_up, cast, "quoted").page(client)


def test_no_character_outside_the_windows_is_let_through() -> None:
    old, new = "one two three four five", "one zwei three vier five six"
    shown = only_within(compare(old, new), [(4, 7)], [(15, 19)])
    texts = {(piece.kind, piece.text) for piece in shown if piece is not None}
    assert texts == {("gone", "two"), ("new", "vier")}


def test_the_older_copy_stands_first(client: Client, put_up: Publish, cast: Cast) -> None:
    copies = Copies(put_up, cast, "full")
    response = client.get(copies.path(copies.second, copies.first))
    assert (response.status_code, response["Location"]) == (302, copies.path(copies.first, copies.second))
    same = client.get(copies.path(copies.first, copies.first))
    assert same["Location"] == f"/sources/{copies.source.public_id}/captures/{copies.first.public_id}/"


def test_a_copy_leads_back_to_the_claim(client: Client, put_up: Publish, cast: Cast) -> None:
    copies = Copies(put_up, cast, "quoted")
    page = client.get(f"/sources/{copies.source.public_id}/captures/{copies.second.public_id}/").content.decode()
    assert f'<a href="{copies.made.path}" dir="auto" lang="en">' in page


def test_each_copy_leads_to_what_changed(client: Client, put_up: Publish, cast: Cast) -> None:
    copies = Copies(put_up, cast, "quoted")
    page = client.get(f"/sources/{copies.source.public_id}/captures/{copies.second.public_id}/").content.decode()
    assert copies.path(copies.first, copies.second) in page


def test_a_source_leads_to_what_changed_between_neighbouring_copies(
    client: Client, put_up: Publish, cast: Cast
) -> None:
    copies = Copies(put_up, cast, "quoted")
    now = timezone.now()
    text = store.keep_bytes(b"Another text.")
    third = a_stored_capture(
        cast.editor, copies.source, text_sha256=text, requested_at=now, closed_at=now, captured_at=now
    )
    address = f"/sources/{copies.source.public_id}/"
    found = html.fromstring(client.get(address).content).xpath(
        "//ol[@class='timeline']//@href[contains(., 'compare')]"
    )
    assert found == [copies.path(copies.second, third), copies.path(copies.first, copies.second)]
    assert [client.get(path).status_code for path in found] == [200, 200]
    _remove(cast, third)
    assert copies.path(copies.second, third) not in client.get(address).content.decode()
    Source.objects.update(rights="digest")
    assert "/compare/" not in client.get(address).content.decode()


def test_copies_of_one_day_are_told_apart_by_their_time(client: Client, put_up: Publish, cast: Cast) -> None:
    copies = Copies(put_up, cast, "quoted")
    noon = datetime(2026, 11, 20, 12, 0, 5, tzinfo=UTC)
    for at in (noon, noon + timedelta(hours=1)):
        a_stored_capture(cast.editor, copies.source, text_sha256="", requested_at=at, closed_at=at, captured_at=at)
    page = client.get(f"/sources/{copies.source.public_id}/").content.decode()
    assert "20 November 2026, 12:00:05 UTC" in page
    assert "20 November 2026, 13:00:05 UTC" in page
    alone = day(copies.first.captured_at)
    assert f">{alone}</time>" in page


def _remove(cast: Cast, capture: Capture) -> None:
    now = timezone.now()
    Removal.objects.create(
        subject_kind="capture", subject_id=capture.public_id, reason="court_order", basis="an order", http_status=451,
        asked_by=cast.editor, asked_at=now, done_by=cast.publisher, done_at=now,
    )  # fmt: skip


def test_a_removed_copy_is_not_compared(client: Client, put_up: Publish, cast: Cast) -> None:
    copies = Copies(put_up, cast, "full")
    _remove(cast, copies.second)
    response = client.get(copies.path(copies.first, copies.second))
    assert response.status_code == 451
    assert "secret" not in response.content.decode()


def test_a_copy_that_no_record_lists_is_not_compared(client: Client, put_up: Publish, cast: Cast) -> None:
    copies = Copies(put_up, cast, "full")
    early = timezone.now() - timedelta(days=900)
    hidden = a_stored_capture(
        cast.editor, copies.source, text_sha256="", requested_at=early, closed_at=early, captured_at=early
    )
    assert client.get(copies.path(hidden, copies.second)).status_code == 404
    Source.objects.update(is_protected=True, protected_reason="She asked us not to.")
    assert client.get(copies.path(copies.first, copies.second)).status_code == 404


def test_hostile_words_stay_words(client: Client, put_up: Publish, cast: Cast) -> None:
    page = Copies(put_up, cast, "full", after="<script>alert(1)</script></ins>{{ page }}\n\n\u202e").page(client)
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def _file(client: Client, copies: Copies, name: str) -> Any:
    return client.get(f"/sources/{copies.source.public_id}/captures/{copies.second.public_id}/{name}")


@pytest.mark.parametrize("rights", ["quoted", "digest"])
@pytest.mark.parametrize("name", ["copy.warc.gz", "copy.wacz", "original"])
def test_a_file_is_handed_out_under_full_rights_only(
    client: Client, put_up: Publish, cast: Cast, rights: str, name: str
) -> None:
    response = _file(client, Copies(put_up, cast, rights), name)
    assert response.status_code == 403
    assert "do not let us hand out this copy" in response.content.decode()


def test_the_warc_is_the_file_byte_for_byte(client: Client, put_up: Publish, cast: Cast) -> None:
    warc = b"WARC/1.1 of a test"
    digest = store.keep_bytes(warc)
    copies = Copies(put_up, cast, "full", warc_sha256=digest)
    copies.second.artefacts.create(
        role="warc", sha256=digest, bytes=len(warc), media_type="application/warc", created_at=timezone.now()
    )
    response = _file(client, copies, "copy.warc.gz")
    assert b"".join(response.streaming_content) == warc
    assert response["Content-Disposition"].startswith("attachment")
    assert response["Content-Security-Policy"].startswith("sandbox")
    page = client.get(f"/sources/{copies.source.public_id}/captures/{copies.second.public_id}/").content.decode()
    assert "Download the WARC file" in page
    assert "Download for replay (WACZ)" in page


def test_the_wacz_is_sent_as_a_file_where_the_rights_allow_it(client: Client, put_up: Publish, cast: Cast) -> None:
    file = io.BytesIO()
    block = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"
    headers = {"WARC-Type": "response", "WARC-Target-URI": "https://a.example/", "WARC-Date": "2026-01-01T00:00:00Z"}
    writer = WarcWriter(file)
    writer.record({**headers, "Content-Type": "application/http;msgtype=response"}, Held(block))
    digest = store.keep_bytes(file.getvalue())
    copies = Copies(put_up, cast, "full", warc_sha256=digest)
    response = _file(client, copies, "copy.wacz")
    raw = b"".join(response.streaming_content)
    assert (len(raw), response["Content-Type"]) == (int(response["Content-Length"]), "application/wacz")
    assert response["Content-Disposition"].endswith('.wacz"')
    assert response["Content-Security-Policy"].startswith("sandbox")
    with zipfile.ZipFile(io.BytesIO(raw)) as packed:
        assert packed.read("archive/data.warc.gz") == file.getvalue()
    Source.objects.update(is_protected=True, protected_reason="She asked us not to.")
    assert _file(client, copies, "copy.wacz").status_code == 404


def test_a_damaged_warc_is_told_and_not_handed_out(client: Client, put_up: Publish, cast: Cast) -> None:
    copies = Copies(put_up, cast, "full")
    response = _file(client, copies, "copy.warc.gz")
    assert response.status_code == 409
    assert "missing from the archive" in response.content.decode()
