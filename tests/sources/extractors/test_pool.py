"""Hostile documents in real child processes."""

import contextlib
import os
import resource
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from sources.domain.extracted import Extracted
from sources.extractors.pool import MEMORY_BYTES, Abandoned, Child, Pool, extract_in_child
from tests.sources.extractors.samples import HOSTILE, pdf, pdf_bomb, pdf_loop

ROOT = Path(__file__).parents[3]


@pytest.fixture
def pool() -> Iterator[Pool]:
    made = Pool(size=2)
    yield made
    made.close()


def read(pool: Pool, body: bytes | Path, media_type: str = "text/html", cpu_seconds: float = 2.0) -> Extracted:
    return pool.extract(
        body, media_type=media_type, declared="", password="", cpu_seconds=cpu_seconds, memory_bytes=MEMORY_BYTES
    )


def test_a_page_that_hangs_the_reading_view_costs_its_child_only(pool: Pool) -> None:
    extracted = pool.extract(
        HOSTILE["100,000 unclosed a"],
        media_type="text/html",
        declared="",
        password="",
        cpu_seconds=1.0,
        memory_bytes=MEMORY_BYTES,
        is_reading=True,
    )
    assert (extracted.producer, extracted.code) == ("trafilatura", "too_slow")
    assert read(pool, b"<p>still here").text == "still here"


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_pages_end_within_their_limits(pool: Pool, body: bytes) -> None:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    extracted = read(pool, body)
    assert extracted.is_ok or (extracted.code and extracted.sentence)
    assert all(_peak_memory(child.pid) <= MEMORY_BYTES for child in pool._idle)
    assert read(pool, b"<p>still here").text == "still here"
    pool.close()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 4.0


def test_the_page_that_hangs_parsers_is_given_up_for_its_time(pool: Pool) -> None:
    began = time.monotonic()
    extracted = read(pool, HOSTILE["300,000 attributes"], cpu_seconds=0.5)
    assert (extracted.code, extracted.producer) == ("too_slow", "html-blocks")
    assert time.monotonic() - began < 4.5


@pytest.mark.parametrize("make", [pdf_bomb, pdf_loop, lambda: b"%PDF-1.4 junk"], ids=["bomb", "loop", "junk"])
def test_hostile_pdfs_cost_a_child_at_most(pool: Pool, make: Callable[[], bytes]) -> None:
    extracted = read(pool, make(), "application/pdf")
    assert not extracted.is_ok
    assert extracted.code and extracted.sentence
    assert "Page one." in read(pool, pdf([["Page one."]]), "application/pdf").text


def test_a_child_serves_many_documents(pool: Pool) -> None:
    read(pool, b"<p>one")
    [child] = pool._idle
    for number in range(20):
        assert read(pool, b"<p>%d" % number).text == str(number)
    assert pool._idle == [child]
    assert child.documents == 21


def test_a_child_that_died_meanwhile_is_replaced(pool: Pool) -> None:
    read(pool, b"<p>one")
    [child] = pool._idle
    os.kill(child.pid, signal.SIGKILL)
    child.ended(5)
    assert read(pool, b"<p>two").text == "two"


def test_a_child_that_is_killed_by_somebody_else_costs_the_document_nothing(pool: Pool) -> None:
    read(pool, b"<p>one")
    [child] = pool._idle
    threading.Timer(0.3, os.kill, (child.pid, signal.SIGKILL)).start()
    extracted = read(pool, HOSTILE["300,000 attributes"], cpu_seconds=1.0)
    assert extracted.code == "too_slow", "the second child read it, to its own limit"
    assert pool._idle == []


def test_many_threads_get_each_their_own_text(pool: Pool) -> None:
    with ThreadPoolExecutor(8) as threads:
        texts = list(threads.map(lambda number: read(pool, b"<p>%d" % number).text, range(80)))
    assert texts == [str(number) for number in range(80)]
    assert len(pool._idle) <= 2


