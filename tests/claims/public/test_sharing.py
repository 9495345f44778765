"""Pictures, oEmbed and the card in a frame: they say what the page says, and nothing in them runs."""

import json
import re
import struct
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from lxml import etree

from claims.exports import picture, picture_fonts
from claims.models import PublicClaim
from claims.presenters.cards import card_of
from claims.services.suspending import suspend
from tests.claims.presenters.records import a_record, with_claim, with_verdict
from tests.claims.public.conftest import Publish
from tests.conftest import Cast

SITE = "http://127.0.0.1:8000"
HOSTILE = '</h1><script>alert(1)</script>"><iframe src=//x>\u202e{{ 7|add:7 }}'


def _size(png: bytes) -> tuple[int, int]:
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    return struct.unpack(">II", png[16:24])


def _words(svg: str) -> str:
    return " ".join("".join(text.itertext()) for text in etree.fromstring(svg).iter(f"{picture.SVG}text"))


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is handed to the rasteriser."""
    seen: list[str] = []
    real = picture.resvg_py.svg_to_bytes

    def keep(*, svg_string: str, **more: Any) -> bytes:
        seen.append(svg_string)
        return bytes(real(svg_string=svg_string, **more))

    monkeypatch.setattr(picture.resvg_py, "svg_to_bytes", keep)
    return seen


@pytest.mark.django_db
class TestPicture:
    def test_it_is_drawn_once_a_change_in_the_size_that_cards_want(
        self, client: Client, put_up: Publish, cast: Cast, drawn: list[str]
    ) -> None:
        made = put_up()
        first = client.get(f"{made.path}card.png")
        assert (first.status_code, first["Content-Type"]) == (200, "image/png")
        assert _size(first.content) == (1200, 630)
        assert client.get(f"{made.path}card.png").content == first.content
        assert len(drawn) == 1
        for words in ("Mixed, by the sources cited", "Said by Ana Ruiz"):
            assert words in _words(drawn[0])
        suspend(by=cast.publisher, claim=made.claim, text="A fault.")
        assert client.get(f"{made.path}card.png").content != first.content
        assert "Suspended" in _words(drawn[1])
        assert "Mixed" not in _words(drawn[1])

    def test_hostile_words_are_drawn_as_words(self, client: Client, put_up: Publish, drawn: list[str]) -> None:
        made = put_up(with_claim(a_record(), statement=HOSTILE))
        assert client.get(f"{made.path}card.png").status_code == 200
        assert "script" in _words(drawn[0])
        assert not etree.fromstring(drawn[0]).findall(".//{*}script")
        assert "\u202e" not in drawn[0]

    def test_the_page_names_it_under_an_address_that_changes_with_the_record(
        self, client: Client, put_up: Publish, cast: Cast
    ) -> None:
        made = put_up()
        named = re.compile(r'property="og:image" content="([^"]+)"')
        before = named.search(client.get(made.path).content.decode())
        suspend(by=cast.publisher, claim=made.claim, text="A fault.")
        after = named.search(client.get(made.path).content.decode())
        assert before
        assert after
        assert before[1].startswith(f"{SITE}{made.path}card.png?v={made.row.revision.record_sha256[:12]}")
        assert before[1] != after[1]

    def test_no_picture_of_what_is_not_published(self, client: Client) -> None:
        assert client.get("/claims/nothing/card.png").status_code == 404


@pytest.mark.parametrize(
    ("text", "turns"),
    [("The harbour", False), ("2016 «Порт»", False), ("المرفأ 2016", True), ("2016 שלום abc", True), ("2016", False)],
)
def test_the_first_letter_with_a_direction_decides(text: str, turns: bool) -> None:
    assert picture.runs_right_to_left(text) is turns


@pytest.mark.django_db
def test_what_no_font_here_can_draw_is_left_out_and_said(put_up: Publish, drawn: list[str], monkeypatch: Any) -> None:
    monkeypatch.setattr(picture_fonts, "system_faces", lambda: ())
    made = put_up(with_claim(a_record(), statement="港口处理了两百万个集装箱"))
    picture.draw(card_of(PublicClaim.objects.get(pk=made.row.pk)), desk_name="Desk", host="facts.example")
    assert picture.UNDRAWABLE.split(".")[0][:20] in _words(drawn[0])
    assert "港" not in drawn[0]


@pytest.mark.django_db
def test_a_long_statement_is_cut_and_none_runs_off_the_picture(put_up: Publish, drawn: list[str]) -> None:
    for number, statement in enumerate(("A word. " * 400, "W" * 900)):
        made = put_up(with_claim(a_record(), slug=f"long-{number}", statement=statement))
        picture.draw(card_of(PublicClaim.objects.get(pk=made.row.pk)), desk_name="Desk", host="facts.example")
        tops = [int(y) for y in re.findall(r'y="(\d+)" font-size', drawn[-1])]
        assert max(tops) <= picture.HEIGHT
        assert "…" in _words(drawn[-1])


@pytest.mark.django_db
class TestOembed:
    def _ask(self, client: Client, **query: Any) -> Any:
        return client.get("/oembed", query)

    def test_json_and_xml_say_the_same(self, client: Client, put_up: Publish) -> None:
        made = put_up()
        data = json.loads(self._ask(client, url=f"{SITE}{made.path}").content)
        assert (data["version"], data["type"]) == ("1.0", "rich")
        assert data["title"].startswith("Mixed, by the sources cited: ")
        assert f'src="{SITE}/embed{made.path}"' in data["html"]
        assert "<script" not in data["html"]
        tree = etree.fromstring(self._ask(client, url=f"{SITE}{made.path}?x#y", format="xml").content)
        assert {child.tag: child.text for child in tree} == {key: str(value) for key, value in data.items()}

    def test_it_keeps_to_the_size_that_was_asked(self, client: Client, put_up: Publish) -> None:
        made = put_up()
        data = json.loads(self._ask(client, url=f"{SITE}{made.path}", maxwidth="320", maxheight="200").content)
        assert (data["width"], data["height"]) == (320, 200)

    @pytest.mark.parametrize(
        ("query", "status"),
        [
            ({}, 400),
            ({"url": "https://elsewhere.example/claims/x/"}, 404),
            ({"url": f"{SITE}/claims/nothing/"}, 404),
            ({"url": f"{SITE}/about/"}, 404),
            ({"url": f"{SITE}.evil.example/claims/x/"}, 404),
            ({"url": "\x00"}, 400),
            ({"url": f"{SITE}/claims/x/", "format": "yaml"}, 501),
        ],
    )
    def test_what_it_cannot_answer(self, client: Client, query: dict[str, str], status: int) -> None:
        assert self._ask(client, **query).status_code == status

    @pytest.mark.parametrize("size", ["0", "-1", "x", "9" * 30, "١٢", "1.5"])
    def test_a_size_that_is_none_is_refused(self, client: Client, put_up: Publish, size: str) -> None:
        assert self._ask(client, url=f"{SITE}{put_up().path}", maxwidth=size).status_code == 400

    def test_the_page_names_both(self, client: Client, put_up: Publish) -> None:
        made = put_up()
        page = client.get(made.path).content.decode()
        for form in ("json", "xml"):
            found = re.search(rf'type="\w+/{form}\+oembed" href="([^"]+)"', page)
            assert found
            assert client.get(found[1].replace("&amp;", "&").removeprefix(SITE)).status_code == 200


@pytest.mark.django_db
class TestEmbed:
    def test_anybody_may_frame_it_and_nothing_in_it_can_run(self, client: Client, put_up: Publish) -> None:
        made = put_up(with_claim(a_record(), statement=HOSTILE))
        response = client.get(f"/embed{made.path}")
        assert response.status_code == 200
        assert "frame-ancestors *" in response["Content-Security-Policy"]
        assert "default-src 'none'" in response["Content-Security-Policy"]
        assert "X-Frame-Options" not in response
        assert not response.cookies
        text = response.content.decode()
        assert "<script" not in text
        assert "<iframe" not in text
        assert f'href="{SITE}{made.path}"' in text

    def test_every_other_page_cannot_be_framed(self, client: Client, put_up: Publish) -> None:
        response = client.get(put_up().path)
        assert response["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in response["Content-Security-Policy"]

    def test_it_says_what_the_page_says_and_hides_what_it_hides(
        self, client: Client, put_up: Publish, cast: Cast
    ) -> None:
        made = put_up(replace(with_verdict(a_record(), support="contradicted")))
        text = client.get(f"/embed{made.path}").content.decode()
        assert "Contradicted, by the sources cited" in text
        assert made.record.headline in text
        assert picture.shapes()["contradicted"] in text
        suspend(by=cast.publisher, claim=made.claim, text="A fault.")
        text = client.get(f"/embed{made.path}").content.decode()
        assert "Suspended" in text
        assert made.record.headline not in text
        assert client.get("/embed/claims/nothing/").status_code == 404
