"""``bin/start``, with real processes: an empty desk, from nothing to its pages and back to nothing."""

import http.client
import os
import signal
import socket
import sqlite3
import stat
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from factcheck.embedded.readiness import get
from tests.plugins.running import ROOT, RunningDesk, clean_environment
from tests.plugins.servers import free_port

pytestmark = pytest.mark.processes

ANSWERS = "The Harbour Desk\nfirst\ncorrect-horse-battery-9\n"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDesk]:
    with RunningDesk("--empty", var=tmp_path_factory.mktemp("start") / "var", words=ANSWERS) as started:
        yield started.until_ready()


def _until(is_so: object, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():  # type: ignore[operator]
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.1)


def test_serves_and_says_where(desk: RunningDesk) -> None:
    assert f"{desk.url}/desk/" in desk.said
    assert get(desk.port, "/healthz")[0] == http.client.OK
    status, page = get(desk.port, "/")
    assert status == http.client.OK
    assert "The Harbour Desk" in page


def test_runs_every_part(desk: RunningDesk) -> None:
    for words in ("unixsocket", "gunicorn", "worker-fetch", "worker-desk", "beat"):
        assert desk.child(words)
    _until(lambda: "worker-fetch@" in desk.log("worker-fetch") and "ready" in desk.log("worker-fetch"))


def test_asked_for_the_first_administrator(desk: RunningDesk) -> None:
    rows = sqlite3.connect(desk.var / "factcheck.sqlite3").execute("SELECT username, is_superuser FROM auth_user")
    assert rows.fetchall() == [("first", 1)]
    assert "correct-horse" not in "".join(path.read_text() for path in (desk.var / "logs").glob("*.log"))


def test_what_it_keeps_is_its_owners_alone(desk: RunningDesk) -> None:
    assert stat.S_IMODE(desk.var.stat().st_mode) == 0o700
    assert stat.S_IMODE((desk.var / "secret-key").stat().st_mode) == 0o600


def test_a_second_start_at_once_is_refused_and_harms_nothing(desk: RunningDesk) -> None:
    with RunningDesk(var=desk.var, port=free_port()) as second:
        assert "already running from" in second.refusal()
        assert f"process {desk.process.pid}" in second.said
    assert get(desk.port, "/healthz")[0] == http.client.OK


