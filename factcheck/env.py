"""Every variable that chooses how the product runs, read once from the environment.

:data:`VARIABLES` is the whole list; the README's table and ``.env.example`` are checked against it. A value that
cannot be read, or a ``FACTCHECK_…`` or ``CAPTURE_…`` name that is not on the list, stops the start with a sentence.
"""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent


class BadEnvironment(SystemExit):
    """The environment cannot be read; its text says which variable and why."""


def _text(value: str) -> str:
    return value


def _flag(value: str) -> bool:
    known = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
    if value.lower() not in known:
        raise ValueError("use 1 or 0")
    return known[value.lower()]


def _positive(value: str) -> int:
    number = int(value)
    if number < 1:
        raise ValueError("use a whole number of at least 1")
    return number


def _whole(value: str) -> int:
    number = int(value)
    if number < 0:
        raise ValueError("use a whole number, 0 or more")
    return number


def _words(value: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in value.split(",") if word.strip())


def _languages(value: str) -> tuple[str, ...]:
    codes = tuple(word.strip() for word in value.split("+") if word.strip())
    for code in codes:
        if not re.fullmatch(r"[A-Za-z_]{2,20}", code):
            raise ValueError("use names such as eng+spa")
    return codes


def _ports(value: str) -> tuple[int, ...]:
    ports = tuple(int(word) for word in _words(value))
    if not ports or not all(0 < port < 65536 for port in ports):
        raise ValueError("use port numbers from 1 to 65535, separated by commas")
    return ports


def _hosts_with_ports(value: str) -> tuple[tuple[str, int], ...]:
    pairs = []
    for word in _words(value):
        host, colon, port = word.rpartition(":")
        if not colon or not host or not port.isdigit() or not 0 < int(port) < 65536:
            raise ValueError(f"“{word}” is not host:port")
        pairs.append((host.strip("[]").lower(), int(port)))
    return tuple(pairs)


def _one_of(*words: str) -> Callable[[str], str]:
    def read_word(value: str) -> str:
        if value not in words:
            raise ValueError(f"use one of: {', '.join(words)}")
        return value

    return read_word


def _proxy(value: str) -> str:
    if not value:
        return ""
    parts = urlsplit(value)
    if parts.scheme not in ("http", "socks5") or not parts.hostname or not parts.port or parts.path.strip("/"):
        raise ValueError("use http://host:port or socks5://host:port, with user:password@ before the host if need be")
    return value


def _site(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/"):
        raise ValueError("use http(s)://host or http(s)://host:port, with no path")
    return value.rstrip("/")


def _addresses(value: str) -> tuple[str, ...]:
    addresses = _words(value)
    for address in addresses:
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"“{address}” is no http(s) address")
    return addresses


def _site_or_none(value: str) -> str:
    return _site(value) if value else ""


def _cache(value: str) -> str:
    return _site(value) if value else ""


@dataclass(frozen=True)
class Variable:
    """One variable: its name, how its text is read, its default as text, and what it means."""

    name: str
    read: Callable[[str], Any]
    default: str
    meaning: str


