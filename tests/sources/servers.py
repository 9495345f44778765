"""Page servers for the tests: they send exactly the bytes they are told to, on loopback, at their own pace."""

import contextlib
import datetime
import gzip
import socket
import ssl
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import brotli
import trustme

from sources.domain.address_policy import AddressPolicy

PAGE = b"<!doctype html><title>A page</title><h1>A page</h1><p>Fifteen words stand here so that nobody thinks that this page is empty or short.</p>"

Script = Callable[[socket.socket, bytes], None]
Answer = bytes | Script


def answer(status: str = "200 OK", body: bytes = PAGE, **headers: str) -> bytes:
    """An answer with a Content-Length; ``content_type="…"`` and the like become headers."""
    named = {"Content-Type": "text/html; charset=utf-8", "Content-Length": str(len(body))}
    named |= {name.replace("_", "-").title(): value for name, value in headers.items()}
    lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in named.items() if value)]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def redirect(location: str, status: str = "302 Found") -> bytes:
    return answer(status, b"", location=location)


def chunked(*chunks: bytes, end: bytes = b"0\r\n\r\n") -> bytes:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
    return head + b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks) + end


def drip(head: bytes, piece: bytes, pause: float = 0.05, most: int = 400) -> Script:
    """Send ``piece`` again and again, with a pause between: at most ``most`` times, so that it ends by itself."""

    def send(connection: socket.socket, _: bytes) -> None:
        connection.sendall(head)
        for _turn in range(most):
            connection.sendall(piece)
            time.sleep(pause)

    return send


def gzip_bomb(megabytes: int, times: int = 1) -> bytes:
    body = b"\0" * (megabytes << 20)
    for _ in range(times):
        body = gzip.compress(body, 9)
    return body


def brotli_bomb(megabytes: int) -> bytes:
    return bytes(brotli.compress(b"\0" * (megabytes << 20), quality=5))


class PageServer:
    """A server on loopback. ``answers`` maps a path to bytes or to a script that talks on the socket itself.

    :attr:`requests` holds the exact bytes of every request, :attr:`connections` how many connections came. With a
    ``greeting`` it says that at once to everybody, and listens to nobody.
    """

    def __init__(
        self, answers: Mapping[str, Answer] | None = None, *, tls: ssl.SSLContext | None = None, greeting: bytes = b""
    ) -> None:
        self.answers: dict[str, Answer] = dict(answers or {})
        self.requests: list[bytes] = []
        self.connections = 0
        self._tls = tls
        self._greeting = greeting
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._threads: list[threading.Thread] = []
        self._open: list[socket.socket] = []
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    @property
    def is_tls(self) -> bool:
        return self._tls is not None

    @property
    def url(self) -> str:
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}"

    @property
    def policy(self) -> AddressPolicy:
        """The desk's policy with an exception for exactly this server."""
        return AddressPolicy(private=frozenset({("127.0.0.1", self.port)}))

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in self._open:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in [self._thread, *self._threads]:
            thread.join(5)

    def __enter__(self) -> "PageServer":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(connection)
            thread = threading.Thread(target=self._talk, args=(connection,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _talk(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError, ssl.SSLError), contextlib.closing(connection):
            if self._tls is not None:
                connection = self._tls.wrap_socket(connection, server_side=True)
            with contextlib.closing(connection):
                if self._greeting:
                    connection.sendall(self._greeting)
                    self._drain(connection)
                    return
                self._answer(connection)

    def _answer(self, connection: socket.socket) -> None:
        asked = b""
        while b"\r\n\r\n" not in asked:
            piece = connection.recv(65536)
            if not piece:
                return
            asked += piece
        self.requests.append(asked)
        path = asked.split(b" ", 2)[1].decode()
        reply = self.answers.get(path, answer("404 Not Found", b"<h1>Not found</h1>"))
        if callable(reply):
            reply(connection, asked)
        else:
            connection.sendall(reply)
        self._drain(connection)

    @staticmethod
    def _drain(connection: socket.socket) -> None:
        with contextlib.suppress(OSError):
            connection.shutdown(socket.SHUT_WR)
            connection.settimeout(1)
            while connection.recv(65536):
                pass


class Authority:
    """A certificate authority of the tests' own."""

    def __init__(self) -> None:
        self.ca = trustme.CA()

    def server(self, name: str, *, days: int = 30) -> ssl.SSLContext:
        """A server's context with a certificate for ``name``; negative ``days`` make it one that ran out."""
        now = datetime.datetime.now(datetime.UTC)
        leaf = self.ca.issue_cert(
            name, not_before=now - datetime.timedelta(days=60), not_after=now + datetime.timedelta(days=days)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        leaf.configure_cert(context)
        return context

    @contextlib.contextmanager
    def bundle(self) -> Iterator[Path]:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "ca.pem"
            self.ca.cert_pem.write_to_path(str(path))
            yield path
