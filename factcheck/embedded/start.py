"""The order of a start: guards, broker, tables, processes, seeds, the first page, and then keeping it up."""

import argparse
import contextlib
import errno
import functools
import hashlib
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from urllib.parse import urlsplit

from factcheck import env
from factcheck.broker import NoBroker, server_program
from factcheck.embedded import guards, programs, questions, readiness
from factcheck.embedded.guards import CannotStart
from factcheck.embedded.manager import KeepsDying, Manager
from factcheck.embedded.remembered import Remembered, recall, remember

LONGEST_SEEDING = 600


class Asked(BaseException):
    """Somebody asked the start to end: Ctrl-C, a closed terminal, or SIGTERM."""


@dataclass(frozen=True)
class Choice:
    """What the command line and the environment chose."""

    is_empty: bool
    is_live: bool
    var: Path
    port: int
    given: dict[str, str]

    @property
    def address(self) -> str:
        """Where people reach the site."""
        return self.given.get("SITE_URL") or f"http://127.0.0.1:{self.port}"


def say(text: str) -> None:
    """Tell the person in front of the terminal, at once; a closed terminal is no reason to fail."""
    with contextlib.suppress(OSError, ValueError):
        sys.stdout.write(text + "\n")
        sys.stdout.flush()


def main(arguments: list[str]) -> int:
    """Run until asked to end. Returns 0 then, 1 with one sentence where the start is refused or fails."""
    choice = _choose(arguments)
    for name in ("SIGTERM", "SIGHUP", "SIGINT"):
        signal.signal(getattr(signal, name), _asked)
    try:
        with _running(choice) as manager:
            while True:
                manager.tick()
                time.sleep(0.2)
    except Asked:
        say("Factcheck has stopped. Everything is kept; bin/start takes it up again.")
        return 0
    except (CannotStart, KeepsDying, NoBroker) as refusal:
        say(str(refusal))
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        say("The disk is full. Make room, or move the state with FACTCHECK_VAR, and start again.")
    return 1


def _asked(_number: int, _frame: FrameType | None) -> None:
    for name in ("SIGTERM", "SIGHUP", "SIGINT"):
        signal.signal(getattr(signal, name), signal.SIG_IGN)
    raise Asked


def _choose(arguments: list[str]) -> Choice:
    parser = argparse.ArgumentParser(prog="bin/start", description="Runs Factcheck on this machine until Ctrl-C.")
    kinds = parser.add_mutually_exclusive_group()
    kinds.add_argument("--empty", action="store_true", help="without the demonstration; asks for the desk's name")
    kinds.add_argument("--live", action="store_true", help="the demonstration also cites the public record")
    options = parser.parse_args(arguments)
    values = env.load()
    var = Path(values["FACTCHECK_VAR"])
    var = (var if var.is_absolute() else env.ROOT / var).resolve()
    return Choice(options.empty, options.live, var, values["PORT"], env.inherited())


@contextlib.contextmanager
def _running(choice: Choice) -> Iterator[Manager]:
    """Everything up and the first page served; everything ended afterwards, whatever happens."""
    guards.make_folder(choice.var)
    with guards.hold(choice.var, choice.address), contextlib.ExitStack() as stack:
        before = _remembered(choice)
        guards.require_room(choice.var)
        guards.require_port(choice.port, sentence="Choose another: PORT=8001 bin/start")
        before = _with_documents_port(choice, before)
        socket = _socket(choice, stack)
        manager = Manager(_environment(choice, before, socket), env.ROOT, choice.var / "logs", say)
        stack.callback(manager.stop)
        if not choice.given.get("REDIS_URL"):
            manager.keep(programs.broker(server_program(), socket))
        before = _prepare(choice, manager, before)
        _launch(choice, manager, before)
        _seed(choice, manager, before)
        _greet(choice, manager, before)
        yield manager


