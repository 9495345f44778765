"""Fetches pip's wheel for a Python that came without pip, and prints where it put it.

    python3 bin/fetch_pip.py FOLDER

It looks among the wheels that Debian keeps, then at the index in pip's configuration (``PIP_INDEX_URL``,
``PIP_EXTRA_INDEX_URL``, ``PIP_CONFIG_FILE``, the usual ``pip.conf`` files). It knows no index of its own: without
one it ends with 1. Standard library only.
"""

import configparser
import hashlib
import os
import re
import ssl
import sys
import urllib.parse
import urllib.request
from pathlib import Path

WHEEL = re.compile(r'href="([^"]*?/?(pip-(\d+(?:\.\d+)*)-py3-none-any\.whl)(?:#sha256=([0-9a-f]{64}))?[^"]*)"')


def settings() -> dict[str, str]:
    """pip's own settings, the later place winning as in pip."""
    home = Path.home()
    files = [
        "/etc/xdg/pip/pip.conf",
        "/etc/pip.conf",
        str(home / ".pip" / "pip.conf"),
        str(Path(os.environ.get("XDG_CONFIG_HOME", str(home / ".config"))) / "pip" / "pip.conf"),
        os.environ.get("PIP_CONFIG_FILE", ""),
    ]
    parser = configparser.RawConfigParser()
    parser.read([name for name in files if name], encoding="utf-8")
    found: dict[str, str] = {}
    for section in ("global", "install"):
        if parser.has_section(section):
            found.update(parser.items(section))
    for name in ("index-url", "extra-index-url", "cert"):
        value = os.environ.get("PIP_" + name.upper().replace("-", "_"))
        if value:
            found[name] = value
    return found


def newest(page: str, base: str) -> tuple[str, str, str] | None:
    """The address, file name and SHA-256 (or "") of the newest wheel that the page ``base`` links to."""
    links = [match.groups() for match in WHEEL.finditer(page)]
    if not links:
        return None
    href, name, _, digest = max(links, key=lambda link: [int(part) for part in link[2].split(".")])
    return urllib.parse.urljoin(base, href).split("#")[0], name, digest or ""


def fetch(folder: Path) -> Path | None:
    """Put pip's wheel into ``folder`` and return its path; None where no place has it."""
    kept = sorted(Path("/usr/share/python-wheels").glob("pip-*.whl"))
    if kept:
        return kept[-1]
    known = settings()
    context = ssl.create_default_context(cafile=known.get("cert") or None)
    for index in f"{known.get('index-url', '')} {known.get('extra-index-url', '')}".split():
        base = index.rstrip("/") + "/pip/"
        try:
            with urllib.request.urlopen(base, timeout=60, context=context) as answer:  # noqa: S310 the machine's own index
                wheel = newest(answer.read().decode(), answer.geturl())
            if wheel is None:
                continue
            with urllib.request.urlopen(wheel[0], timeout=180, context=context) as answer:  # noqa: S310
                body = answer.read()
        except OSError as error:
            sys.stderr.write(f"The configured package index does not answer: {error}\n")
            continue
        if wheel[2] and hashlib.sha256(body).hexdigest() != wheel[2]:
            sys.stderr.write("The wheel of pip is not what the index says it is.\n")
            continue
        target = folder / wheel[1]
        target.write_bytes(body)
        return target
    return None


if __name__ == "__main__":
    path = fetch(Path(sys.argv[1]))
    if path is None:
        sys.exit(1)
    sys.stdout.write(f"{path}\n")
