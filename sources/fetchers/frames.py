"""Reading the document of a rendered page from the browser, with shadow trees and what its frames held.

It is asked of the browser and not of the page, whose scripts could answer for it; they are stopped before. A frame of
another site lives in a process of its own and is asked there. How many frames, how deep, how large and for how long:
all of it is bounded, and what was left out is counted. A frame that is gone when it is asked is left out.
"""

import secrets
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sources.domain.composed import DOCUMENT, FRAME, Framed, put_frames
from sources.domain.results import Held, Taken
from sources.fetchers.devtools import CallFailed, Devtools, Message

MOST_FRAMES = 100
MOST_DEPTH = 4
MOST_FRAME_BYTES = 8 * 2**20
FRAME_SECONDS = 2.0
ALL_SECONDS = 10.0
ORIGIN = "the document of a frame as the browser held it, in UTF-8; DOM.getOuterHTML of DevTools"
_EMPTY = "<body></body></html>"


@dataclass(frozen=True)
class Attached:
    """A frame in a process of its own: the session it is talked to by, its id, and the frame that it stands in."""

    session: str
    frame: str
    parent: str


@dataclass
class _Frame:
    id: str
    url: str
    session: str
    is_root: bool = False
    children: list["_Frame"] = field(default_factory=list)

    def count(self) -> int:
        """This frame and all within it."""
        found, waiting = 0, [self]
        while waiting:
            found += 1
            waiting += waiting.pop().children
        return found


@dataclass(frozen=True)
class Document:
    """The page's markup with its frames, the frames by themselves, and how many frames are not in it."""

    markup: str
    frames: tuple[Taken, ...]
    left_out: int


def freeze(devtools: Devtools, session: str, attached: tuple[Attached, ...]) -> None:
    """Let no script of the page run any more: what is kept of it is all of one moment."""
    devtools.call("Emulation.setScriptExecutionDisabled", {"value": True}, session=session)
    for each in attached:
        devtools.send("Emulation.setScriptExecutionDisabled", {"value": True}, session=each.session)


def read_document(devtools: Devtools, session: str, attached: tuple[Attached, ...]) -> Document:
    """The page of ``session`` as it stands. Raises ``CallFailed`` where the page itself cannot be read."""
    reader = _Reader(devtools, session)
    markup = reader.read(reader.tree(attached), None, depth=0)
    return Document(markup, tuple(reader.taken), reader.left_out)


class _Reader:
    def __init__(self, devtools: Devtools, session: str) -> None:
        self._devtools, self._session = devtools, session
        self._mark = secrets.token_hex(16)
        self._until = time.monotonic() + ALL_SECONDS
        self._room = MOST_FRAME_BYTES
        self._frames = 0
        self.taken: list[Taken] = []
        self.left_out = 0

    def tree(self, attached: tuple[Attached, ...]) -> _Frame:
        """The frames of the page. One that cannot be asked is left out with all within it."""
        by_id: dict[str, _Frame] = {}
        root = self._local(self._session, by_id)
        for each in attached[: 2 * MOST_FRAMES]:
            try:
                found = self._local(each.session, by_id)
            except CallFailed:
                self.left_out += 1
                continue
            parent = by_id.get(each.parent)
            if parent is not None and found.id == each.frame:
                parent.children.append(found)
            else:
                self.left_out += found.count()
        self.left_out += len(attached[2 * MOST_FRAMES :])
        return root

    def _local(self, session: str, by_id: dict[str, _Frame]) -> _Frame:
        """The frames of one process, from the topmost of them down."""
        said = self._call("Page.getFrameTree", {}, session)["frameTree"]
        root = _frame(said, session)
        root.is_root = True
        waiting = [(root, said)]
        while waiting:
            frame, told = waiting.pop()
            by_id[frame.id] = frame
            for each in told.get("childFrames") or ():
                child = _frame(each, session)
                frame.children.append(child)
                waiting.append((child, each))
        return root

    def read(self, frame: _Frame, owner: Message | None, *, depth: int) -> str:
        """The markup of one frame's document; ``owner`` is the element that shows it, where both share a process."""
        node = self._document(frame, owner)
        frames: dict[str, Framed] = {}
        for child in frame.children:
            if depth >= MOST_DEPTH or not self._has_room():
                self.left_out += child.count()
                continue
            self._frames += 1
            try:
                mark, framed = self._framed(frame, child, depth)
            except (CallFailed, KeyError):
                self.left_out += 1
                continue
            if framed is not None:
                frames[mark] = framed
        html = self._call("DOM.getOuterHTML", {**node, "includeShadowDOM": True}, frame.session)
        return put_frames(str(html["outerHTML"]), frames)

    def _framed(self, frame: _Frame, child: _Frame, depth: int) -> tuple[str, Framed | None]:
        """What ``child`` holds, its element marked; ``None`` for an empty one."""
        owner = self._call("DOM.getFrameOwner", {"frameId": child.id}, frame.session)
        markup = self.read(child, None if child.is_root else owner, depth=depth + 1)
        if markup.rstrip().endswith(_EMPTY):
            return "", None
        raw = markup.encode("utf-8", "replace")
        if len(raw) > self._room:
            raise CallFailed("too large")
        mark = f"{self._mark}-{self._frames}"
        for name in (FRAME, DOCUMENT):
            params = {"nodeId": owner["nodeId"], "name": name, "value": mark}
            self._call("DOM.setAttributeValue", params, frame.session)
        self._room -= len(raw)
        self.taken.append(Taken("frame", child.url, "text/html; charset=utf-8", Held(raw), ORIGIN, datetime.now(UTC)))
        return mark, Framed(child.url, markup)

    def _document(self, frame: _Frame, owner: Message | None) -> Message:
        """How the browser knows the frame's document. Elements have numbers once their root has one."""
        if owner is None:
            root = self._call("DOM.getDocument", {"depth": 0}, frame.session)["root"]
            return {"nodeId": root["nodeId"]}
        node = self._call("DOM.describeNode", {"backendNodeId": owner["backendNodeId"]}, frame.session)["node"]
        return {"backendNodeId": node["contentDocument"]["backendNodeId"]}

    def _has_room(self) -> bool:
        return self._frames < MOST_FRAMES and self._room > 0 and time.monotonic() < self._until

    def _call(self, method: str, params: Message, session: str) -> Message:
        """The page's own process has the time of the capture, any other one two seconds an answer."""
        seconds = None if session == self._session else FRAME_SECONDS
        return self._devtools.call(method, params, session=session, seconds=seconds)


def _frame(told: Message, session: str) -> _Frame:
    frame = told["frame"]
    return _Frame(str(frame["id"]), str(frame.get("url", "")), session)