def _remembered(choice: Choice) -> Remembered:
    before = recall(choice.var)
    if before is None:
        if (choice.var / "factcheck.sqlite3").exists() and choice.is_empty:
            raise CannotStart(f"{choice.var} holds a database already; --empty needs a folder of its own.")
        return Remembered(is_demonstration=not choice.is_empty)
    if choice.is_empty and before.is_demonstration:
        raise CannotStart(
            f"{choice.var} holds the demonstration. Start the empty desk from a folder of its own: "
            "FACTCHECK_VAR=var-desk bin/start --empty"
        )
    if choice.is_live and not before.is_demonstration:
        raise CannotStart(f"{choice.var} holds a desk of your own; --live belongs to the demonstration.")
    return before.of(_database(choice))


def _with_documents_port(choice: Choice, before: Remembered) -> Remembered:
    """The demonstration documents keep the port of the first start: their addresses are archived under it."""
    if not before.is_demonstration:
        return before
    if urlsplit(choice.address).hostname not in ("127.0.0.1", "localhost", "::1"):
        raise CannotStart(
            f"The demonstration is never served to others, and SITE_URL is {choice.address}. "
            "Start with --empty, or leave SITE_URL out."
        )
    given = urlsplit(choice.given.get("DOCUMENTS_BASE_URL", "")).port
    port = given or before.documents_port or guards.free_port(choice.port + 10)
    guards.require_port(port, sentence="The demonstration documents are served there; end that program.")
    now = before.but(documents_port=port)
    remember(choice.var, now)
    return now


def _socket(choice: Choice, stack: contextlib.ExitStack) -> Path:
    """Where the broker listens: in the state folder, or in a private one where that path is too long."""
    wished = choice.var / "broker.sock"
    if programs.fits_a_socket(wished):
        wished.unlink(missing_ok=True)
        return wished
    folder = tempfile.mkdtemp(prefix="factcheck-", dir="/tmp")
    stack.callback(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder) / "broker.sock"


def _environment(choice: Choice, before: Remembered, socket: Path) -> dict[str, str]:
    """What the started processes read: what was given, and what this start adds."""
    made = dict(choice.given)
    made["FACTCHECK_VAR"] = str(choice.var)
    made["SITE_URL"] = choice.address
    made["PYTHONUNBUFFERED"] = "1"
    if made.get("ALLOWED_HOSTS"):
        made["ALLOWED_HOSTS"] += ",127.0.0.1"
    made.setdefault("REDIS_URL", "")
    if not made["REDIS_URL"]:
        made["REDIS_URL"] = f"redis+socket://{socket}"
    if before.desk_name and not made.get("DESK_NAME"):
        made["DESK_NAME"] = before.desk_name
    if before.is_demonstration:
        made["DEMO"] = "1"
        made["DOCUMENTS_BASE_URL"] = f"http://127.0.0.1:{before.documents_port}"
        allowed = [made.get("CAPTURE_ALLOW_PRIVATE", ""), f"127.0.0.1:{before.documents_port}"]
        made["CAPTURE_ALLOW_PRIVATE"] = ",".join(filter(None, allowed))
    return made


def _manage(*words: str) -> list[str]:
    return [sys.executable, "manage.py", *words]


def _require(manager: Manager, name: str, code: int, sentence: str) -> None:
    if code != 0:
        raise CannotStart(f"{sentence} {readiness.last_words(manager.logs / f'{name}.log')}")


def _prepare(choice: Choice, manager: Manager, before: Remembered) -> Remembered:
    """Tables, static files, and at the first empty start the desk's name and administrator."""
    is_first = not before.tables_stamp
    if is_first:
        say("Making the tables.")
    now = before.but(static_stamp=readiness.static_stamp(env.ROOT), tables_stamp=_tables_stamp(choice))
    collecting = None
    if now.static_stamp != before.static_stamp or not (choice.var / "static").is_dir():
        collecting = manager.spawn_once("static", _manage("collectstatic", "--noinput", "--verbosity", "0"))
    if now.tables_stamp != before.tables_stamp or is_first:
        code = manager.run("migrate", _manage("migrate", "--noinput", "--verbosity", "1"))
        _require(manager, "migrate", code, "The tables could not be made.")
    if collecting is not None:
        _require(manager, "static", manager.finish(collecting), "The static files could not be collected.")
    now = now.but(database=_database(choice))
    remember(choice.var, now)
    if now.is_demonstration or now.has_administrator:
        return now
    return _ask(choice, manager, now)


