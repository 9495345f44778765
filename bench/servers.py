"""Pages to capture, made from a fixed seed, and a server that is quick enough not to be what is measured."""

import contextlib
import random
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator

MEAN_BYTES = 144_000
WORDS = 20_000
THREADS = 64
"""Each waits for a connection and serves it: starting a thread for every connection takes longer than an answer."""


def make_pages(count: int, seed: int = 7) -> list[bytes]:
    """HTML of a mean of 144 kB, sizes spread as real ones are, words as often as in a language, tags between them."""
    chance = random.Random(seed)
    words = ["".join(chance.choices("etaoinshrdlucmfwyp", k=chance.randint(2, 10))) for _ in range(WORDS)]
    weights = [1 / rank for rank in range(1, WORDS + 1)]
    pages = []
    for number in range(count):
        size = int(min(max(chance.lognormvariate(0, 0.8) * MEAN_BYTES * 0.73, 2_000), 2_000_000))
        drawn = chance.choices(words, weights, k=size // 8)
        blocks = (" ".join(drawn[start : start + 60]) for start in range(0, len(drawn), 60))
        text = "".join(f'<div class="block b{n % 9}"><p>{block}.</p></div>\n' for n, block in enumerate(blocks))
        head = f"<!doctype html><html lang=en><head><meta charset=utf-8><title>Page {number}</title></head><body>"
        pages.append(f"{head}<main><h1>Page {number}</h1>{text}</main></body></html>".encode())
    return pages


def serve(count: int, delay: float = 0.0) -> None:
    """The server's own process: prints its port and serves until its standard input ends."""
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\n\r\n"
    answers = [head % len(page) + page for page in make_pages(count)]
    missing = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
    listener = socket.create_server(("0.0.0.0", 0), backlog=512)  # every loopback address is a host
    print(listener.getsockname()[1], flush=True)

    def talk(connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            asked = b""
            while True:
                while b"\r\n\r\n" not in asked:
                    piece = connection.recv(65536)
                    if not piece:
                        return
                    asked += piece
                first, _, asked = asked.partition(b"\r\n\r\n")
                name = first.split(b" ", 2)[1][1:]
                connection.sendall(answers[int(name)] if name.isdigit() else missing)
                if b"connection: close" in first.lower():
                    return

    def accept() -> None:
        while True:
            connection, _ = listener.accept()
            talk(connection)

    for _ in range(THREADS):
        threading.Thread(target=accept, daemon=True).start()
    sys.stdin.read()


@contextlib.contextmanager
def serving(count: int) -> Iterator[int]:
    """A server of ``count`` pages in a process of its own; gives its port."""
    server = subprocess.Popen(
        [sys.executable, "-c", f"from bench.servers import serve; serve({count})"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert server.stdin is not None
    assert server.stdout is not None
    try:
        yield int(server.stdout.readline())
    finally:
        server.stdin.close()
        server.wait(10)
