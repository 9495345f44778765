"""Talking to a browser by its DevTools protocol over two pipes: JSON messages, each ended by a NUL.

One thread reads; whoever calls works the messages off, so that an event is handled between two answers and never at
the same time as anything else. A browser that has ended, or says too much at once, is an error of its own.
"""

import json
import os
import queue
import threading
import time
from collections.abc import Callable
from typing import Any

from sources.fetchers.network import Watch

MOST_MESSAGE_BYTES = 192 * 2**20
PIECE = 1 << 18

Message = dict[str, Any]


class BrowserGone(Exception):
    """The browser ended, or can no longer be talked to."""


class CallFailed(Exception):
    """The browser refused a call; its text is the browser's own."""


class Devtools:
    """One browser. ``on_event`` gets every event, in the calling thread; it may :meth:`send` and not :meth:`call`."""

    def __init__(self, reading: int, writing: int, watch: Watch, on_event: Callable[[Message], None]) -> None:
        self._reading, self._writing, self._watch, self._on_event = reading, writing, watch, on_event
        self._last = 0
        self._asked: dict[int, Callable[[Message | None], None]] = {}
        self._came: queue.SimpleQueue[Message | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._read, name="devtools", daemon=True)
        self._thread.start()

    def call(
        self, method: str, params: Message | None = None, *, session: str = "", seconds: float | None = None
    ) -> Message:
        """Call and wait for the answer, for ``seconds`` at most where they are given.

        Raises :class:`CallFailed` (an answer that is late counts as refused), :class:`BrowserGone`, and as the watch
        does.
        """
        wanted = self.send(method, params, session=session)
        end = time.monotonic() + seconds if seconds is not None else None
        while True:
            left = self._watch.turn() if end is None else min(self._watch.turn(), end - time.monotonic())
            if left <= 0:
                raise CallFailed("no answer in time")
            message = self._next(left)
            if message is None:
                continue
            if message.get("id") == wanted:
                if "error" in message:
                    raise CallFailed(str(message["error"].get("message", ""))[:300])
                return dict(message.get("result") or {})
            self._handle(message)

    def ask(self, method: str, params: Message, then: Callable[[Message | None], None], *, session: str = "") -> None:
        """Call without waiting: ``then`` gets the answer when it has come, or ``None`` where it was refused.

        As an event is, it is handled in the calling thread, between two answers.
        """
        self._asked[self.send(method, params, session=session)] = then

    def send(self, method: str, params: Message | None = None, *, session: str = "") -> int:
        """Say something without waiting for the answer; returns the number of the message."""
        self._last += 1
        message: Message = {"id": self._last, "method": method, "params": params or {}}
        if session:
            message["sessionId"] = session
        try:
            data = memoryview(json.dumps(message).encode() + b"\0")
            while data:
                data = data[os.write(self._writing, data) :]
        except OSError:
            raise BrowserGone from None
        return self._last

    def wait(self, until: Callable[[], bool], *, seconds: float) -> bool:
        """Handle events until ``until()`` or for ``seconds``; returns whether it came true."""
        end = time.monotonic() + seconds
        while not until():
            left = end - time.monotonic()
            if left <= 0:
                return False
            message = self._next(min(left, self._watch.turn(0.1)))
            if message is not None:
                self._handle(message)
        return True

    def close(self) -> None:
        """Close our ends of the pipes once the browser has ended."""
        os.close(self._writing)
        self._thread.join(5)
        if not self._thread.is_alive():
            os.close(self._reading)

    def _next(self, seconds: float) -> Message | None:
        try:
            message = self._came.get(timeout=seconds)
        except queue.Empty:
            return None
        if message is None:
            self._came.put(None)
            raise BrowserGone
        return message

    def _handle(self, message: Message) -> None:
        if "method" in message:
            self._on_event(message)
        elif (then := self._asked.pop(int(message.get("id") or 0), None)) is not None:
            then(dict(message.get("result") or {}) if "error" not in message else None)

    def _read(self) -> None:
        rest = bytearray()
        while True:
            try:
                piece = os.read(self._reading, PIECE)
            except OSError:
                piece = b""
            if not piece or len(rest) > MOST_MESSAGE_BYTES:
                break
            looked = len(rest)
            rest += piece
            while (end := rest.find(b"\0", looked)) >= 0:
                raw = bytes(rest[:end])
                del rest[: end + 1]
                looked = 0
                try:
                    self._came.put(json.loads(raw))
                except ValueError:
                    continue
        self._came.put(None)
