"""Whether what was started answers, and what it left in its logs."""

import hashlib
import http.client
import re
import time
from collections.abc import Callable
from pathlib import Path

from factcheck.embedded.guards import CannotStart

CLAIM_LINK = re.compile(r'href="(/claims/[^"/?#]+/)"')


def get(port: int, path: str) -> tuple[int, str]:
    """The status and text that this machine's server answers with; (0, "") where none answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode("utf-8", "replace")
    except (OSError, http.client.HTTPException):
        return 0, ""
    finally:
        connection.close()


def is_healthy(port: int) -> bool:
    """Whether web server, database and broker answer."""
    return get(port, "/healthz")[0] == http.client.OK


def published_claim(port: int) -> str:
    """The path of a published claim that is really served, found as a reader finds it; "" where there is none."""
    for page in ("/", "/claims/"):
        for path in dict.fromkeys(match[1] for match in CLAIM_LINK.finditer(get(port, page)[1])):
            if get(port, path)[0] == http.client.OK:
                return path
    return ""


def wait(is_there: Callable[[], bool], tick: Callable[[], None], *, seconds: float, what: str) -> None:
    """Wait until ``is_there``, ticking meanwhile. Raises :class:`CannotStart` after ``seconds``."""
    deadline = time.monotonic() + seconds
    while not is_there():
        tick()
        if time.monotonic() > deadline:
            raise CannotStart(f"{what} was not there within {seconds:.0f} seconds; the logs tell more.")
        time.sleep(0.1)


def last_words(log: Path) -> str:
    """The last line of a log that is not empty."""
    try:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    words = next((line.strip() for line in reversed(lines) if line.strip()), "")
    return words.removeprefix("CommandError: ")


def accounts(path: Path) -> list[str]:
    """Lines that show the demonstration accounts, from the file of names and passwords; none where it is absent."""
    if not path.exists():
        return []
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    shown = [f"  {row[0]:<17}  {row[1]}" for row in rows if len(row) == 2]
    return ["", "  account            password", *shown] if shown else []


def static_stamp(root: Path) -> str:
    """Changes whenever the static files or the pinned requirements do."""
    return _stamp(root, [*(root / "factcheck" / "static").rglob("*")])


def code_stamp(root: Path) -> str:
    """Changes whenever the product's code does: models, migrations, triggers, groups, or what they are made by."""
    return _stamp(
        root, [path for package in ("factcheck", "sources", "claims") for path in (root / package).rglob("*.py")]
    )


def _stamp(root: Path, paths: list[Path]) -> str:
    found = hashlib.sha256((root / "requirements.txt").read_bytes())
    for path in sorted(paths):
        if path.is_file():
            state = path.stat()
            found.update(f"{path.relative_to(root)} {state.st_size} {state.st_mtime_ns}\n".encode())
    return found.hexdigest()