def test_a_hostile_document_leaves_its_neighbours_alone(pool: Pool) -> None:
    bodies = [HOSTILE["300,000 attributes"] if number == 3 else b"<p>%d" % number for number in range(8)]
    with ThreadPoolExecutor(4) as threads:
        results = list(threads.map(lambda body: read(pool, body, cpu_seconds=0.5), bodies))
    assert [extracted.code for extracted in results] == ["", "", "", "too_slow", "", "", "", ""]


def test_a_file_is_read_by_the_child_itself(pool: Pool, tmp_path: Path) -> None:
    path = tmp_path / "body"
    path.write_bytes(b"<p>from a file")
    assert read(pool, path).text == "from a file"


def test_a_type_without_text_starts_no_child(pool: Pool) -> None:
    assert read(pool, b"\x89PNG", "image/png").code == "no_extractor"
    assert pool._idle == []


def test_the_child_knows_no_django_and_no_environment() -> None:
    program = "import sys; import sources.extractors.child; print([m for m in sys.modules if m.startswith('django')])"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    child = Child()
    try:
        names = {
            line.partition(b"=")[0] for line in Path(f"/proc/{child.pid}/environ").read_bytes().split(b"\0") if line
        }
        assert names == {b"PYTHONPATH", b"MALLOC_ARENA_MAX", b"PYTHONUTF8", b"OMP_NUM_THREADS"}
    finally:
        child.close()


def test_the_child_ends_with_its_parent() -> None:
    program = textwrap.dedent("""
        import os, sys
        from sources.extractors.pool import Child
        print(Child().pid, flush=True)
        os._exit(0)
    """)
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    pid = int(done.stdout)
    deadline = time.monotonic() + 10
    while _is_running(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _is_running(pid)


def test_the_pool_of_the_process_reads_a_document() -> None:
    assert extract_in_child(b"One\n\ntwo", media_type="text/plain").text == "One\n\ntwo"


def _peak_memory(pid: int) -> int:
    """The most resident memory that a process ever had, in bytes (the system counts it from exec on)."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


def _is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def test_a_document_larger_than_its_reader_may_be_is_not_opened(pool: Pool, tmp_path: Path) -> None:
    large = tmp_path / "large"
    with large.open("wb") as file:
        file.truncate(3 << 30)
    extracted = read(pool, large)
    assert (extracted.is_ok, extracted.code) == (False, "too_large")
    assert extracted.sentence.endswith(".")
    assert pool._idle == []


def test_a_document_that_nobody_wants_any_more_is_abandoned_with_its_child(pool: Pool) -> None:
    told = threading.Event()
    threading.Timer(0.5, told.set).start()
    began = time.monotonic()
    with pytest.raises(Abandoned):
        pool.extract(
            HOSTILE["300,000 attributes"],
            media_type="text/html",
            declared="",
            password="",
            cpu_seconds=20.0,
            memory_bytes=MEMORY_BYTES,
            is_stopping=told.is_set,
        )
    assert time.monotonic() - began < 3
    assert pool._idle == []
    assert read(pool, b"<p>two").text == "two"


PARENT = """
import threading, time
from sources.extractors.pool import MEMORY_BYTES, Child
from tests.sources.extractors.samples import HOSTILE
body = HOSTILE["300,000 attributes"]
task = {"media_type": "text/html", "declared": "", "password": "", "is_reading": False, "path": "", "length": len(body),
        "cpu_seconds": 20.0, "deadline_seconds": 40.0, "memory_bytes": MEMORY_BYTES}
child = Child()
threading.Thread(target=child.ask, args=(task, body, time.monotonic() + 40), daemon=True).start()
time.sleep(1)
print(child.pid, flush=True)
time.sleep(60)
"""


def test_a_child_in_the_middle_of_a_document_goes_with_its_parent() -> None:
    with subprocess.Popen([sys.executable, "-c", PARENT], cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = psutil.Process(int(parent.stdout.readline()))
        assert child.status() == psutil.STATUS_RUNNING
        parent.kill()
        with contextlib.suppress(psutil.NoSuchProcess):
            child.wait(3)