def test_a_port_in_use_is_one_sentence(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with RunningDesk(var=tmp_path / "var", port=other.getsockname()[1]) as refused:
            lines = refused.refusal().strip().splitlines()
    assert len(lines) == 1
    assert "is in use by another program. Choose another: PORT=" in lines[0]


@pytest.mark.parametrize("words", ["worker-fetch", "worker-desk", "gunicorn", "unixsocket", "beat"])
def test_a_killed_process_is_started_again_and_told(desk: RunningDesk, words: str) -> None:
    before = desk.child(words)
    told = desk.said.count("was killed by signal 9")
    os.kill(before, signal.SIGKILL)

    def is_another() -> bool:
        return any(pid != before for pid in desk.children() if _command_has(pid, words))

    _until(is_another)
    _until(lambda: get(desk.port, "/healthz")[0] == http.client.OK)
    assert desk.said.count("was killed by signal 9") == told + 1


def _command_has(pid: int, words: str) -> bool:
    try:
        return words.encode() in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def test_ends_with_all_it_started_and_takes_up_again_within_ten_seconds(tmp_path: Path) -> None:
    var = tmp_path / "var"
    bystander = subprocess.Popen(["sleep", "600"])
    try:
        with RunningDesk("--empty", var=var, words=ANSWERS) as first:
            first.until_ready()
            children = first.children()
            assert len(children) >= 5
            assert first.stop() == 0
            assert "Traceback" not in first.said
        assert not any(Path(f"/proc/{pid}").exists() for pid in children)
        assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()
    since = time.monotonic()
    with RunningDesk(var=var) as again:
        again.until_ready()
        took = time.monotonic() - since
        assert "The desk's name" not in again.said
        assert "The Harbour Desk" in get(again.port, "/")[1]
    assert took < 10 * _how_loaded(), f"{took:.1f} seconds"


def _how_loaded() -> float:
    """Ten seconds are meant for a machine that does nothing else; beside other tests it may take longer."""
    return max(1.0, os.getloadavg()[0])


def test_an_empty_desk_without_answers_is_refused(tmp_path: Path) -> None:
    with RunningDesk("--empty", var=tmp_path / "var") as refused:
        assert "Run bin/start --empty in a terminal." in refused.refusal(90)


def test_a_weak_password_is_refused_with_its_reason(tmp_path: Path) -> None:
    with RunningDesk("--empty", var=tmp_path / "var", words="Desk\nfirst\nshort\n") as refused:
        assert "This password is too short" in refused.refusal(90)


def test_the_demonstration_is_never_served_to_others(tmp_path: Path) -> None:
    with RunningDesk(var=tmp_path / "var", SITE_URL="https://facts.example") as refused:
        assert "never served to others" in refused.refusal()


def test_an_unknown_setting_stops_the_start(tmp_path: Path) -> None:
    with RunningDesk(var=tmp_path / "var", CAPTURE_MAXBYTES="1") as refused:
        assert "There is no setting called CAPTURE_MAXBYTES" in refused.refusal()


def test_a_state_folder_deep_down_still_gets_its_broker(tmp_path: Path) -> None:
    var = tmp_path / ("deep " * 20).strip() / "var"
    with RunningDesk("--empty", var=var, words=ANSWERS) as deep:
        deep.until_ready()
        assert get(deep.port, "/healthz")[0] == http.client.OK
        assert not (var / "broker.sock").exists()


@pytest.fixture
def bare_copy(tmp_path: Path) -> Path:
    """What ``bin/start`` needs before anything is installed."""
    copy = tmp_path / "copy"
    (copy / "bin").mkdir(parents=True)
    for name in ("start", "environment.sh", "fetch_pip.py"):
        (copy / "bin" / name).write_bytes((ROOT / "bin" / name).read_bytes())
        (copy / "bin" / name).chmod(0o755)
    (copy / "requirements.txt").write_text("Django==5.2.19\n")
    return copy


def _start(copy: Path, **given: str) -> subprocess.CompletedProcess[str]:
    environment = clean_environment(PIP_RETRIES="0", UV_OFFLINE="1", **given)
    environment = {name: value for name, value in environment.items() if name != "PIP_FIND_LINKS"}
    return subprocess.run(
        [copy / "bin" / "start"], env=environment, capture_output=True, text=True, timeout=120, check=False
    )


def test_no_network_at_the_first_start_is_told(bare_copy: Path) -> None:
    nowhere = {"PIP_CONFIG_FILE": os.devnull, "PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_EXTRA_INDEX_URL": ""}
    done = _start(bare_copy, **nowhere)
    assert done.returncode == 1
    assert "The packages could not be installed" in done.stderr
    assert not (bare_copy / ".venv.lock").exists()
    assert not (bare_copy / ".venv" / "stamp-requirements").exists()


def test_no_python_is_told(bare_copy: Path, tmp_path: Path) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("sh", "cat", "cksum", "mkdir", "rm", "df", "awk", "tail", "grep", "dirname", "id", "sleep"):
        found = next(folder for folder in ("/bin", "/usr/bin") if Path(folder, name).exists())
        (tools / name).symlink_to(Path(found, name))
    done = _start(bare_copy, PATH=str(tools))
    assert done.returncode == 1
    assert "Factcheck needs Python 3.11, 3.12 or 3.13" in done.stderr


def test_a_lock_that_a_killed_start_left_is_taken_over(bare_copy: Path) -> None:
    with subprocess.Popen(["true"]) as gone:
        gone.wait()
    (bare_copy / ".venv.lock").mkdir()
    (bare_copy / ".venv.lock" / "pid").write_text(str(gone.pid))
    nowhere = {"PIP_CONFIG_FILE": os.devnull, "PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_EXTRA_INDEX_URL": ""}
    assert "The packages could not be installed" in _start(bare_copy, **nowhere).stderr
