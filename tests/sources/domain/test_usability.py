from dataclasses import replace

import pytest

from sources.domain.usability import Answer, Verdict, judge

WORDS = "The harbour office of Port Example counted the ships that came in spring. "
PAGE = Answer(
    status=200,
    media_type="text/html",
    body_bytes=900,
    title="Ships in spring | Port Example Gazette",
    text="Ships in spring\n\n" + WORDS * 4,
    url="https://gazette.example/ships",
    final_url="https://gazette.example/ships",
)
LONG = "Why pages vanish\n\n" + "“404: page not found” is what readers see. " + WORDS * 40

CASES = {
    "a page": (PAGE, Verdict.USABLE),
    "a short document": (
        replace(PAGE, text="Summary made for demonstration.\n\n" + WORDS * 3, title=""),
        Verdict.USABLE,
    ),
    "an upload": (replace(PAGE, status=None), Verdict.USABLE),
    "an article about missing pages": (
        replace(PAGE, text=LONG, title="404: the page not found, a history"),
        Verdict.USABLE,
    ),
    "a short article about a missing page": (
        replace(PAGE, title="Minutes of the council not found in the archive, says clerk"),
        Verdict.USABLE,
    ),
    "an article that mentions log-in": (replace(PAGE, text=WORDS * 5 + "Log in to comment."), Verdict.USABLE),
    "a long page with a password field": (
        replace(PAGE, text=WORDS * 30 + " Log in", signals=("password_field",)),
        Verdict.USABLE,
    ),
    "an article with a cookie banner": (replace(PAGE, text="Accept all cookies\n\n" + WORDS * 30), Verdict.USABLE),
    "a metered article, all there": (replace(PAGE, text=WORDS * 60, signals=("not_free",)), Verdict.USABLE),
    "a picture": (replace(PAGE, media_type="image/png", text="", extraction_code="no_extractor"), Verdict.USABLE),
    "404": (replace(PAGE, status=404), Verdict.GONE),
    "410": (replace(PAGE, status=410), Verdict.GONE),
    "401": (replace(PAGE, status=401), Verdict.LOGIN),
    "402": (replace(PAGE, status=402), Verdict.PAYWALL),
    "403": (replace(PAGE, status=403), Verdict.BLOCKED),
    "429 that stayed": (replace(PAGE, status=429), Verdict.BLOCKED),
    "451": (replace(PAGE, status=451), Verdict.BLOCKED),
    "500": (replace(PAGE, status=500), Verdict.DAMAGED),
    "204": (replace(PAGE, status=204, body_bytes=0, text=""), Verdict.EMPTY),
    "a broken transfer": (replace(PAGE, damage="The connection broke after 10 bytes."), Verdict.DAMAGED),
    "no body": (replace(PAGE, body_bytes=0, text=""), Verdict.EMPTY),
    "a scan": (
        replace(
            PAGE,
            media_type="application/pdf",
            text="",
            extraction_code="no_text_layer",
            extraction_sentence="The PDF has no text layer.",
        ),
        Verdict.EMPTY,
    ),
    "a page of scripts": (
        replace(PAGE, text="You need to enable JavaScript to run this app.", title="App"),
        Verdict.EMPTY,
    ),
    "a challenge with 403": (
        replace(PAGE, status=403, title="Just a moment...", text="Checking your browser before accessing"),
        Verdict.CAPTCHA,
    ),
    "a challenge with 200": (replace(PAGE, text="Please verify you are a human"), Verdict.CAPTCHA),
    "a log-in page": (
        replace(
            PAGE, title="Welcome", text="Sign in to your account\n\nForgot password?", signals=("password_field",)
        ),
        Verdict.LOGIN,
    ),
    "led to a log-in page": (
        replace(
            PAGE,
            text="Log in with your library card to go on.",
            final_url="https://gazette.example/login?next=/ships",
        ),
        Verdict.LOGIN,
    ),
    "a teaser": (replace(PAGE, text=WORDS + "\n\nSubscribe to continue reading."), Verdict.PAYWALL),
    "a declared teaser": (replace(PAGE, signals=("not_free",)), Verdict.PAYWALL),
    "a teaser in Spanish": (replace(PAGE, text=WORDS + "Contenido exclusivo para suscriptores"), Verdict.PAYWALL),
    "a consent wall": (
        replace(PAGE, title="Before you continue", text="Before you continue\n\nWe use cookies. Accept all cookies"),
        Verdict.CONSENT,
    ),
    "a consent host": (replace(PAGE, final_url="https://consent.gazette.example/?continue=x"), Verdict.CONSENT),
    "a soft 404 by its name": (
        replace(PAGE, title="Page not found | Port Example Gazette", text="Sorry\n\nTry our search. " + WORDS),
        Verdict.SOFT_404,
    ),
    "a soft 404 by its heading": (replace(PAGE, title="Gazette", text="404\n\nTry our search."), Verdict.SOFT_404),
    "a soft 404 by its sentence": (
        replace(PAGE, title="Gazette", text="Gazette\n\nThe page you are looking for no longer exists."),
        Verdict.SOFT_404,
    ),
    "a soft 404 in Spanish": (
        replace(PAGE, title="Página no encontrada - Gaceta", text="Volver al inicio. " + WORDS),
        Verdict.SOFT_404,
    ),
    "led to the home page": (replace(PAGE, final_url="https://www.gazette.example/"), Verdict.SOFT_404),
}


@pytest.mark.parametrize(("answer", "verdict"), CASES.values(), ids=CASES.keys())
def test_each_answer_is_judged(answer: Answer, verdict: Verdict) -> None:
    judgement = judge(answer)
    assert judgement.verdict is verdict, judgement
    assert bool(judgement.reason) is (verdict is not Verdict.USABLE)


def test_the_reason_quotes_what_decided() -> None:
    assert "“Subscribe to continue”" in judge(replace(PAGE, text="Subscribe to continue reading")).reason


def test_an_address_that_cannot_be_parsed_does_no_harm() -> None:
    assert judge(replace(PAGE, url="http://[", final_url="http://[x")).verdict is Verdict.USABLE
