"""Why a capture gave nothing that may be kept: a closed list of codes, each with its sentence for people."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Failure:
    """``may_pass`` says that another attempt, later, may go better."""

    code: str
    sentence: str
    may_pass: bool


_LIST: Final = (
    Failure("host_unknown", "The host’s name could not be found.", True),
    Failure("host_lookup_slow", "The host’s name was not found in time.", True),
    Failure("connect_failed", "The server could not be reached.", True),
    Failure("connect_refused", "The server refused the connection.", True),
    Failure("connection_lost", "The server broke the connection off.", True),
    Failure("empty_reply", "The server closed the connection without an answer.", True),
    Failure("incomplete_answer", "The answer broke off before its end.", True),
    Failure("too_slow", "The answer was not complete in time.", True),
    Failure("certificate_invalid", "The server’s certificate is not valid for its name.", False),
    Failure("tls_failed", "No secure connection could be made.", False),
    Failure("answer_unreadable", "What the server sent is no HTTP answer.", False),
    Failure("headers_too_large", "The answer’s headers are too large.", False),
    Failure("too_many_redirects", "The address led from one to the next more than ten times.", False),
    Failure("redirect_invalid", "The address leads on to something that is no web address.", False),
    Failure("proxy_unreachable", "The desk’s own proxy could not be reached.", True),
    Failure("proxy_refused", "The desk’s own proxy would not connect there.", False),
    Failure("robots_unreachable", "The site’s robots.txt could not be had, and a scheduled capture obeys it.", True),
    Failure("robots_disallowed", "The site’s robots.txt asks programs not to fetch this address.", False),
    Failure("worker_died", "The program that fetched it died three times while it did.", False),
    Failure("browser_missing", "There is no browser on the machine that renders pages.", False),
    Failure("browser_failed", "The browser ended before the page was there.", True),
    Failure("browser_no_sandbox", "The browser cannot make its sandbox on this machine, so it was not used.", False),
    Failure("browser_too_large", "The page used more memory than a page may.", False),
    Failure("browser_no_page", "What came is a file and no page: it can be fetched without a browser.", False),
    Failure("memento_none", "None of the web archives that were asked has a copy.", False),
    Failure("memento_unreachable", "A web archive did not answer, and no other one has a copy.", True),
    Failure("storage_failed", "The archive could not write the file. The disk may be full.", True),
    Failure("cancelled", "The capture was cancelled by a person.", False),
    Failure("internal_error", "Something went wrong inside the archive. It was logged.", True),
)

FAILURES: Final = {failure.code: failure for failure in _LIST}
