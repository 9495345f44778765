"""The parent's side of the child processes: a small pool, safe from many threads.

A child is started by exec (never forked from a threaded worker), handed one document after the other, and replaced
when it died, was killed at its deadline, or has read enough documents. A worker never falls with its child.
"""

import atexit
import contextlib
import json
import os
import selectors
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from sources.domain import sayings
from sources.domain.extracted import Extracted, failed, from_json
from sources.extractors.registry import extractor_for

CPU_SECONDS = 2.0
PDF_CPU_SECONDS = 20.0
"""Long reports are honest work: some two milliseconds a page."""

MEMORY_BYTES = 256 << 20
_START_SECONDS = 30.0
_LARGEST_ANSWER = 128 << 20
_DOCUMENTS_A_CHILD = 500
_NOT_STARTED = "The reader of documents could not be started."
_ROOT = Path(__file__).resolve().parents[2]


_LOOK_SECONDS = 0.25
"""How often somebody who waits for a child looks whether it is still wanted."""


class Abandoned(Exception):
    """Whoever wanted the text is to stop: nothing is wrong with the document, somebody else reads it again."""


class _Died(Exception):
    """The child ended, or did not answer in time."""


def never() -> bool:
    """Nobody asks to stop."""
    return False


class Child:
    """One child process, used by one thread at a time."""

    def __init__(self) -> None:
        # Its standard error goes nowhere: parsers write whatever a document makes them write.
        self._process = subprocess.Popen(
            [sys.executable, "-s", "-m", "sources.extractors.child"],
            cwd=_ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            close_fds=True,
            start_new_session=True,
            env={"PYTHONPATH": str(_ROOT), "MALLOC_ARENA_MAX": "1", "PYTHONUTF8": "1", "OMP_NUM_THREADS": "1"},
        )
        self._buffer = bytearray()
        self.documents = 0
        try:
            self.network: str = json.loads(self._read(time.monotonic() + _START_SECONDS))["network"]
        except _Died:
            self.close()
            raise

    @property
    def pid(self) -> int:
        return self._process.pid

    def ask(
        self, task: dict[str, object], body: bytes, deadline: float, is_stopping: Callable[[], bool] = never
    ) -> Extracted:
        """Hand over one document. Raises :class:`_Died`, and :class:`Abandoned` where ``is_stopping`` says so."""
        self.documents += 1
        pipe = self._process.stdin
        assert pipe is not None
        try:
            pipe.write(json.dumps(task).encode() + b"\n")
            pipe.write(body)
            pipe.flush()
        except OSError as error:
            raise _Died from error
        return from_json(self._read(deadline, is_stopping))

    def close(self) -> int:
        """End it and return how it ended (negative: the signal)."""
        with contextlib.suppress(OSError):
            self._process.kill()
        code = self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        return code

    def ended(self, seconds: float = 0.5) -> int | None:
        """How it ended by itself within ``seconds``, or None."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            return self._process.wait(seconds)
        return None

    def _read(self, deadline: float, is_stopping: Callable[[], bool] = never) -> bytes:
        while b"\n" not in self._buffer:
            self._fill(deadline, is_stopping)
        head, _, rest = bytes(self._buffer).partition(b"\n")
        length = int(head)
        if length > _LARGEST_ANSWER:
            raise _Died
        self._buffer = bytearray(rest)
        while len(self._buffer) < length:
            self._fill(deadline, is_stopping)
        answer = bytes(self._buffer[:length])
        del self._buffer[:length]
        return answer

    def _fill(self, deadline: float, is_stopping: Callable[[], bool]) -> None:
        pipe = self._process.stdout
        assert pipe is not None
        with selectors.DefaultSelector() as selector:
            selector.register(pipe, selectors.EVENT_READ)
            while not selector.select(min(max(0.0, deadline - time.monotonic()), _LOOK_SECONDS)):
                if is_stopping():
                    raise Abandoned
                if time.monotonic() >= deadline:
                    raise _Died
        chunk = os.read(pipe.fileno(), 1 << 20)
        if not chunk:
            raise _Died
        self._buffer += chunk


class Pool:
    """At most ``size`` children. A process that was forked from this one gets children of its own."""

    def __init__(self, size: int) -> None:
        self._free = threading.BoundedSemaphore(size)
        self._lock = threading.Lock()
        self._idle: list[Child] = []
        self._pid = os.getpid()

    def is_mine(self) -> bool:
        return self._pid == os.getpid()

    def extract(
        self,
        body: bytes | Path,
        *,
        media_type: str,
        declared: str,
        password: str,
        cpu_seconds: float,
        memory_bytes: int,
        is_reading: bool = False,
        is_stopping: Callable[[], bool] = never,
    ) -> Extracted:
        extractor = extractor_for(media_type, is_reading=is_reading)
        if extractor is None:
            return failed("none", "1", "no_extractor", sayings.NO_READER.format(media_type=media_type))
        size = body.stat().st_size if isinstance(body, Path) else len(body)
        if size > memory_bytes // 2:
            most = memory_bytes // 2 // 1_000_000
            sentence = sayings.DOCUMENT_TOO_LARGE.format(most=most)
            return failed(extractor.producer, extractor.version, "too_large", sentence)
        seconds = 2 * cpu_seconds + 3.0
        task: dict[str, object] = {
            "media_type": media_type,
            "declared": declared,
            "password": password,
            "is_reading": is_reading,
            "cpu_seconds": cpu_seconds,
            "memory_bytes": memory_bytes,
            "deadline_seconds": seconds,
            "path": str(body) if isinstance(body, Path) else "",
            "length": 0 if isinstance(body, Path) else len(body),
        }
        raw = b"" if isinstance(body, Path) else body
        began = time.monotonic()
        with self._turn(is_stopping):
            for is_last in (False, True):
                try:
                    child = self._take()
                except (_Died, OSError):
                    return failed(extractor.producer, extractor.version, "no_child", _NOT_STARTED)
                try:
                    extracted = child.ask(task, raw, time.monotonic() + seconds, is_stopping)
                except Abandoned:
                    child.close()
                    raise
                except (_Died, ValueError, TypeError, KeyError):
                    by_itself, ended = child.ended(), child.close()
                    if by_itself == -signal.SIGKILL and not is_last:
                        continue  # somebody else ended it, not the document: its limits end it by other signals
                    code, sentence = _cause(by_itself, ended)
                    taken = time.monotonic() - began
                    return failed(extractor.producer, extractor.version, code, sentence, seconds=taken)
                self._give_back(child, is_spent=extracted.code == "too_much_memory")
                return extracted
        raise AssertionError("the second try returns")

    @contextlib.contextmanager
    def _turn(self, is_stopping: Callable[[], bool]) -> Iterator[None]:
        """Wait until one child more may be busy."""
        while not self._free.acquire(timeout=_LOOK_SECONDS):
            if is_stopping():
                raise Abandoned
        try:
            yield
        finally:
            self._free.release()

    def _take(self) -> Child:
        with self._lock:
            child = self._idle.pop() if self._idle else None
        if child is not None and child.ended(0) is None:
            return child
        if child is not None:
            child.close()
        return Child()

    def _give_back(self, child: Child, *, is_spent: bool) -> None:
        if is_spent or child.documents >= _DOCUMENTS_A_CHILD:
            child.close()
            return
        with self._lock:
            self._idle.append(child)

    def close(self) -> None:
        """End every idle child."""
        with self._lock:
            idle, self._idle = self._idle, []
        for child in idle:
            child.close()


def _cause(by_itself: int | None, code: int) -> tuple[str, str]:
    """Why a child is no more: code and sentence."""
    if by_itself is None or code in (-signal.SIGPROF, -signal.SIGXCPU, -signal.SIGALRM):
        return "too_slow", "Reading the document took longer than is allowed."
    return "crashed_reader", "Reading the document brought its reader down, or took more memory than is allowed."


_pool: Pool | None = None
_pool_lock = threading.Lock()


def pool() -> Pool:
    """This process's pool."""
    global _pool  # noqa: PLW0603
    with _pool_lock:
        if _pool is None or not _pool.is_mine():
            _pool = Pool(size=max(1, min(4, os.cpu_count() or 1)))
            atexit.register(_pool.close)
        return _pool


def extract_in_child(
    body: bytes | Path,
    *,
    media_type: str,
    declared: str = "",
    password: str = "",
    cpu_seconds: float | None = None,
    memory_bytes: int = MEMORY_BYTES,
    is_reading: bool = False,
    is_stopping: Callable[[], bool] = never,
) -> Extracted:
    """Make text of ``body`` (bytes, or a file of them) in a child process; its reading view if ``is_reading``.

    Safe from any thread; never raises for bad input. Raises :class:`Abandoned` where ``is_stopping`` says, while it
    takes long, that the text is not wanted any more; the child is ended.

    ``media_type`` is the sniffed type, ``declared`` the Content-Type value as received. A document that needs more
    CPU time or memory than is allowed costs its child, and gives a failed :class:`Extracted` with its code
    (``too_slow``, ``too_much_memory``, ``crashed_reader``).
    """
    if cpu_seconds is None:
        cpu_seconds = PDF_CPU_SECONDS if media_type == "application/pdf" else CPU_SECONDS
    return pool().extract(
        body,
        media_type=media_type,
        declared=declared,
        password=password,
        cpu_seconds=cpu_seconds,
        memory_bytes=memory_bytes,
        is_reading=is_reading,
        is_stopping=is_stopping,
    )
