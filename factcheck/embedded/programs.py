"""Which programs an embedded desk is made of."""

import re
import sys
from pathlib import Path

from factcheck import env
from factcheck.embedded.manager import Program

LONGEST_SOCKET_PATH = 107
"""The kernel's limit on the path of a Unix socket, in bytes."""

PLAIN_PATH = re.compile(r"[A-Za-z0-9_./-]+")
"""Paths that mean the same inside an address."""


def fits_a_socket(path: Path) -> bool:
    """Whether the broker can listen at ``path`` and an address can name it."""
    return len(bytes(path)) <= LONGEST_SOCKET_PATH and PLAIN_PATH.fullmatch(str(path)) is not None


def broker(program: Path, socket: Path) -> Program:
    """A Valkey that keeps nothing on disk: the rows in the database are the jobs."""
    command = [str(program), "--port", "0", "--unixsocket", str(socket), "--unixsocketperm", "700"]
    return Program("broker", [*command, "--dir", str(socket.parent), "--save", "", "--appendonly", "no"], grace=5.0)


def documents(port: int, state: Path) -> Program:
    """The server of the demonstration documents, on loopback."""
    command = [sys.executable, "-m", "seeds.documents_server", "--host", "127.0.0.1", "--port", str(port)]
    return Program("documents", [*command, "--state", str(state)], grace=3.0)


def web(port: int) -> Program:
    """The web server, on loopback."""
    command = [sys.executable, "-m", "gunicorn", "factcheck.wsgi:application", "--bind", f"127.0.0.1:{port}"]
    return Program(
        "web",
        [*command, "--preload", "--workers", "2", "--threads", "4", "--graceful-timeout", "5", "--no-control-socket"],
    )


def workers() -> list[Program]:
    """Fetching waits, so it has threads; deriving computes, so it has processes."""
    return [
        _worker("worker-fetch", queues="fetch", pool="threads", size=env.load()["CAPTURE_IN_FLIGHT"]),
        _worker("worker-desk", queues="desk,derive,render", pool="prefork", size=2),
    ]


def _worker(name: str, *, queues: str, pool: str, size: int) -> Program:
    command = [sys.executable, "-m", "celery", "-A", "factcheck", "worker", "-n", f"{name}@%h", "-Q", queues]
    return Program(
        name,
        [*command, "-P", pool, "-c", str(size), "--without-gossip", "--without-mingle", "--loglevel", "INFO"],
        grace=15.0,
    )


def beat() -> Program:
    """The clock that rings for sweeps and what is due."""
    return Program("beat", [sys.executable, "-m", "celery", "-A", "factcheck", "beat", "--pidfile="], grace=5.0)
