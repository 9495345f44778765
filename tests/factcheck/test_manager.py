"""The process manager starts again what dies and ends what it started."""

import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from factcheck.embedded.manager import TOO_OFTEN, KeepsDying, Manager, Program, open_log

pytestmark = pytest.mark.processes

SLEEPER = [sys.executable, "-c", "import time; time.sleep(600)"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)",
]
WITH_A_CHILD = [
    sys.executable,
    "-c",
    "import subprocess, sys, time\n"
    "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
    "print(child.pid, flush=True)\n"
    "time.sleep(600)",
]


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def until(is_so: object, seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():  # type: ignore[operator]
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.05)


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def manager(tmp_path: Path, told: list[str]) -> Iterator[Manager]:
    made = Manager(dict(os.environ), tmp_path, tmp_path, told.append)
    yield made
    made.stop()


def test_starts_again_what_was_killed_and_says_so(manager: Manager, told: list[str]) -> None:
    manager.keep(Program("sleeper", SLEEPER))
    first = manager.kept[0].process.pid
    os.kill(first, signal.SIGKILL)

    def is_another() -> bool:
        manager.tick()
        return manager.kept[0].process.pid != first and is_alive(manager.kept[0].process.pid)

    until(is_another)
    assert len(told) == 1
    assert "“sleeper” was killed by signal 9; it is started again" in told[0]


def test_what_a_killed_program_had_started_goes_with_it(manager: Manager, tmp_path: Path) -> None:
    manager.keep(Program("family", WITH_A_CHILD))
    log = tmp_path / "family.log"
    until(lambda: log.read_text().strip())
    child = int(log.read_text().split()[0])
    os.kill(manager.kept[0].process.pid, signal.SIGKILL)
    until(lambda: manager.tick() or not is_alive(child))


def test_gives_a_start_up_when_a_program_keeps_dying(manager: Manager, told: list[str]) -> None:
    manager.keep(Program("broken", [sys.executable, "-c", "raise SystemExit(3)"]))
    with pytest.raises(KeepsDying, match=r"“broken” ends again and again.*broken\.log"):
        until(manager.tick, 30)
    assert len(told) == TOO_OFTEN - 1
    assert "ended with code 3" in told[0]


def test_a_program_that_dies_later_is_never_given_up(manager: Manager, told: list[str]) -> None:
    manager.is_up = True
    manager.keep(Program("broken", [sys.executable, "-c", "raise SystemExit(3)"]))
    until(lambda: manager.tick() or len(told) > TOO_OFTEN, 60)


def test_ends_what_it_started_and_nothing_else(manager: Manager, tmp_path: Path) -> None:
    bystander = Manager(dict(os.environ), tmp_path, tmp_path, print)
    bystander.keep(Program("bystander", SLEEPER))
    manager.keep(Program("sleeper", SLEEPER))
    manager.keep(Program("deaf", STUBBORN, grace=0.5))
    until(lambda: "deaf" in (tmp_path / "deaf.log").read_text())
    started = [kept.process.pid for kept in manager.kept]
    try:
        manager.stop()
        assert not any(is_alive(pid) for pid in started)
        assert is_alive(bystander.kept[0].process.pid)
    finally:
        bystander.stop()


def test_a_command_gets_its_words_and_gives_its_code(manager: Manager, tmp_path: Path) -> None:
    command = [sys.executable, "-c", "import sys; print(sys.stdin.readline().upper()); sys.exit(7)"]
    assert manager.run("words", command, words=b"harbour\n") == 7
    assert (tmp_path / "words.log").read_text().strip() == "HARBOUR"


def test_a_long_log_is_put_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("factcheck.embedded.manager.OLD_LOG_BYTES", 10)
    log = tmp_path / "web.log"
    log.write_text("a long story already")
    os.close(open_log(log))
    assert log.read_text() == ""
    assert (tmp_path / "web.old.log").read_text() == "a long story already"


def test_a_program_ends_when_its_manager_is_killed(tmp_path: Path) -> None:
    script = (
        "import os, sys, time\n"
        "from pathlib import Path\n"
        "from factcheck.embedded.manager import Manager, Program\n"
        "manager = Manager(dict(os.environ), Path('.'), Path(sys.argv[1]), print)\n"
        f"manager.keep(Program('sleeper', {SLEEPER!r}))\n"
        "print(manager.kept[0].process.pid, flush=True)\n"
        "time.sleep(600)\n"
    )
    import subprocess

    with subprocess.Popen([sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE, text=True) as above:
        assert above.stdout is not None
        below = int(above.stdout.readline())
        above.kill()
    until(lambda: not is_alive(below))