VARIABLES: tuple[Variable, ...] = (
    Variable("FACTCHECK_VAR", _text, "var", "folder for everything that is kept: database, archive, secret key"),
    Variable("SECRET_KEY", _text, "", "Django's secret key; empty: made once and kept in `FACTCHECK_VAR`"),
    Variable("DEBUG", _flag, "0", "Django's debug pages; never on a server"),
    Variable("ALLOWED_HOSTS", _words, "127.0.0.1,localhost", "host names that the site answers to"),
    Variable("SITE_URL", _site, "http://127.0.0.1:8000", "the public address, without a path"),
    Variable(
        "REPLAY_URL",
        _site_or_none,
        "",
        "the address of a host of its own, without cookies, that shows archived pages; empty: the site itself does",
    ),
    Variable("PORT", _positive, "8000", "where `bin/start` serves on 127.0.0.1"),
    Variable(
        "DATABASE_URL", _text, "", "`postgresql://user:password@host:port/name`; empty: SQLite in `FACTCHECK_VAR`"
    ),
    Variable(
        "REDIS_URL",
        _text,
        "",
        "the broker, `redis://host:port/0` or `redis+socket:///path`; empty: `bin/start` runs its own",
    ),
    Variable(
        "STORAGE_URL",
        _text,
        "",
        "`s3://bucket?endpoint_url=…&region_name=…` for the archive; empty: a folder in `FACTCHECK_VAR`",
    ),
    Variable(
        "PURGE_URL",
        _cache,
        "",
        "a shared cache in front, `http://host:port`, that is sent PURGE requests when a page changes; empty: none",
    ),
    Variable("DESK_NAME", _text, "Factcheck", "the desk's name, on every page"),
    Variable(
        "DESK_CONTACT_URL", _text, "", "a page that tells who runs the desk; named in the user agent of captures"
    ),
    Variable(
        "IFCN_URL",
        _text,
        "",
        "the desk's page at the IFCN, where it is a signatory of its code; complaints are told to go there too",
    ),
    Variable("TIME_ZONE", _text, "UTC", "the desk's zone; times are stored in UTC"),
    Variable("LANGUAGE_CODE", _text, "en", "the language of the interface"),
    Variable("QUORUM", _positive, "2", "how many reviewers rate a new claim"),
    Variable("REVIEW_DAYS", _positive, "7", "days until an assignment is due"),
    Variable("REMINDERS", _flag, "1", "remind people by mail of what is due, once a day at most"),
    Variable("REMIND_DAYS", _positive, "2", "how many days before an assignment is due its reviewer is reminded"),
    Variable(
        "CAPTURE_ALLOW_PRIVATE",
        _hosts_with_ports,
        "",
        "private hosts that may be fetched all the same, `host:port,…`",
    ),
    Variable("CAPTURE_PORTS", _ports, "80,443,8000,8008,8080,8443", "ports that may be fetched from"),
    Variable("CAPTURE_MAX_BYTES", _positive, "52428800", "largest body kept, in bytes; more is cut and marked"),
    Variable("CAPTURE_DEADLINE_SECONDS", _positive, "60", "longest time for one fetch, redirects included"),
    Variable(
        "CAPTURE_LEASE_SECONDS",
        _positive,
        "60",
        "after so long without a sign of life a capture is taken from its worker",
    ),
    Variable(
        "CAPTURE_HOST_GAP_MS",
        _positive,
        "1000",
        "shortest time between two requests to one public host, in milliseconds",
    ),
    Variable("CAPTURE_RETRY_SECONDS", _positive, "30", "wait before the second attempt; doubled before the third"),
    Variable(
        "CAPTURE_RETRY_AFTER_SECONDS",
        _positive,
        "120",
        "longest `Retry-After` that is waited for; a server that asks for more is stored as what it said",
    ),
    Variable(
        "CAPTURE_FRESH_SECONDS",
        _whole,
        "60",
        "a page stored so short a time ago is not fetched again for the next person who cites it",
    ),
    Variable("CAPTURE_IN_FLIGHT", _positive, "40", "how many captures one fetching worker has in work at a time"),
    Variable(
        "CAPTURE_USER_AGENT",
        _text,
        "",
        "the user agent of captures; empty: the product's name and `DESK_CONTACT_URL`",
    ),
    Variable(
        "CAPTURE_BROWSER",
        _text,
        "auto",
        "the Chromium that renders pages: a path, `auto` for one that is installed, or `off`",
    ),
    Variable(
        "CAPTURE_BROWSER_SANDBOX",
        _flag,
        "1",
        "run that browser in its sandbox; without it a page that breaks out of the browser is in the worker",
    ),
    Variable(
        "CAPTURE_BROWSER_SECONDS",
        _positive,
        "60",
        "longest time for rendering one page",
    ),
    Variable(
        "CAPTURE_BROWSER_MEMORY_MB",
        _positive,
        "1536",
        "most memory for rendering one page, in MiB",
    ),
    Variable(
        "CAPTURE_OCR",
        _text,
        "auto",
        "the Tesseract that reads scans: a path, `auto` for one that is installed, or `off`",
    ),
    Variable(
        "CAPTURE_OCR_LANGUAGES",
        _languages,
        "",
        "Tesseract’s names of languages for scans of unknown language, as `eng+spa`; empty: English, if installed",
    ),
    Variable(
        "MEMENTO_ARCHIVES",
        _addresses,
        "",
        "TimeGates of web archives that are asked for dead sources (RFC 7089), separated by commas; empty: none",
    ),
    Variable(
        "ARCHIVE_TOO",
        _addresses,
        "",
        "services that are asked to keep a copy, too, the source’s address added at the end; empty: none",
    ),
    Variable(
        "TIMESTAMP_AUTHORITIES",
        _addresses,
        "",
        "addresses of RFC 3161 authorities that put the time on each capture, separated by commas; empty: none",
    ),
    Variable(
        "TIMESTAMP_ROOTS",
        _text,
        "",
        "file of PEM certificates that the authorities’ signatures are checked against",
    ),
    Variable(
        "CAPTURE_ROBOTS_PEOPLE",
        _one_of("record", "obey", "ignore"),
        "record",
        "robots.txt where a person asks for a page: `record` what it says and go ahead, `obey` it, or `ignore` it",
    ),
    Variable(
        "CAPTURE_ROBOTS_SCHEDULES",
        _one_of("obey", "record", "ignore"),
        "obey",
        "robots.txt for scheduled captures: `obey`, `record` or `ignore`",
    ),
    Variable(
        "CAPTURE_PROXY",
        _proxy,
        "",
        "fetch through `http://host:port` (CONNECT) or `socks5://host:port`, so that the desk shows no address",
    ),
    Variable(
        "EMAIL_URL",
        _text,
        "console:",
        "`smtp://user:password@host:port?tls=1`, or `console:` where no mail can be sent",
    ),
    Variable("EMAIL_FROM", _text, "factcheck@localhost", "the sender of mails"),
    Variable("TRUST_PROXY", _flag, "0", "believe `X-Forwarded-Proto` of a proxy in front"),
    Variable("DEMO", _flag, "0", "this installation is a demonstration"),
    Variable(
        "DEMO_PASSWORD",
        _text,
        "",
        "one password for all demonstration accounts; empty: made at first start and printed",
    ),
    Variable(
        "DOCUMENTS_BASE_URL", _text, "http://127.0.0.1:8010", "where `bin/start` serves the demonstration documents"
    ),
)

KNOWN = {variable.name for variable in VARIABLES}
GUARDED_PREFIXES = ("FACTCHECK_", "CAPTURE_")
OUTSIDE = {"FACTCHECK_TEST_DATABASE", "FACTCHECK_TEST_READY"}
"""Names of the test suite; the product itself does not read them."""


def read(environ: Mapping[str, str]) -> dict[str, Any]:
    """Return every variable's value by name. Raises :class:`BadEnvironment` with a sentence."""
    for name in environ:
        if name.startswith(GUARDED_PREFIXES) and name not in KNOWN | OUTSIDE:
            raise BadEnvironment(f"There is no setting called {name}. The README lists all of them.")
    values: dict[str, Any] = {}
    for variable in VARIABLES:
        text = environ.get(variable.name, variable.default)
        try:
            values[variable.name] = variable.read(text)
        except ValueError as error:
            raise BadEnvironment(f"{variable.name}={text!r} cannot be read: {error}.") from error
    return values


def load() -> dict[str, Any]:
    """The process's own environment, read."""
    return read(os.environ)


def inherited() -> dict[str, str]:
    """A copy of the process's environment, for processes that it starts."""
    return dict(os.environ)
