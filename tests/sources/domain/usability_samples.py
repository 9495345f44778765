"""Pages as sites send them, written for these tests: walls and errors in several languages, and their look-alikes."""

from dataclasses import dataclass

from sources.domain.usability import Verdict

ASKED = "https://gazette.example/2018/harbour-count"
_CHROME = {
    "en": ("Home", "News", "Sport", "Culture", "Opinion", "Log in", "Subscribe", "Contact", "Terms of use"),
    "es": ("Inicio", "Noticias", "Deportes", "Cultura", "Opinión", "Iniciar sesión", "Suscríbete", "Contacto", "Aviso legal"),
    "fr": ("Accueil", "Actualités", "Sports", "Culture", "Opinions", "Se connecter", "S’abonner", "Contact", "Mentions légales"),
    "de": ("Start", "Nachrichten", "Sport", "Kultur", "Meinung", "Anmelden", "Abo", "Kontakt", "Impressum"),
    "pt": ("Início", "Notícias", "Esportes", "Cultura", "Opinião", "Entrar", "Assine", "Contato", "Termos de uso"),
    "it": ("Home", "Notizie", "Sport", "Cultura", "Opinioni", "Accedi", "Abbonati", "Contatti", "Note legali"),
    "ru": ("Главная", "Новости", "Спорт", "Культура", "Мнения", "Войти", "Подписка", "Контакты", "Правила"),
    "pl": ("Strona główna", "Wiadomości", "Sport", "Kultura", "Opinie", "Zaloguj się", "Prenumerata", "Kontakt", "Regulamin"),
    "ja": ("ホーム", "ニュース", "スポーツ", "文化", "社説", "ログイン", "購読", "お問い合わせ", "利用規約"),
}  # fmt: skip
_WORDS = {
    "en": "The harbour office counted the ships that came in spring and found fewer than in any year since the war. ",
    "es": "La oficina del puerto contó los barcos que llegaron en primavera y halló menos que en ningún otro año. ",
    "fr": "Le bureau du port a compté les navires arrivés au printemps et en a trouvé moins que jamais auparavant. ",
    "de": "Das Hafenamt zählte die Schiffe, die im Frühjahr kamen, und fand weniger als in jedem Jahr zuvor. ",
    "pt": "O escritório do porto contou os navios que chegaram na primavera e encontrou menos do que antes. ",
    "it": "L’ufficio del porto ha contato le navi arrivate in primavera e ne ha trovate meno che in passato. ",
    "ru": "Портовая служба посчитала корабли, пришедшие весной, и нашла их меньше, чем в любой прошлый год. ",
    "pl": "Biuro portu policzyło statki, które przypłynęły wiosną, i znalazło ich mniej niż kiedykolwiek. ",
    "ja": "港の事務所は春に入港した船の数を数え、これまでのどの年よりも少ないことを見つけました。",
}
PASSWORD = "<form action=/login><label>E-mail <input name=mail></label><input type=password name=word></form>"
BANNER = {
    "en": "<div>We value your privacy. We and our 84 partners store cookies.<button>Accept all cookies</button></div>",
    "de": "<div>Wir verwenden Cookies.<button>Alle akzeptieren</button></div>",
    "es": "<div>Valoramos tu privacidad.<button>Aceptar todas las cookies</button></div>",
}


@dataclass(frozen=True)
class Sample:
    """A page, how it came, its verdict, and words that its reason quotes."""

    html: str
    verdict: Verdict
    quoted: str = ""
    status: int = 200
    final_url: str = ASKED


def words(language: str, times: int) -> str:
    """So many paragraphs of an article."""
    return f"<p>{_WORDS[language] * 2}</p>" * times


def site(language: str, title: str, main: str, *, bare: bool = False) -> str:
    """A page with the site's menu and foot, or without."""
    links = [f"<li><a href=/{number}>{name}</a></li>" for number, name in enumerate(_CHROME[language])]
    menu, foot = ("", "") if bare else ("".join(links[:7]), "".join(links[7:]))
    return (
        f'<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8"><title>{title}</title></head><body>'
        f"<nav><ul>{menu}</ul></nav><main>{main}</main><footer><ul>{foot}</ul></footer></body></html>"
    )


