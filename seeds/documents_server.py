"""Serves the demonstration documents on loopback, with the little troubles that the scenes need.

Run as ``python -m seeds.documents_server --port 8010 --state FILE``. It serves the files of ``seeds/documents`` and
what ``routes.yaml`` there adds: a redirect, a page that changes, a page that goes. The last two wait for a switch:
their name in the list ``moved_on`` of the state file, which is read anew for each request and may be absent.
Nothing of the archive is known here; no header but ``Host`` is looked at, no method but GET and HEAD answered.
"""

import argparse
import signal
import sys
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import FrameType
from typing import Any, ClassVar
from urllib.parse import unquote, urlsplit

import yaml

DOCUMENTS = Path(__file__).parent / "documents"
MEDIA_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".pdf": "application/pdf",
    ".txt": "text/plain; charset=utf-8",
}


@dataclass(frozen=True)
class Answer:
    """What one path answers now."""

    status: HTTPStatus
    body: bytes
    media_type: str = "text/plain; charset=utf-8"
    location: str = ""


@dataclass(frozen=True)
class Routes:
    """The file ``routes.yaml``: what is not simply a file of the folder."""

    redirects: dict[str, tuple[str, HTTPStatus]]
    changed: dict[str, tuple[str, str, str]]
    gone: dict[str, str]


def read_routes(folder: Path) -> Routes:
    """Read ``routes.yaml`` of ``folder``. Raises KeyError or ValueError where it is not of that shape."""
    raw: dict[str, Any] = yaml.safe_load((folder / "routes.yaml").read_text(encoding="utf-8"))
    return Routes(
        redirects={row["from"]: (row["to"], HTTPStatus(row["status"])) for row in raw["redirects"]},
        changed={row["path"]: (row["state"], row["first"], row["then"]) for row in raw["changed"]},
        gone={row["path"]: row["state"] for row in raw["gone"]},
    )


def read_moved_on(state: Path | None) -> frozenset[str]:
    """The switches that are thrown. An absent, empty or half-written file throws none."""
    try:
        raw = yaml.safe_load(state.read_text(encoding="utf-8")) if state else None
    except (OSError, yaml.YAMLError):
        return frozenset()
    names = raw.get("moved_on") if isinstance(raw, dict) else None
    return frozenset(str(name) for name in names) if isinstance(names, list) else frozenset()


def answer_for(path: str, *, folder: Path, routes: Routes, moved_on: frozenset[str]) -> Answer:
    """What ``path`` (decoded, without query) answers when the switches in ``moved_on`` are thrown."""
    if path == "/healthz":
        return Answer(HTTPStatus.OK, b"ok\n")
    if path in routes.redirects:
        target, status = routes.redirects[path]
        return Answer(status, b"", location=target)
    if path in routes.gone and routes.gone[path] in moved_on:
        return Answer(HTTPStatus.GONE, b"This page was taken down.\n")
    if path in routes.changed:
        state, first, then = routes.changed[path]
        return _file(folder, then if state in moved_on else first)
    return _file(folder, path.lstrip("/"))


def _file(folder: Path, name: str) -> Answer:
    target = (folder / name).resolve()
    media_type = MEDIA_TYPES.get(target.suffix, "")
    if not media_type or not target.is_relative_to(folder.resolve()) or not target.is_file():
        return Answer(HTTPStatus.NOT_FOUND, b"There is no such document.\n")
    return Answer(HTTPStatus.OK, target.read_bytes(), media_type)


class DocumentsHandler(BaseHTTPRequestHandler):
    """One request. The class attributes are set by :func:`make_server`."""

    protocol_version = "HTTP/1.1"
    server_version = "DemonstrationDocuments"
    sys_version = ""
    timeout = 30
    folder: ClassVar[Path] = DOCUMENTS
    routes: ClassVar[Routes]
    state: ClassVar[Path | None] = None

    def do_GET(self) -> None:
        """Answer with the body."""
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        """Answer without the body."""
        self._answer(with_body=False)

    def _answer(self, *, with_body: bool) -> None:
        path = unquote(urlsplit(self.path).path)
        answer = answer_for(path, folder=self.folder, routes=self.routes, moved_on=read_moved_on(self.state))
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.media_type)
        self.send_header("Content-Length", str(len(answer.body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Robots-Tag", "noindex")
        if answer.location:
            self.send_header("Location", answer.location)
        self.end_headers()
        if with_body:
            self.wfile.write(answer.body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: a healthy request is no news."""


def make_server(*, host: str, port: int, state: Path | None, folder: Path = DOCUMENTS) -> ThreadingHTTPServer:
    """A bound server that has not begun to serve; port 0 takes a free one."""
    handler = type(
        "BoundDocumentsHandler",
        (DocumentsHandler,),
        {"folder": folder, "routes": read_routes(folder), "state": state},
    )
    server = ThreadingHTTPServer((host, port), handler)
    server.daemon_threads = True
    return server


def main(arguments: list[str] | None = None) -> int:
    """Serve until SIGTERM or Ctrl-C. Returns 1 with a sentence where the port cannot be had."""
    parser = argparse.ArgumentParser(description="Serves the demonstration documents on loopback.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--state", type=Path, default=None, help="file with the switches that are thrown")
    options = parser.parse_args(arguments)
    try:
        server = make_server(host=options.host, port=options.port, state=options.state)
    except OSError as error:
        sys.stderr.write(f"Port {options.port} cannot be had: {error.strerror}.\n")
        return 1

    def end(_signal: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, end)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
    finally:
        server.server_close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
