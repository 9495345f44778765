"""The program ``tesseract``, where one is installed: what it is, which languages it knows, and a page read by it.

A page is read only within a child process that has left the network (:mod:`sources.extractors.ocr_child`), since the
program decodes pictures that anybody may have made. What it inherits there it cannot undo.
"""

import os
import re
import resource
import selectors
import shutil
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path

from sources.domain.ocr import is_language

NAME = "tesseract"
ORIENTATION = "osd"
"""Not a language: what finds out how a page lies."""

MOST_BYTES = 8 << 20
"""Of what it prints for one page."""

_ANSWER_SECONDS = 20.0
_ENVIRONMENT = {"OMP_THREAD_LIMIT": "1", "LC_ALL": "C", "PATH": "/usr/bin:/bin"}
_VERSION = re.compile(r"tesseract v?(\d[\w.-]{0,30})")


@dataclass(frozen=True)
class Engine:
    """An installed program with its version and the languages that it can read, sorted."""

    program: str
    version: str
    languages: tuple[str, ...]
    can_turn: bool
    """Whether it finds out by itself how a page lies."""


@dataclass(frozen=True)
class Limits:
    """Of one page: CPU and wall time for drawing it and for reading it, in seconds; memory of either, in bytes."""

    draw_seconds: float = 20.0
    cpu_seconds: int = 60
    wall_seconds: float = 90.0
    draw_memory_bytes: int = 512 << 20
    memory_bytes: int = 512 << 20

    @property
    def page_seconds(self) -> float:
        """The longest that a page may take altogether."""
        return self.draw_seconds + self.wall_seconds


class Unread(Exception):
    """A page could not be read; the text is a code of :class:`sources.domain.ocr.PageRead`."""


def find_program(program: str) -> str | None:
    """The program to run, or ``None`` where there is none or none is wanted (``off``)."""
    if program == "off":
        return None
    if program != "auto":
        return program if os.access(program, os.X_OK) else None
    return shutil.which(NAME)


def find_engine(program: str) -> Engine | None:
    """What is installed at ``program`` (a path, or ``auto``), or ``None`` where nothing is that could read."""
    found = find_program(program)
    if found is None:
        return None
    try:
        changed = Path(found).stat().st_mtime_ns
    except OSError:
        return None
    return _asked(found, changed, int(time.monotonic() // 300))


@lru_cache(maxsize=8)
def _asked(program: str, changed: int, moment: int) -> Engine | None:
    """Asked once in a while: languages may be installed at any time."""
    version = _VERSION.search(_said(program, "--version"))
    listed = _said(program, "--list-langs").splitlines()[1:]
    codes = {line.strip() for line in listed if is_language(line.strip())}
    languages = tuple(sorted(codes - {ORIENTATION}))
    if version is None or not languages:
        return None
    return Engine(program, version.group(1), languages, ORIENTATION in codes)


def _said(program: str, option: str) -> str:
    """What it prints; older ones print it as an error."""
    try:
        done = subprocess.run(  # noqa: S603
            [program, option],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=_ANSWER_SECONDS,
            env=_ENVIRONMENT,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout[:100_000].decode("utf-8", "replace") if done.returncode == 0 else ""


def read_picture(
    program: str, picture: bytes, *, languages: Sequence[str], can_turn: bool, limits: Limits, dpi: int = 0
) -> str:
    """What the program says of one picture (a PNG, JPEG or PGM file) as TSV; raises :class:`Unread`.

    It runs under limits of CPU time, memory and output, writes no file, and is killed at its deadline.
    """
    command = [program, "stdin", "stdout", "-l", "+".join(languages), "--psm", "1" if can_turn else "3"]
    command += ["--dpi", str(dpi)] if dpi else []
    with subprocess.Popen(  # noqa: S603
        [*command, "tsv"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=_ENVIRONMENT,
        preexec_fn=partial(_limit, limits),  # noqa: PLW1509  (the child that calls has one thread)
    ) as process:
        try:
            said = _exchange(process, picture, time.monotonic() + limits.wall_seconds)
            code = process.wait(limits.wall_seconds)
        except subprocess.TimeoutExpired:
            raise Unread("too_slow") from None
        finally:
            process.kill()
    if code < 0:
        raise Unread("too_slow" if -code in _BY_TIME else "crashed_reader")
    if code:
        raise Unread("unreadable")
    return said.decode("utf-8", "replace")


_BY_TIME = (24, 9)
"""SIGXCPU, and the SIGKILL that follows it."""


def _limit(limits: Limits) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds + 2))
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))


def _exchange(process: subprocess.Popen[bytes], picture: bytes, deadline: float) -> bytes:
    """Write the picture and read the answer, whichever goes. Raises :class:`Unread`."""
    assert process.stdin is not None and process.stdout is not None
    written, said = 0, bytearray()
    os.set_blocking(process.stdin.fileno(), False)
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdin, selectors.EVENT_WRITE)
        selector.register(process.stdout, selectors.EVENT_READ)
        while selector.get_map():
            ready = selector.select(max(0.0, deadline - time.monotonic()))
            if not ready:
                raise Unread("too_slow")
            for key, _ in ready:
                if key.fileobj is process.stdin:
                    written += _write(process.stdin.fileno(), picture[written : written + (1 << 16)])
                    if written >= len(picture):
                        selector.unregister(process.stdin)
                        process.stdin.close()
                    continue
                piece = os.read(process.stdout.fileno(), 1 << 16)
                said += piece
                if len(said) > MOST_BYTES:
                    raise Unread("too_much")
                if not piece:
                    return bytes(said)
    return bytes(said)


def _write(pipe: int, piece: bytes) -> int:
    """How much was taken; one that reads no more is taken for having read all."""
    try:
        return os.write(pipe, piece)
    except BlockingIOError:
        return 0
    except BrokenPipeError:
        return 1 << 62