def _login(language: str, title: str, heading: str, more: str, quoted: str) -> Sample:
    main = f"<h1>{heading}</h1>{PASSWORD}<button>{heading}</button><p>{more}</p>"
    return Sample(site(language, title, main, bare=True), Verdict.LOGIN, quoted)


def _teaser(language: str, wall: str, quoted: str) -> Sample:
    main = f"<h1>Port Example</h1>{words(language, 2)}<div>{wall}</div>"
    return Sample(site(language, "Port Example", main), Verdict.PAYWALL, quoted)


def _missing(language: str, title: str, main: str, quoted: str) -> Sample:
    return Sample(site(language, title, main), Verdict.SOFT_404, quoted)


def _article(language: str, title: str, main: str, *, times: int = 8) -> Sample:
    return Sample(
        site(language, title, f"<article><h1>{title}</h1>{words(language, times)}{main}</article>"), Verdict.USABLE
    )


def _short(language: str, title: str, main: str) -> Sample:
    """A short article without a menu: the rules for short pages look at it."""
    return Sample(site(language, title, f"<h1>{title}</h1>{words(language, 2)}{main}", bare=True), Verdict.USABLE)


WALLS: dict[str, Sample] = {
    "log-in, English": _login("en", "Sign in", "Sign in to continue", "Forgot your password?", "Sign in"),
    "log-in, Spanish": _login("es", "Acceso", "Inicia sesión", "¿Olvidaste tu contraseña?", "Inicia sesión"),
    "log-in, French": _login("fr", "Connexion", "Connectez-vous", "Mot de passe oublié ?", "Connectez-vous"),
    "log-in, German": _login("de", "Anmeldung", "Anmelden", "Passwort vergessen?", "Anmelden"),
    "log-in, Portuguese": _login("pt", "Entrar", "Entrar na sua conta", "Esqueceu a senha?", "Entrar"),
    "log-in, Italian": _login("it", "Accesso", "Accedi", "Password dimenticata?", "Accedi"),
    "log-in, Russian": _login("ru", "Вход", "Войти", "Забыли пароль?", "Войти"),
    "log-in, Polish": _login("pl", "Logowanie", "Zaloguj się", "Nie pamiętasz hasła?", "Zaloguj"),
    "log-in, Japanese": _login("ja", "ログイン", "ログイン", "パスワードをお忘れですか", "ログイン"),
    "led to a log-in page without a field": Sample(
        site("en", "Account", "<h1>Log in with your library card</h1>", bare=True),
        Verdict.LOGIN,
        "Log in",
        final_url="https://accounts.example/signin?continue=x",
    ),
    "401": Sample(site("en", "Authorization", "<p>Authorization required"), Verdict.LOGIN, "401", status=401),
    "teaser, English": _teaser("en", "This article is for subscribers only.", "article is for subscribers"),
    "teaser, English, offer": _teaser("en", "To continue reading, start your free trial.", "To continue reading"),
    "teaser, Spanish": _teaser("es", "Suscríbete para seguir leyendo", "Suscríbete para seguir"),
    "teaser, French": _teaser("fr", "Cet article est réservé aux abonnés. Il vous reste 80 % à lire.", "réservé aux abonnés"),
    "teaser, German": _teaser("de", "Weiterlesen mit Abo. Jetzt testen.", "Weiterlesen mit"),
    "teaser, Portuguese": _teaser("pt", "Conteúdo exclusivo para assinantes", "exclusivo para assinantes"),
    "teaser, Italian": _teaser("it", "Contenuto riservato agli abbonati", "riservato agli abbonati"),
    "teaser, Russian": _teaser("ru", "Материал доступен только для подписчиков", "только для подписчиков"),
    "teaser, Polish": _teaser("pl", "Artykuł dostępny tylko dla prenumeratorów", "tylko dla prenumeratorów"),
    "teaser, Japanese": _teaser("ja", "この記事は有料会員限定です。残り1200文字", "有料会員限定"),
    "captcha, English": Sample(
        site("en", "gazette.example", "<h1>Verify you are human</h1><p>Ray ID: 77", bare=True), Verdict.CAPTCHA, "Verify you are human"
    ),
    "captcha, Spanish": Sample(
        site("es", "Un momento…", "<h1>Verifica que eres un ser humano</h1>", bare=True), Verdict.CAPTCHA, "Verifica que eres"
    ),
    "captcha, French": Sample(
        site("fr", "Un instant…", "<h1>Vérifiez que vous êtes humain</h1>", bare=True), Verdict.CAPTCHA, "Vérifiez que vous êtes"
    ),
    "captcha, German": Sample(
        site("de", "Nur einen Moment…", "<h1>Bestätigen Sie, dass Sie ein Mensch sind</h1>", bare=True),
        Verdict.CAPTCHA,
        "Bestätigen Sie, dass Sie ein Mensch",
    ),
    "captcha, Russian": Sample(
        site("ru", "Проверка", "<h1>Подтвердите, что вы не робот</h1>", bare=True), Verdict.CAPTCHA, "вы не робот"
    ),
    "captcha of a search engine": Sample(
        site(
            "en",
            "https://gazette.example/",
            "<p>Our systems have detected unusual traffic from your computer network. This page checks that it is you "
            "who sends the requests, and not a robot. Please try your request again later.</p><p>"
            + "This page appears when requests seem to come from a program against the terms of service. " * 3,
            bare=True,
        ),
        Verdict.CAPTCHA,
        "unusual traffic from your",
    ),
    "captcha with 403": Sample(
        site("en", "Just a moment...", "<p>Enable JavaScript and cookies to continue", bare=True),
        Verdict.CAPTCHA,
        "Just a moment",
        status=403,
    ),
    "captcha in markup alone": Sample(
        site("en", "gazette.example", "<p>One more step</p><div class='h-captcha'></div>", bare=True), Verdict.CAPTCHA, "test of being human"
    ),
    "consent, English": Sample(site("en", "Gazette", BANNER["en"], bare=True), Verdict.CONSENT, "We value your privacy"),
    "consent, Spanish": Sample(site("es", "Gaceta", BANNER["es"], bare=True), Verdict.CONSENT, "Valoramos tu privacidad"),
    "consent, German": Sample(
        site("de", "Zeitung", "<p>Mit Werbung weiterlesen oder Abo kaufen.<button>Alle akzeptieren</button>", bare=True),
        Verdict.CONSENT,
        "Alle akzeptieren",
    ),
    "consent, French": Sample(
        site("fr", "Journal", "<p>Nous utilisons des cookies.<button>Tout accepter</button>", bare=True), Verdict.CONSENT, "Tout accepter"
    ),
    "consent, Italian": Sample(
        site("it", "Gazzetta", "<p>Teniamo alla tua privacy.<button>Accetta tutti i cookie</button>", bare=True),
        Verdict.CONSENT,
        "Accetta tutti",
    ),
    "consent, with a long notice": Sample(
        site(
            "en",
            "Gazette",
            "<p>" + "We and our partners store cookies and read data of your device to measure what you look at. " * 5 + BANNER["en"],
            bare=True,
        ),
        Verdict.CONSENT,
        "partners store",
    ),
    "consent, another host": Sample(
        site("en", "Your choices", "<p>Choose what you share with us and go on to the page.", bare=True),
        Verdict.CONSENT,
        "consent.gazette.example",
        final_url="https://consent.gazette.example/?to=x",
    ),
    "soft 404, English": _missing("en", "Page not found - Gazette", "<h1>Sorry!</h1><p>Try our search.", "Page not found"),
    "soft 404, English, by its heading": _missing("en", "Gazette", "<h1>404</h1><p>Try our search.", "404"),
    "soft 404, English, by its sentence": _missing(
        "en", "Gazette", "<p>The page you requested could not be found. Go back home.", "page you requested could not be found"
    ),
    "soft 404, Spanish": _missing("es", "Gaceta", "<h1>Página no encontrada</h1><p>Vuelva al inicio.", "Página no encontrada"),
    "soft 404, French": _missing("fr", "Page introuvable | Journal", "<p>Essayez la recherche.", "Page introuvable"),
    "soft 404, German": _missing("de", "Seite nicht gefunden – Zeitung", "<p>Zur Startseite", "Seite nicht gefunden"),
    "soft 404, Portuguese": _missing("pt", "Página não encontrada", "<p>Volte ao início.", "Página não encontrada"),
    "soft 404, Italian": _missing("it", "Pagina non trovata", "<p>Torna alla home.", "Pagina non trovata"),
    "soft 404, Russian": _missing("ru", "Газета", "<h1>Страница не найдена</h1><p>Вернитесь на главную.", "Страница не найдена"),
    "soft 404, Polish": _missing("pl", "Nie znaleziono strony", "<p>Wróć na stronę główną.", "Nie znaleziono strony"),
    "soft 404, Japanese": _missing(
        "ja", "ページが見つかりません | 新聞", "<p>お探しのページは移動または削除された可能性があります。", "ページが見つかりません"
    ),
    "led to the home page": Sample(site("en", "Gazette", words("en", 1)), Verdict.SOFT_404, "home page", final_url="https://gazette.example/"),
    "nothing but markup": Sample(site("en", "App", "<div id=root></div>", bare=True), Verdict.EMPTY, "no text"),
    "needs scripts": Sample(
        site("en", "App", "<p>You need to enable JavaScript to run this app.", bare=True), Verdict.EMPTY, "enable JavaScript"
    ),
    "needs scripts, French": Sample(
        site("fr", "App", "<p>Veuillez activer JavaScript pour afficher cette page.", bare=True), Verdict.EMPTY, "activer JavaScript"
    ),
    "blocked, English": Sample(
        site("en", "Access Denied", "<h1>Access Denied</h1><p>You don't have permission to see this. Reference #18.", bare=True),
        Verdict.BLOCKED,
        "Access Denied",
    ),
    "blocked, Spanish": Sample(
        site("es", "Error", "<h1>Acceso denegado</h1><p>Su dirección fue bloqueada.", bare=True), Verdict.BLOCKED, "Acceso denegado"
    ),
    "blocked, French": Sample(site("fr", "Erreur", "<h1>Accès refusé</h1><p>Référence 18.", bare=True), Verdict.BLOCKED, "Accès refusé"),
    "blocked, German": Sample(site("de", "Fehler", "<h1>Zugriff verweigert</h1><p>Kennung 18.", bare=True), Verdict.BLOCKED, "Zugriff verweigert"),
    "blocked, Russian": Sample(site("ru", "Ошибка", "<h1>Доступ запрещён</h1><p>Код 18.", bare=True), Verdict.BLOCKED, "Доступ запрещён"),
    "blocked, with an explanation": Sample(
        site(
            "en",
            "Attention | Gazette",
            "<h1>Sorry, you have been blocked</h1><p>You cannot reach gazette.example from here.</p>"
            "<h2>Why?</h2><p>" + "A service guards this site against attacks, and what was just done set it off. " * 3
            + "</p><h2>What can I do?</h2><p>" + "Write to the owner of the site and say what you did when this came up. " * 2,
            bare=True,
        ),
        Verdict.BLOCKED,
        "you have been blocked",
    ),
    "blocked by status": Sample(site("en", "Gazette", words("en", 9)), Verdict.BLOCKED, "451", status=451),
    "gone": Sample(site("en", "Gone", "<p>This article was withdrawn."), Verdict.GONE, "410", status=410),
    "not found by status": Sample(site("ru", "404", "<p>Нет такой страницы"), Verdict.GONE, "404", status=404),
}  # fmt: skip

