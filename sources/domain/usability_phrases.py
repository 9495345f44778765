"""What walls, refusals and error pages say, by language; :mod:`sources.domain.usability` has the rules."""

import re


def _any_of(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE | re.DOTALL)


CAPTCHA = _any_of(
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
    r"verifi(?:ca|que) que (?:no )?(?:eres|es)\b",
    r"v[ée]rifiez que vous [êe]tes (?:bien )?(?:un )?(?:[êe]tre )?humain",
    r"je ne suis pas un robot",
    r"bestätigen sie, dass sie (?:ein mensch|kein roboter)",
    r"вы не робот",
    r"não sou um rob[ôo]",
    r"nie jestem robotem",
    r"(?:私は)?ロボットではありません",
)
_BLOCKED_NAME = (
    r"(?:access (?:denied|forbidden)|request blocked|(?:sorry, )?you have been blocked|error 1020|forbidden|"
    r"acceso (?:denegado|prohibido)|acc[èe]s (?:refus[ée]|interdit)|zugriff verweigert|acesso negado|accesso negato|"
    r"доступ (?:запрещ[её]н|заблокирован|ограничен)|brak dostępu)"
)
BLOCKED = _any_of(r"^\W*" + _BLOCKED_NAME + r"\b")
BLOCKED_NAME = _any_of(r"(?:(?:error )?403\W*)?" + _BLOCKED_NAME)
LOGIN = _any_of(
    r"\b(?:log ?in|sign ?in|log on|connectez-vous|se connecter|anmelden|einloggen|fazer login|accedi|войти|вход)\b",
    r"\binici(?:ar?|e) sesi[oó]n\b",
    r"\bentrar na sua conta\b",
    r"\bzaloguj się\b",
    r"ログイン|登录|登錄|로그인",
)
PAYWALL = _any_of(
    r"subscribe (?:now )?to (?:continue|read|keep reading|unlock)",
    r"already a subscriber\?",
    r"(?:article|content|story) is (?:only |exclusively )?(?:available )?(?:for|to) (?:our )?"
    r"(?:subscribers|members)\b(?! of\b)",
    r"to continue reading(?: this)?\b.{0,60}(?:subscri|register|sign|free trial)",
    r"(?:weiterlesen|jetzt lesen) mit (?:\S+ )?abo\b",
    r"riservat[oa] agli abbonati",
    r"tylko dla (?:prenumeratorów|subskrybentów)",
    r"(?:有料)?会員限定(?:記事|です)|有料会員限定",
    r"только для подписчиков",
    r"suscr[ií]bete para (?:seguir|continuar|leer)",
    r"(?:contenido|nota) exclusiv[oa] para suscriptores",
    r"r[eé]serv[eé] (?:aux|à nos) abonn[eé]s",
    r"nur für abonnenten",
    r"exclusivo para assinantes",
)
CONSENT = _any_of(
    r"before you continue",
    r"we (?:and our (?:\d+ )?partners )?(?:value|care about) your privacy",
    r"accept (?:all )?cookies",
    r"(?:we and our|our \d+) partners (?:store|process)",
    r"to continue using our site.{0,80}consent",
    r"aceptar (?:todas las )?cookies",
    r"valoramos (?:tu|su) privacidad",
    r"accepter (?:tous les cookies|et continuer)|tout accepter",
    r"accetta(?:re)? tutti(?: i cookie)?",
    r"zaakceptuj wszystk",
    r"принять все (?:cookie|куки|файлы)",
    r"すべての(?:cookie|クッキー)を(?:受け入れ|許可)",
    r"alle (?:cookies )?akzeptieren",
    r"aceitar (?:todos os )?cookies",
)
CONSENT_HOST = re.compile(r"^(?:consent|privacy-?gate|cmp|guce)\.", re.IGNORECASE)
_OOPS = r"(?:oops[!,. ]*)?(?:sorry[!,. ]*)?(?:we )?"
MISSING_NAME = _any_of(
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
    r"nie znaleziono (?:takiej )?strony|strona nie (?:została znaleziona|istnieje)",
    r"(?:(?:お探し|ご指定|指定され)(?:の|た))?ページ(?:が|は)見つかりません(?:でした)?",
    r"(?:您访问的)?页面不存在|找不到(?:该)?(?:页面|網頁|网页)",
)
MISSING_SENTENCE = _any_of(
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
NEEDS_SCRIPT = re.compile(r"(?:enable|requires?|need|activ\w+|turn on) (?:to enable )?java ?script", re.IGNORECASE)
TITLE_PARTS = re.compile(r"\s*[|–—·»:]\s*|\s+-\s+")
SITE_PARTS = re.compile(r"\s*[|·»]\s*|\s+[-–—]\s+")
"""What parts a title from the site's name; a colon may part a headline, too."""
CONSENT_WORDS = re.compile(
    r"cookie|consent|privacy|partner|privacidad|vie privée|données|datenschutz|werbung|pubblicità|куки|файлов",
    re.IGNORECASE,
)
"""What the paragraphs of a consent wall itself speak of."""

LOGIN_PATH = re.compile(r"/(?:log-?in|sign-?in|logon|auth|sso|users?/sign_in)(?:[/.?]|$)", re.IGNORECASE)
