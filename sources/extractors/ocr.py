"""The parent's side of reading pictures: one turn at a document in a child process that can be lost.

A turn reads pages until its time is over; the next one goes on where it ended. A page that kills its child, or takes
too long, is one page that was not read. The child and what it starts are one session, killed whole.
"""

import contextlib
import json
import os
import selectors
import signal
import subprocess
import sys
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sources.domain.ocr import MOST_PAGES, PageRead, page_of
from sources.extractors.ocr_child import PDF
from sources.extractors.tesseract import Engine, Limits

_ROOT = Path(__file__).resolve().parents[2]
_START_SECONDS = 30.0
_LONGEST_LINE = 32 << 20


LIMITS = Limits()


@dataclass(frozen=True)
class Turn:
    """What came of one turn: how many pages the document has (``None`` if untold) and those that were done.

    ``code`` is ``no_child`` or ``lost`` where the fault is ours, ``damaged`` where the document does not open.
    """

    total: int | None
    pages: tuple[PageRead, ...]
    code: str = ""


def read_turn(
    body: bytes,
    *,
    media_type: str,
    engine: Engine,
    languages: tuple[str, ...],
    first: int,
    seconds: float,
    limits: Limits = LIMITS,
) -> Turn:
    """Read pages of ``body`` from ``first`` (from 0) on for about ``seconds``. Never raises for bad input."""
    task = {
        "media_type": media_type,
        "length": len(body),
        "program": engine.program,
        "can_turn": engine.can_turn,
        "languages": list(languages),
        "first": first,
        "most_pages": MOST_PAGES,
        "seconds": seconds,
        "limits": asdict(limits),
    }
    try:
        child = _Child()
    except OSError:
        return Turn(None, (), "no_child")
    try:
        return _read(child, task, body, first, limits)
    finally:
        child.close()


def _read(child: "_Child", task: dict[str, object], body: bytes, first: int, limits: Limits) -> Turn:
    total: int | None = None
    pages: list[PageRead] = []
    try:
        child.line(_START_SECONDS)
        child.hand_over(json.dumps(task).encode() + b"\n" + body)
        while True:
            said = child.line(limits.page_seconds + 15)
            if said is None:
                break
            if "code" in said:
                return Turn(None, (), str(said["code"]))
            if "pages" in said:
                total = int(said["pages"])
                if task["media_type"] == PDF and total <= first:
                    break
            else:
                pages.append(page_of(said["page"]))
    except (ValueError, KeyError, TypeError):
        return Turn(total, tuple(pages), "lost")
    except _Overran:
        return _without(total, pages, first, "too_slow")
    ended = child.ended()
    if ended == 0:
        return Turn(total, tuple(pages))
    if ended == -signal.SIGKILL:
        return Turn(total, tuple(pages), "lost")  # somebody else ended it: its own limits end it by other signals
    slow = ended in (-signal.SIGPROF, -signal.SIGALRM, -signal.SIGXCPU)
    return _without(total, pages, first, "too_slow" if slow else "crashed_reader")


def _without(total: int | None, pages: list[PageRead], first: int, code: str) -> Turn:
    """The page that was being read is one that was not read; before the count came, the document opens not."""
    if total is None:
        return Turn(None, (), "damaged")
    return Turn(total, (*pages, PageRead(first + len(pages), code=code)))


class _Overran(Exception):
    """Nothing came until the deadline."""


class _Child:
    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-s", "-m", "sources.extractors.ocr_child"],
            cwd=_ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            close_fds=True,
            start_new_session=True,
            env={"PYTHONPATH": str(_ROOT), "MALLOC_ARENA_MAX": "1", "PYTHONUTF8": "1"},
        )
        self._buffer = bytearray()
        self._writer: threading.Thread | None = None

    def hand_over(self, data: bytes) -> None:
        """Write in a thread of its own, so that a child that reads nothing holds nobody up."""
        pipe = self._process.stdin
        assert pipe is not None

        def write() -> None:
            with contextlib.suppress(OSError, ValueError):
                pipe.write(data)
                pipe.close()

        self._writer = threading.Thread(target=write, daemon=True)
        self._writer.start()

    def line(self, seconds: float) -> dict[str, Any] | None:
        """The next line as JSON, or ``None`` at the end. Raises ValueError and :class:`_Overran`."""
        deadline = time.monotonic() + seconds
        while (end := self._buffer.find(b"\n")) < 0:
            if len(self._buffer) > _LONGEST_LINE:
                raise ValueError("a line without end")
            piece = self._piece(deadline)
            if not piece:
                return None
            self._buffer += piece
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 1]
        said = json.loads(line)
        if not isinstance(said, dict):
            raise TypeError("no object")
        return said

    def _piece(self, deadline: float) -> bytes:
        pipe = self._process.stdout
        assert pipe is not None
        with selectors.DefaultSelector() as selector:
            selector.register(pipe, selectors.EVENT_READ)
            if not selector.select(max(0.0, deadline - time.monotonic())):
                raise _Overran
        return os.read(pipe.fileno(), 1 << 16)

    def ended(self) -> int:
        """How it ended by itself, soon after it closed its output."""
        try:
            return self._process.wait(10)
        except subprocess.TimeoutExpired:
            raise _Overran from None

    def close(self) -> None:
        """End it and whatever it started."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        if self._writer is not None:
            self._writer.join(5)
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError, ValueError):
                    pipe.close()