LOOK_ALIKES: dict[str, Sample] = {
    "about missing pages": _article("en", "404: page not found, a history of two words", "<p>“Page not found” is what readers see.</p>"),
    "about missing pages, short": _short("en", "Why “page not found” hurts newspapers", "<p>A page that was not found is lost.</p>"),
    "about a missing document, short": _short("en", "Minutes of the council not found in the archive, says clerk", ""),
    "about missing pages, short, before a colon": _short("en", "Page not found: how court records rot", ""),
    "about missing pages, Spanish": _short("es", "Qué significa “página no encontrada”", "<p>Cuando una página no existe, el lector se va.</p>"),
    "about missing pages, German": _short("de", "Wenn die Seite nicht gefunden wird", "<p>„Seite nicht gefunden“ liest man oft.</p>"),
    "about missing pages, Japanese": _short("ja", "「ページが見つかりません」の歴史", "<p>リンク切れは新聞の記録を失わせる。</p>"),
    "with a log-in form": _article("en", "Ships in spring", f"<aside><h2>Log in to comment</h2>{PASSWORD}</aside>"),
    "with a log-in form, short": _short("en", "Ships in spring", f"<aside>Log in to comment{PASSWORD}</aside>"),
    "with a log-in form, short, Russian": _short("ru", "Корабли весной", f"<aside>Войти{PASSWORD}</aside>"),
    "with a log-in form, short, Spanish": _short("es", "Barcos en primavera", f"<aside>Inicia sesión para comentar{PASSWORD}</aside>"),
    "about signing in, short": _short("en", "Sign in fails for thousands of bank customers", "<p>They could not log in for a day.</p>"),
    "under a cookie banner": _article("en", "Ships in spring", BANNER["en"]),
    "under a cookie banner, short": _short("en", "Ships in spring", BANNER["en"] + words("en", 2)),
    "under a cookie banner, short, German": _short("de", "Schiffe im Frühjahr", BANNER["de"]),
    "under a cookie banner, short, Spanish": _short("es", "Barcos en primavera", BANNER["es"]),
    "about cookie banners, short": _short("en", "Why you accept cookies without reading", "<p>Most people accept all cookies, a study finds.</p>"),
    "quotes access denied": _article("en", "Fans met by “Access denied”", "<p>“Access denied”, the page said.</p>"),
    "begins with access denied": _short("en", "Access denied: how the port shut reporters out", "<p>Forbidden ground, said the guard.</p>"),
    "begins with a ban, Spanish": _short("es", "Acceso denegado: así cerró el puerto a la prensa", ""),
    "begins with a ban, Russian": _short("ru", "Доступ запрещён: как порт закрылся для прессы", ""),
    "about robots": _short("en", "Are robots taking the cranes?", "<p>“Are you a robot?” asked the child.</p>"),
    "about captchas": _article("en", "Press and hold: how captchas work", "<p>Sites ask you to verify you are human.</p>"),
    "about paywalls": _article("en", "Subscribe to continue: the wall and its history", words("en", 6), times=10),
    "about subscribers, short": _short("en", "Paper loses subscribers", "<p>The story is for members of the union, he said.</p>"),
    "invites to subscribe below a whole article": _article("en", "Ships in spring", "<aside>Already a subscriber? Log in</aside>", times=16),
    "about scripts": _short("en", "Sites that need JavaScript leave readers out", ""),
    "a notice of three sentences": Sample(
        site("en", "Notice to mariners", "<p>The north lock is closed on Monday. Ships use the south lock. The office is open.", bare=True),
        Verdict.USABLE,
    ),
    "a notice in Japanese": Sample(site("ja", "お知らせ", "<p>北の水門は月曜日に閉鎖されます。船は南の水門を使ってください。", bare=True), Verdict.USABLE),
    "a record of a removal": _short("en", "Register of removed documents", "<p>Document 12 has been removed by order of the court.</p>"),
    "a site under a log-in path": Sample(
        site("en", "Ships", words("en", 3), bare=True), Verdict.USABLE, final_url="https://gazette.example/authors/ships"
    ),
}  # fmt: skip
