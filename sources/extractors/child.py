"""The child process in which hostile documents are read: ``python -m sources.extractors.child``.

Started by exec, it lives for many documents and reads each from standard input: a line of JSON (what to do, and the
limits), then the bytes; the answer is its length as a line, then JSON. Its own limits end it in the middle of C code
too: CPU time by a profiling timer, memory by RLIMIT_AS, a wall clock, and a signal when its parent is gone.
"""

import fcntl
import gc
import json
import os
import resource
import select
import signal
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

from sources.domain import sayings
from sources.domain.extracted import Extracted, failed
from sources.extractors import reading
from sources.extractors.network import cut_network
from sources.extractors.protocol import Hints
from sources.extractors.registry import extractor_for


def main() -> None:
    """Serve documents until standard input ends."""
    came, answers = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr
    sys.setrecursionlimit(2_000)
    for limit in (resource.RLIMIT_CORE, resource.RLIMIT_FSIZE):
        resource.setrlimit(limit, (0, 0))
    gc.freeze()  # what is loaded by now stays; the collector need not look through it for every page
    _answer(answers, json.dumps({"ready": True, "network": cut_network()}).encode())
    while line := came.readline():
        task = json.loads(line)
        body = Path(task["path"]).read_bytes() if task["path"] else _exactly(came, int(task["length"]))
        hints = Hints(task["media_type"], task["declared"], task["password"], task["is_reading"])
        if hints.is_reading:
            reading.load()
        _limit(task)
        _end_with_parent(came, is_wanted=True)
        extracted = extract(body, hints)
        _end_with_parent(came, is_wanted=False)
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
        _answer(answers, extracted.to_json())
        if extracted.code == "too_much_memory":
            return


def extract(body: bytes, hints: Hints) -> Extracted:
    """Run the extractor of the type; every exception becomes a failed extraction with its code."""
    extractor = extractor_for(hints.media_type, is_reading=hints.is_reading)
    if extractor is None:
        return failed("none", "1", "no_extractor", sayings.NO_READER.format(media_type=hints.media_type))
    began = time.monotonic()
    try:
        return replace(extractor.extract(body, hints), seconds=round(time.monotonic() - began, 4))
    except MemoryError:
        code, sentence = "too_much_memory", "Reading the document took more memory than is allowed."
    except Exception:  # whatever a hostile document made a parser raise
        code, sentence = "unreadable", "The document could not be read."
    return failed(extractor.producer, extractor.version, code, sentence, seconds=round(time.monotonic() - began, 4))


def _limit(task: dict[str, Any]) -> None:
    """The limits of one document. The address space may grow by what is still free of the memory allowed."""
    signal.setitimer(signal.ITIMER_PROF, float(task["cpu_seconds"]))
    signal.setitimer(signal.ITIMER_REAL, float(task["deadline_seconds"]) + 1.0)
    sizes = _sizes()
    if sizes is not None:
        space, resident = sizes
        room = max(int(task["memory_bytes"]) - resident, 16 << 20)
        resource.setrlimit(resource.RLIMIT_AS, (space + room, resource.RLIM_INFINITY))


def _end_with_parent(came: BinaryIO, *, is_wanted: bool) -> None:
    """While a document is read nobody writes to us: what happens to the pipe then is that our parent's end closes.

    SIGIO tells it (fcntl(2), O_ASYNC) and ends us as it ends every process that does not catch it, in C code too.
    """
    descriptor = came.fileno()
    fcntl.fcntl(descriptor, fcntl.F_SETOWN, os.getpid())
    flags = fcntl.fcntl(descriptor, fcntl.F_GETFL)
    fcntl.fcntl(descriptor, fcntl.F_SETFL, flags | os.O_ASYNC if is_wanted else flags & ~os.O_ASYNC)
    if is_wanted:
        poll = select.poll()
        poll.register(descriptor, select.POLLHUP)
        if poll.poll(0):
            sys.exit(0)


def _sizes() -> tuple[int, int] | None:
    """Address space and resident memory of this process in bytes; None where the system does not say."""
    try:
        pages = Path("/proc/self/statm").read_text(encoding="ascii").split()
    except OSError:
        return None
    size = resource.getpagesize()
    return int(pages[0]) * size, int(pages[1]) * size


def _exactly(came: BinaryIO, length: int) -> bytes:
    body = came.read(length)
    if len(body) != length:
        sys.exit(0)
    return body


def _answer(answers: BinaryIO, payload: bytes) -> None:
    answers.write(b"%d\n" % len(payload))
    answers.write(payload)
    answers.flush()


if __name__ == "__main__":
    main()
