"""A test run that is killed leaves nothing behind."""

import contextlib
import json
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.plugins.running import ROOT

pytestmark = pytest.mark.processes

RUN = """
import json, subprocess, sys, time
from tests.plugins import watchdog
from tests.plugins.servers import Postgres, Valkey
valkey, postgres = Valkey().start(), Postgres().start()
stubborn = subprocess.Popen([sys.executable, "-c", "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(60)"],
                            start_new_session=True)
watchdog.watch(stubborn)
gone = Valkey().start()
gone.stop()
pids = [valkey.process.pid, postgres.process.pid, stubborn.pid]
print(json.dumps([pids, [str(valkey.folder), str(postgres.folder)]]), flush=True)
time.sleep(60)
"""


def test_servers_and_folders_go_with_a_run_that_is_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", RUN], cwd=ROOT, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        pids, folders = json.loads(run.stdout.readline())
        processes = [psutil.Process(pid) for pid in pids]
        processes += [child for process in processes for child in process.children(recursive=True)]
        [watchdog] = [each for each in psutil.process_iter(["cmdline", "ppid"]) if _watches(each, run.pid)]
        run.kill()
        with contextlib.suppress(psutil.NoSuchProcess):
            watchdog.wait(20)
        _, left = psutil.wait_procs(processes, 1)
    assert left == []
    assert not any(Path(folder).exists() for folder in folders)


def _watches(process: psutil.Process, pid: int) -> bool:
    return process.info["ppid"] == pid and any("watchdog.py" in word for word in process.info["cmdline"] or ())
