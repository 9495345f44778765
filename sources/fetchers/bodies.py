"""What the page showed and the guarding proxy did not see, because it came inside TLS: taken from the browser.

Pictures and style sheets are asked for when they are complete, as the browser holds them: content codings undone,
text in characters. They are no bytes of the wire and are kept as what they are. Number and bytes are bounded; what
was not to be had is counted.
"""

import base64
import binascii
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from sources.domain.media_types import essence
from sources.domain.results import Taken
from sources.fetchers.devtools import Devtools, Message
from sources.fetchers.spool import Spool

MOST_TAKEN = 400
MOST_EACH_BYTES = 8 * 2**20
BUFFERS = {"maxTotalBufferSize": 48 * 2**20, "maxResourceBufferSize": MOST_EACH_BYTES}
"""What the browser holds of answers until they are asked for, in bytes (parameters of Network.enable)."""

IN_MEMORY = 32 * 1024
_KINDS = {"Image": "image", "Stylesheet": "style"}
_SCHEMES = ("https:", "blob:")
_BYTES = "bytes as the browser decoded them (content codings undone), not those of the wire; "
_CHARACTERS = "characters as the browser decoded them, written in UTF-8, not the bytes of the wire; "
_CALL = "Network.getResponseBody of DevTools"

Key = tuple[str, str]


@dataclass
class _Coming:
    kind: str
    asked: str
    answered: str
    media_type: str


@dataclass
class Bodies:
    """Gathers them while the page loads. ``room`` is in bytes, for all of them together."""

    folder: Path | None
    room: int
    taken: list[Taken] = field(default_factory=list)
    left_out: int = 0
    _asked: dict[Key, str] = field(default_factory=dict)
    _coming: dict[Key, _Coming] = field(default_factory=dict)
    _waiting: int = 0

    @property
    def is_waiting(self) -> bool:
        """Whether something was asked for that has not come yet."""
        return self._waiting > 0

    def note(self, method: str, params: Message, session: str, devtools: Devtools | None) -> None:
        """One event of the browser's Network domain."""
        key = (session, str(params.get("requestId")))
        if method == "Network.requestWillBeSent":
            if len(self._asked) < 20 * MOST_TAKEN:
                self._asked.setdefault(key, str((params.get("request") or {}).get("url", "")))
        elif method == "Network.responseReceived":
            self._answered(key, params)
        elif method == "Network.loadingFailed":
            self._coming.pop(key, None)
        elif method == "Network.loadingFinished" and devtools is not None:
            self._complete(key, devtools)

    def close(self) -> None:
        """Let go of what was gathered."""
        for each in self.taken:
            each.data.close()

    def _answered(self, key: Key, params: Message) -> None:
        response: Message = params.get("response") or {}
        url, kind = str(response.get("url", "")), _KINDS.get(str(params.get("type")))
        if kind is None or not url.startswith(_SCHEMES) or response.get("status") not in (200, 203):
            return
        media_type = essence(str(response.get("mimeType") or "")) or "application/octet-stream"
        self._coming[key] = _Coming(kind, self._asked.get(key) or url, url, media_type)

    def _complete(self, key: Key, devtools: Devtools) -> None:
        coming = self._coming.pop(key, None)
        if coming is None:
            return
        if len(self.taken) + self._waiting >= MOST_TAKEN or self.room <= 0:
            self.left_out += 1
            return
        self._waiting += 1
        params = {"requestId": key[1]}
        devtools.ask("Network.getResponseBody", params, lambda said: self._take(coming, said), session=key[0])

    def _take(self, coming: _Coming, said: Message | None) -> None:
        self._waiting -= 1
        try:
            if said is None:
                raise ValueError("it is not there any more")
            text, is_bytes = str(said["body"]), bool(said.get("base64Encoded"))
            raw = base64.b64decode(text) if is_bytes else text.encode("utf-8", "replace")
        except (KeyError, ValueError, binascii.Error):
            self.left_out += 1
            return
        if not raw or len(raw) > min(self.room, MOST_EACH_BYTES):
            self.left_out += bool(raw)
            return
        self.room -= len(raw)
        spool = Spool(self.folder, in_memory=IN_MEMORY)
        spool.write(raw)
        media_type = coming.media_type if is_bytes else f"{coming.media_type}; charset=utf-8"
        origin = (_BYTES if is_bytes else _CHARACTERS) + _CALL
        answered_by = coming.answered if coming.answered != coming.asked else ""
        self.taken.append(Taken(coming.kind, coming.asked, media_type, spool, origin, datetime.now(UTC), answered_by))
