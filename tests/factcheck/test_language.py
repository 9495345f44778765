"""Readers' pages speak the browser's language or the one asked for; nothing is remembered, programs see one language."""

import pytest
from django.conf import LazySettings
from django.http import HttpResponse
from django.test import Client

from factcheck.language import carry, is_for_readers
from tests.claims.presenters.records import a_record
from tests.claims.public.published import publish
from tests.conftest import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def claim_path(cast: Cast) -> str:
    return publish(cast.editor, cast.publisher, a_record()).path


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("es", "es"),
        ("es-419,en;q=0.5", "es"),
        ("de, es;q=0.4, en;q=0.8", "en"),
        ("de", "en"),
        ("*", "en"),
        ("", "en"),
        ("x" * 5000, "en"),
        ("es;q=2,;;,\x00", "en"),
    ],
    ids=lambda value: str(value)[:24],
)
def test_a_page_follows_the_browser_and_says_so(client: Client, accepted: str, language: str) -> None:
    response = client.get("/claims/", headers={"accept-language": accepted})
    assert response["Content-Language"] == language
    assert "Accept-Language" in response["Vary"]
    assert f'<html lang="{language}"' in response.content.decode()
    assert not response.cookies


def test_the_desks_own_language_is_what_others_get(client: Client, settings: LazySettings) -> None:
    settings.LANGUAGE_CODE = "es"
    assert client.get("/claims/", headers={"accept-language": "de"})["Content-Language"] == "es"


def test_a_choice_in_the_address_wins_and_leads_on(client: Client, claim_path: str) -> None:
    response = client.get("/claims/?lang=es", headers={"accept-language": "en"})
    page = response.content.decode()
    assert response["Content-Language"] == "es"
    assert "Accept-Language" not in response.get("Vary", "")
    assert f'href="{claim_path}?lang=es"' in page
    assert 'href="/corrections/?lang=es"' in page
    assert '<input type="hidden" name="lang" value="es">' in page
    assert 'href="/feeds/verdicts.atom"' in page
    assert not response.cookies


def test_a_claim_is_read_in_spanish_and_keeps_its_own_words(client: Client, claim_path: str) -> None:
    page = client.get(f"{claim_path}?lang=es").content.decode()
    record = a_record()
    assert "según las fuentes citadas" in page
    assert record.claim.statement in page
    assert f'lang="{record.claim.language}"' in page
    assert "What the sources say" not in page
    assert f'rel="canonical" href="http://127.0.0.1:8000{claim_path}"' in page
    assert '<link rel="alternate" hreflang=' not in page, "a claim is not translated, only the words around it are"


def test_pages_of_our_own_words_name_their_translations_and_each_is_its_own_address(client: Client) -> None:
    for typed, own in (("", ""), ("?lang=es", "?lang=es")):
        page = client.get(f"/methodology/{typed}").content.decode()
        for code in ("en", "es"):
            address = f"http://127.0.0.1:8000/methodology/?lang={code}"
            assert f'<link rel="alternate" hreflang="{code}" href="{address}">' in page
        assert '<link rel="alternate" hreflang="x-default" href="http://127.0.0.1:8000/methodology/">' in page
        assert f'<link rel="canonical" href="http://127.0.0.1:8000/methodology/{own}">' in page


@pytest.mark.parametrize("typed", ["xx", "", "es\x00", "../es", "e" * 999])
def test_a_language_that_we_do_not_have_is_passed_over(client: Client, typed: str) -> None:
    response = client.get("/claims/", {"lang": typed})
    assert (response.status_code, response["Content-Language"]) == (200, "en")


def test_a_cookie_changes_nothing(client: Client) -> None:
    client.cookies["django_language"] = "es"
    response = client.get("/claims/")
    assert response["Content-Language"] == "en"
    assert "Cookie" not in response["Vary"]


@pytest.mark.parametrize("path", ["/api/v1/claims/", "/feeds/verdicts.atom", "/sitemap.xml", "/robots.txt"])
def test_what_programs_read_has_one_language(client: Client, path: str, claim_path: str) -> None:
    english = client.get(path)
    spanish = client.get(f"{path}?lang=es", headers={"accept-language": "es"})
    assert english.content == spanish.content
    assert "Accept-Language" not in english.get("Vary", "")


def test_a_refusal_is_told_in_the_readers_language(client: Client) -> None:
    page = client.get("/claims/none/", headers={"accept-language": "es"}).content.decode()
    assert "No hay ninguna afirmación publicada en esta dirección." in page
    assert "No está aquí" in client.get("/none", headers={"accept-language": "es"}).content.decode()


def test_dates_and_lists_are_written_as_spanish_does(client: Client, claim_path: str) -> None:
    page = client.get(claim_path, headers={"accept-language": "es"}).content.decode()
    assert " de 2026" in page


def test_only_links_to_readers_pages_carry_the_choice() -> None:
    words = (
        '<a href="/claims/x/#history">1</a><a class="b" href="?after=2">2</a><a href="/sources/?q=a#b">3</a>'
        '<a href="//elsewhere.example/">4</a><a href="https://elsewhere.example/">5</a><a href="#main">6</a>'
        '<a href="/api/v1/claims/">7</a><a href="/claims/?lang=en">8</a><link href="/static/css/site.css">'
        "&lt;a href=&quot;/claims/&quot;&gt;"
    )
    response = HttpResponse(words)
    carry(response, "es")
    assert response.content.decode() == (
        '<a href="/claims/x/?lang=es#history">1</a><a class="b" href="?after=2&amp;lang=es">2</a>'
        '<a href="/sources/?q=a&amp;lang=es#b">3</a>'
        '<a href="//elsewhere.example/">4</a><a href="https://elsewhere.example/">5</a><a href="#main">6</a>'
        '<a href="/api/v1/claims/">7</a><a href="/claims/?lang=en">8</a><link href="/static/css/site.css">'
        "&lt;a href=&quot;/claims/&quot;&gt;"
    )


@pytest.mark.parametrize(
    ("path", "is_so"),
    [
        ("/", True),
        ("/claims/a/", True),
        ("/claims/a/record.json", False),
        ("/desk/", False),
        ("/feeds/x.atom", False),
    ],
)
def test_readers_pages_are_told_apart(path: str, is_so: bool) -> None:
    assert is_for_readers(path) is is_so