def _tables_stamp(choice: Choice) -> str:
    """Migrating, and its checks, are left out where neither the code nor the address changed since the last start."""
    return hashlib.sha256(f"{readiness.code_stamp(env.ROOT)} {choice.address}".encode()).hexdigest()


def _database(choice: Choice) -> str:
    """Which database this is, without its password; another one again when the file is gone."""
    given = choice.given.get("DATABASE_URL", "")
    if given:
        return hashlib.sha256(given.encode()).hexdigest()[:16]
    return "sqlite" if (choice.var / "factcheck.sqlite3").exists() else ""


def _ask(choice: Choice, manager: Manager, before: Remembered) -> Remembered:
    name = questions.desk_name(choice.given.get("DESK_NAME", "") or before.desk_name, say)
    while True:
        username, password = questions.administrator(say)
        command = _manage("make_administrator", "--username", username)
        if manager.run("administrator", command, words=password.encode() + b"\n") == 0:
            break
        refusal = readiness.last_words(manager.logs / "administrator.log")
        if not sys.stdin.isatty():
            raise CannotStart(refusal)
        say(refusal)
    now = before.but(desk_name=name, has_administrator=True)
    remember(choice.var, now)
    manager.environment = {**manager.environment, "DESK_NAME": name}
    return now


def _launch(choice: Choice, manager: Manager, before: Remembered) -> None:
    if before.is_demonstration:
        manager.keep(programs.documents(before.documents_port, choice.var / "documents-state.yaml"))
    manager.keep(programs.web(choice.port))
    for worker in programs.workers():
        manager.keep(worker)
    manager.keep(programs.beat())
    readiness.wait(lambda: readiness.is_healthy(choice.port), manager.tick, seconds=90, what="The site")
    are_ready = functools.partial(manager.have_said, b" ready.", names="worker")
    readiness.wait(are_ready, manager.tick, seconds=90, what="A worker")
    manager.is_up = True


def _seed(choice: Choice, manager: Manager, before: Remembered) -> None:
    """Run the seeds once; a start that was ended in the middle takes them up again."""
    is_done = before.is_seeded and (before.is_seeded_live or not choice.is_live)
    if not before.is_demonstration or is_done:
        return
    say("Entering the demonstration: its sources are being fetched and archived. This takes a minute or two.")
    live = ["--live"] if choice.is_live else []
    code = manager.run("seed", _manage("seed", "--wait", str(LONGEST_SEEDING), *live))
    _require(manager, "seed", code, "The demonstration could not be entered; starting again takes it up.")
    remember(choice.var, before.but(is_seeded=True, is_seeded_live=before.is_seeded_live or choice.is_live))


def _greet(choice: Choice, manager: Manager, before: Remembered) -> None:
    """Wait for a page that people came for, then say where everything is."""
    lines = ["", "Factcheck is ready.", "", f"  the site           {choice.address}/"]
    if before.is_demonstration:
        found: list[str] = []

        def has_a_claim() -> bool:
            found[:] = [path for path in [readiness.published_claim(choice.port)] if path]
            return bool(found)

        readiness.wait(has_a_claim, manager.tick, seconds=60, what="A published claim")
        lines.append(f"  a published claim  {choice.address}{found[0]}")
    lines += [f"  the review desk    {choice.address}/desk/", f"  the admin          {choice.address}/admin/"]
    lines += readiness.accounts(choice.var / "demo-accounts")
    kept = os.path.relpath(choice.var, env.ROOT) if choice.var.is_relative_to(env.ROOT) else str(choice.var)
    lines += ["", f"State and logs are kept in {kept}/. Ctrl-C stops it.", ""]
    say("\n".join(lines))
