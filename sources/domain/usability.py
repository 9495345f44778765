"""Is what came the work that was cited? Judged by rules on the stored answer, each with its reason quoted.

Pure. The rules look at whole short pages and at what their headings *are*, never at a phrase somewhere in a long
text: an article about missing pages is usable, and so is a short document. A page of few words is no reason.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from urllib.parse import urlsplit

from sources.domain import sayings
from sources.domain.extracted import BLOCK_GAP
from sources.domain.media_types import is_image
from sources.domain.usability_phrases import (
    BLOCKED,
    BLOCKED_NAME,
    CAPTCHA,
    CONSENT,
    CONSENT_HOST,
    CONSENT_WORDS,
    LOGIN,
    LOGIN_PATH,
    MISSING_NAME,
    MISSING_SENTENCE,
    NEEDS_SCRIPT,
    PAYWALL,
    SITE_PARTS,
    TITLE_PARTS,
)

PRODUCER = "usability-rules"
VERSION = "2"

_SHORT = 1_500
_TEASER = 3_000
_LEAST = 20
_SCRIPT_ONLY = 250
_PARAGRAPH = 120
_PROSE = 300
_MUCH_PROSE = 700
_WIDE = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")


class Verdict(StrEnum):
    """Usable, or why not."""

    USABLE = "usable"
    LOGIN = "login"
    PAYWALL = "paywall"
    CAPTCHA = "captcha"
    CONSENT = "consent"
    SOFT_404 = "soft_404"
    EMPTY = "empty"
    DAMAGED = "damaged"
    BLOCKED = "blocked"
    GONE = "gone"


@dataclass(frozen=True)
class Answer:
    """What is known of a stored answer. ``status`` is None for an upload; ``damage`` says what broke, or is "".

    ``headings`` are the first headings of the text, in their order.
    """

    status: int | None
    media_type: str
    body_bytes: int
    text: str = ""
    title: str = ""
    headings: tuple[str, ...] = ()
    signals: tuple[str, ...] = ()
    damage: str = ""
    extraction_code: str = ""
    extraction_sentence: str = ""
    url: str = ""
    final_url: str = ""


@dataclass(frozen=True)
class Judgement:
    """A verdict and what decided it; a usable answer needs no reason."""

    verdict: Verdict
    reason: str = ""


_BY_STATUS: dict[int, tuple[Verdict, str]] = {
    204: (Verdict.EMPTY, "The server answered 204: no content."),
    205: (Verdict.EMPTY, "The server answered 205: no content."),
    206: (Verdict.DAMAGED, "The server answered 206 with a part only, unasked."),
    304: (Verdict.EMPTY, "The server answered 304 (not modified) though we had asked for the whole."),
    401: (Verdict.LOGIN, "The server answered 401 (log-in required)."),
    402: (Verdict.PAYWALL, "The server answered 402 (payment required)."),
    403: (Verdict.BLOCKED, "The server answered 403 (forbidden)."),
    404: (Verdict.GONE, "The server answered 404 (not found)."),
    407: (Verdict.LOGIN, "The server answered 407 (log-in required)."),
    410: (Verdict.GONE, "The server answered 410 (gone)."),
    429: (Verdict.BLOCKED, "The server answered 429 (too many requests)."),
    451: (Verdict.BLOCKED, "The server answered 451 (unavailable for legal reasons)."),
    503: (Verdict.BLOCKED, "The server answered 503 (not available now)."),
    999: (Verdict.BLOCKED, "The server answered 999 (a refusal of automatic requests)."),
}


def judge(answer: Answer) -> Judgement:
    """Judge a stored answer: the first rule that speaks decides."""
    for rule in (_damage, _captcha, _status, _unread, _paywall, _wall, _missing, _empty):
        judgement = rule(answer)
        if judgement is not None:
            return judgement
    return Judgement(Verdict.USABLE)


def _damage(answer: Answer) -> Judgement | None:
    return Judgement(Verdict.DAMAGED, answer.damage) if answer.damage else None


def _captcha(answer: Answer) -> Judgement | None:
    """Before the status: a test of being human comes with 200, 403 and 503 alike."""
    if len(answer.text) >= _SHORT:
        return None
    phrase = CAPTCHA.search(f"{answer.title}\n{answer.text}")
    is_certain = phrase is not None and (
        "captcha" in answer.signals or phrase.group(0).lower().startswith("unusual traffic")
    )
    if phrase and (is_certain or _prose(answer.text) < _PROSE):
        return Judgement(Verdict.CAPTCHA, sayings.SHORT_SAYS.format(words=_quote(phrase)))
    if "captcha" in answer.signals and len(answer.text) < 300:
        return Judgement(Verdict.CAPTCHA, "A nearly empty page carries a test of being human.")
    return None


def _status(answer: Answer) -> Judgement | None:
    if answer.status in _BY_STATUS:
        return Judgement(*_BY_STATUS[answer.status])
    if answer.status is not None and answer.status >= 400:
        sentence = sayings.OWN_ERROR if answer.status >= 500 else sayings.NOT_TAKEN
        return Judgement(Verdict.DAMAGED, sentence.format(status=answer.status))
    return None


def _unread(answer: Answer) -> Judgement | None:
    """What has no text to look at: nothing, a picture (for people to look at), or a body that could not be read."""
    if answer.body_bytes == 0:
        return Judgement(Verdict.EMPTY, "The answer has no body.")
    if is_image(answer.media_type):
        return Judgement(Verdict.USABLE)
    if answer.extraction_code:
        return Judgement(Verdict.EMPTY, answer.extraction_sentence or "No text could be read.")
    return None


def _paywall(answer: Answer) -> Judgement | None:
    if len(answer.text) >= _TEASER:
        return None
    phrase = PAYWALL.search(answer.text)
    if phrase:
        return Judgement(Verdict.PAYWALL, sayings.SHORT_SAYS.format(words=_quote(phrase)))
    if "not_free" in answer.signals and len(answer.text) < _SHORT:
        return Judgement(Verdict.PAYWALL, "A short page declares isAccessibleForFree: false.")
    return None


def _wall(answer: Answer) -> Judgement | None:
    """Walls that leave a short page: a refusal, consent, log-in."""
    text = answer.text
    if len(text) >= _SHORT:
        return None
    prose = _prose(text)
    refusal = BLOCKED.search(text)
    if refusal and len(text) < 600 and prose < _PROSE:
        return Judgement(Verdict.BLOCKED, sayings.SHORT_SAYS.format(words=_quote(refusal)))
    for name in _names(answer):
        if BLOCKED_NAME.fullmatch(name) and prose < _MUCH_PROSE:
            return Judgement(Verdict.BLOCKED, sayings.SHORT_CALLED.format(words=name[:120]))
    return _consent(answer) or _login(answer)


def _consent(answer: Answer) -> Judgement | None:
    host = (urlsplit(answer.final_url).hostname or "") if _parses(answer.final_url) else ""
    if CONSENT_HOST.match(host):
        return Judgement(Verdict.CONSENT, sayings.LED_TO_CONSENT.format(host=host))
    phrase = CONSENT.search(answer.text)
    about_other_things = _prose(answer.text, leaving_out=CONSENT_WORDS)
    if phrase and len(CONSENT.sub("", answer.text)) < 600 and about_other_things < _PROSE:
        return Judgement(Verdict.CONSENT, sayings.LITTLE_ELSE_SAYS.format(words=_quote(phrase)))
    return None


def _login(answer: Answer) -> Judgement | None:
    phrase = LOGIN.search(answer.text)
    is_called_so = any(LOGIN.search(name) for name in (answer.title, *answer.headings))
    if phrase and "password_field" in answer.signals and (is_called_so or _prose(answer.text) < _PROSE):
        return Judgement(Verdict.LOGIN, sayings.FIELD_SAYS.format(words=_quote(phrase)))
    if phrase and _was_led_to_login(answer):
        return Judgement(Verdict.LOGIN, sayings.LOGIN_SAYS.format(words=_quote(phrase)))
    return None


def _missing(answer: Answer) -> Judgement | None:
    if len(answer.text) >= _SHORT:
        return None
    for name in _names(answer):
        if MISSING_NAME.fullmatch(name):
            said = sayings.CALLED_MISSING.format(words=name[:120])
            return Judgement(Verdict.SOFT_404, said)
    sentence = MISSING_SENTENCE.search(answer.text)
    if sentence and len(answer.text.split()) < 90:
        return Judgement(Verdict.SOFT_404, sayings.FEW_WORDS_SAY.format(words=_quote(sentence)))
    if _was_led_home(answer):
        return Judgement(Verdict.SOFT_404, sayings.LED_HOME.format(url=answer.final_url[:200]))
    return None


def _empty(answer: Answer) -> Judgement | None:
    readable = sum(1 for _ in islice(filter(str.isalnum, answer.text), _LEAST))
    if readable < _LEAST:
        return Judgement(Verdict.EMPTY, sayings.FEW_LETTERS.format(count=readable))
    script = NEEDS_SCRIPT.search(answer.text) if len(answer.text) < _SCRIPT_ONLY else None
    if script:
        return Judgement(Verdict.EMPTY, sayings.NEEDS_SCRIPTS.format(words=_quote(script)))
    return None


def _names(answer: Answer) -> list[str]:
    """What the page calls itself: the parts of its title, its first headings, its first block."""
    first_block = answer.text.split(BLOCK_GAP, 1)[0]
    parts = SITE_PARTS if _prose(answer.text) >= _PROSE else TITLE_PARTS
    names = (*parts.split(answer.title), *answer.headings, first_block)
    return [tidied for tidied in (name.strip(" .!?…") for name in names) if tidied]


def _prose(text: str, leaving_out: re.Pattern[str] | None = None) -> int:
    """How much of a text is paragraphs, in letters: an article has some, a wall has few.

    A sign of the Chinese, Japanese and Korean scripts counts twice.
    """
    sizes = (
        len(block) + len(_WIDE.findall(block))
        for block in text.split(BLOCK_GAP)
        if not (leaving_out and leaving_out.search(block))
    )
    return sum(size for size in sizes if size >= _PARAGRAPH)


def _parses(url: str) -> bool:
    try:
        return bool(urlsplit(url).hostname)
    except ValueError:
        return False


def _was_led_to_login(answer: Answer) -> bool:
    if not (_parses(answer.url) and _parses(answer.final_url)):
        return False
    was, now = urlsplit(answer.url).path, urlsplit(answer.final_url).path
    return bool(LOGIN_PATH.search(now)) and not LOGIN_PATH.search(was)


def _was_led_home(answer: Answer) -> bool:
    """From a page deep in a site to the root of the same site."""
    if not (_parses(answer.url) and _parses(answer.final_url)):
        return False
    asked, came = urlsplit(answer.url), urlsplit(answer.final_url)
    same = (asked.hostname or "").removeprefix("www.") == (came.hostname or "").removeprefix("www.")
    page = asked.path.rstrip("/").rsplit("/", 1)[-1]
    is_root = came.path in ("", "/") and not came.query
    return same and is_root and len(page) > 3 and not page.startswith(("index.", "home"))


def _quote(match: re.Match[str]) -> str:
    return " ".join(match.group(0).split())[:160]
