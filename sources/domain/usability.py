"""Is what came the work that was cited? Judged by rules on the stored answer, each with its reason quoted.

Pure. The rules look at whole short pages and at what their headings *are*, never at a phrase somewhere in a long
text: an article about missing pages is usable, and so is a short document. A page of few words is no reason.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from urllib.parse import urlsplit

from sources.domain.media_types import is_image

PRODUCER = "usability-rules"
VERSION = "1"

_SHORT = 1_500
_TEASER = 3_000
_LEAST = 20
_SCRIPT_ONLY = 250


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
    """What is known of a stored answer. ``status`` is None for an upload; ``damage`` says what broke, or is ""."""

    status: int | None
    media_type: str
    body_bytes: int
    text: str = ""
    title: str = ""
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


def _any_of(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE | re.DOTALL)


_CAPTCHA = _any_of(
    r"verify(?:ing)? (?:that )?you are (?:a )?human",
    r"are you a robot",
    r"i'?m not a robot",
    r"checking (?:if the site connection|your browser)",
    r"just a moment\b",
    r"unusual traffic from your",
    r"attention required!",
    r"enable javascript and cookies to continue",
    r"press (?:&|and) hold",
    r"complete the security check",
    r"access to this page has been denied",
    r"verifica que (?:no )?eres",
)
_BLOCKED = _any_of(r"^\W*(?:access denied|request blocked|you have been blocked|error 1020|forbidden)\b")
_LOGIN = _any_of(
    r"\b(?:log ?in|sign ?in|log on|connectez-vous|se connecter|anmelden|einloggen|fazer login|accedi|войти|вход)\b",
    r"\binici(?:ar?|e) sesi[oó]n\b",
    r"\bentrar na sua conta\b",
)
_PAYWALL = _any_of(
    r"subscribe (?:now )?to (?:continue|read|keep reading|unlock)",
    r"already a subscriber\?",
    r"(?:article|content|story) is (?:only |exclusively )?(?:available )?(?:for|to) (?:our )?(?:subscribers|members)",
    r"to continue reading(?: this)?\b.{0,60}(?:subscri|register|sign)",
    r"только для подписчиков",
    r"suscr[ií]bete para (?:seguir|continuar|leer)",
    r"(?:contenido|nota) exclusiv[oa] para suscriptores",
    r"r[eé]serv[eé] (?:aux|à nos) abonn[eé]s",
    r"nur für abonnenten",
    r"exclusivo para assinantes",
)
_CONSENT = _any_of(
    r"before you continue",
    r"we (?:and our (?:\d+ )?partners )?(?:value|care about) your privacy",
    r"accept (?:all )?cookies",
    r"(?:we and our|our \d+) partners (?:store|process)",
    r"to continue using our site.{0,80}consent",
    r"aceptar (?:todas las )?cookies",
    r"valoramos (?:tu|su) privacidad",
    r"accepter (?:tous les cookies|et continuer)",
    r"alle (?:cookies )?akzeptieren",
    r"aceitar (?:todos os )?cookies",
)
_CONSENT_HOST = re.compile(r"^(?:consent|privacy-?gate|cmp|guce)\.", re.IGNORECASE)
_OOPS = r"(?:oops[!,. ]*)?(?:sorry[!,. ]*)?(?:we )?"
_MISSING_NAME = _any_of(
    _OOPS + r"(?:(?:error|http)\s*)?404\W*(?:error|page)?"
    r"(?:\W*(?:the )?(?:page |file )?(?:was |could )?not (?:be )?found)?",
    _OOPS + r"(?:the |this |that )?(?:requested )?(?:web ?page|page|file|article|story|document|content)"
    r"(?: (?:was|is|could|can) ?not| can['’]t)?(?: be)? (?:found|missing|unavailable|not found|not available)",
    _OOPS + r"(?:could not|couldn['’]t|can['’]t|cannot) find (?:the|that|this) page",
    r"not found",
    r"(?:this |the )?page (?:doesn['’]t|does not|no longer) exists?",
    r"(?:p[aá]gina|art[ií]culo|contenido|documento) (?:no|n[aã]o) (?:encontrad[oa]|disponible|existe)",
    r"no encontrad[oa]",
    r"page (?:introuvable|non trouv[eé]e)",
    r"seite (?:wurde )?nicht gefunden",
    r"pagina non trovata",
    r"страница не найдена",
)
_MISSING_SENTENCE = _any_of(
    r"(?:page|file|article|document|content|url|address) (?:that )?"
    r"(?:you(?:['’]re| are| were|['’]ve| have)? ?"
    r"(?:looking for|requested|(?:trying|tried) to (?:reach|view|access))?,? ?)?"
    r"(?:was not|is not|could not be|cannot be|can['’]t be|no longer|"
    r"does not|doesn['’]t|(?:has|may have|might have) been)"
    r" (?:found|exists?|available|removed|moved|deleted)",
    r"p[aá]gina que (?:buscas?|solicita|est[aá] buscando|procura).{0,40}"
    r"(?:no|n[aã]o) (?:existe|se encuentra|est[aá])",
    r"la page (?:que vous|demand).{0,40}(?:n['’]existe|introuvable)",
    r"seite (?:existiert nicht|konnte nicht)",
)
_NEEDS_SCRIPT = re.compile(r"(?:enable|requires?|need|activ\w+|turn on) (?:to enable )?java ?script", re.IGNORECASE)
_TITLE_PARTS = re.compile(r"\s*[|–—·»:]\s*|\s+-\s+")
_LOGIN_PATH = re.compile(r"/(?:log-?in|sign-?in|logon|auth|sso|users?/sign_in)(?:[/.?]|$)", re.IGNORECASE)


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
    phrase = _CAPTCHA.search(f"{answer.title}\n{answer.text}")
    if phrase:
        return Judgement(Verdict.CAPTCHA, f"A short page says “{_quote(phrase)}”.")
    if "captcha" in answer.signals and len(answer.text) < 300:
        return Judgement(Verdict.CAPTCHA, "A nearly empty page carries a test of being human.")
    return None


def _status(answer: Answer) -> Judgement | None:
    if answer.status in _BY_STATUS:
        return Judgement(*_BY_STATUS[answer.status])
    if answer.status is not None and answer.status >= 400:
        whose = "an error of its own" if answer.status >= 500 else "it would not take the request"
        return Judgement(Verdict.DAMAGED, f"The server answered {answer.status} ({whose}).")
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
    phrase = _PAYWALL.search(answer.text)
    if phrase:
        return Judgement(Verdict.PAYWALL, f"A short page says “{_quote(phrase)}”.")
    if "not_free" in answer.signals and len(answer.text) < _SHORT:
        return Judgement(Verdict.PAYWALL, "A short page declares isAccessibleForFree: false.")
    return None


def _wall(answer: Answer) -> Judgement | None:
    """Walls that leave a short page: a refusal, consent, log-in."""
    text = answer.text
    if len(text) >= _SHORT:
        return None
    refusal = _BLOCKED.search(text)
    if refusal and len(text) < 600:
        return Judgement(Verdict.BLOCKED, f"A short page says “{_quote(refusal)}”.")
    return _consent(answer) or _login(answer)


def _consent(answer: Answer) -> Judgement | None:
    host = (urlsplit(answer.final_url).hostname or "") if _parses(answer.final_url) else ""
    if _CONSENT_HOST.match(host):
        return Judgement(Verdict.CONSENT, f"The address led to {host}, which asks for consent.")
    phrase = _CONSENT.search(answer.text)
    if phrase and len(_CONSENT.sub("", answer.text)) < 600:
        return Judgement(Verdict.CONSENT, f"A page of little else says “{_quote(phrase)}”.")
    return None


def _login(answer: Answer) -> Judgement | None:
    phrase = _LOGIN.search(answer.text)
    if phrase and "password_field" in answer.signals:
        return Judgement(Verdict.LOGIN, f"A short page with a password field says “{_quote(phrase)}”.")
    if phrase and _was_led_to_login(answer):
        return Judgement(Verdict.LOGIN, f"The address led to a log-in page that says “{_quote(phrase)}”.")
    return None


def _missing(answer: Answer) -> Judgement | None:
    if len(answer.text) >= _SHORT:
        return None
    first_block = answer.text.split("\n\n", 1)[0]
    for name in (*_TITLE_PARTS.split(answer.title), first_block):
        if name and _MISSING_NAME.fullmatch(name.strip(" .!?…")):
            called = name.strip()[:120]
            return Judgement(Verdict.SOFT_404, f"The page is called “{called}”, though the server answered as usual.")
    sentence = _MISSING_SENTENCE.search(answer.text)
    if sentence and len(answer.text.split()) < 90:
        return Judgement(Verdict.SOFT_404, f"A page of few words says “{_quote(sentence)}”.")
    if _was_led_home(answer):
        return Judgement(Verdict.SOFT_404, f"The address led to the home page, {answer.final_url[:200]}.")
    return None


def _empty(answer: Answer) -> Judgement | None:
    readable = sum(1 for _ in islice(filter(str.isalnum, answer.text), _LEAST))
    if readable < _LEAST:
        return Judgement(Verdict.EMPTY, f"The text has {readable} letters and digits.")
    script = _NEEDS_SCRIPT.search(answer.text) if len(answer.text) < _SCRIPT_ONLY else None
    if script:
        return Judgement(Verdict.EMPTY, f"The page shows nothing without scripts: “{_quote(script)}”.")
    return None


def _parses(url: str) -> bool:
    try:
        return bool(urlsplit(url).hostname)
    except ValueError:
        return False


def _was_led_to_login(answer: Answer) -> bool:
    if not (_parses(answer.url) and _parses(answer.final_url)):
        return False
    was, now = urlsplit(answer.url).path, urlsplit(answer.final_url).path
    return bool(_LOGIN_PATH.search(now)) and not _LOGIN_PATH.search(was)


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
