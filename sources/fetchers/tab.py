"""The one tab in which a page is rendered: what the browser tells of it, and what is answered at once.

Tabs that the page opens are closed, its dialogs dismissed. A frame of another site lives in a process of its own: it
waits until it is set up as the page was, so that nothing of it goes by unseen.
"""

from dataclasses import dataclass, field
from typing import Any

from sources.fetchers.bodies import BUFFERS, Bodies
from sources.fetchers.devtools import Devtools, Message
from sources.fetchers.frames import Attached

WIDTH, HEIGHT = 1280, 1024
MOST_TOLD = 20
_ATTACH = {"autoAttach": True, "waitForDebuggerOnStart": True, "flatten": True, "filter": [{"type": "iframe"}]}


@dataclass
class Tab:
    """What the browser told of the page so far."""

    bodies: Bodies
    devtools: Devtools | None = None
    session: str = ""
    target: str = ""
    frame: str = ""
    agent: str = ""
    url: str = ""
    status: int | None = None
    media_type: str = ""
    is_loaded: bool = False
    is_crashed: bool = False
    strangers: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)
    under_way: dict[str, str] = field(default_factory=dict)
    attached: dict[str, Attached] = field(default_factory=dict)

    # ``under_way`` names requests, with the session that told of them: a frame that moves into a process of its own
    # is asked for by the page and answered to the frame.

    @property
    def frames(self) -> tuple[Attached, ...]:
        """The frames that live in processes of their own, those that hold others before them."""
        return tuple(self.attached.values())

    def open(self, devtools: Devtools, user_agent: str) -> None:
        """Open the tab, empty, and set it up."""
        self.devtools = devtools
        version = devtools.call("Browser.getVersion")
        devtools.call("Browser.setDownloadBehavior", {"behavior": "deny"})
        self.target = str(devtools.call("Target.createTarget", {"url": "about:blank"})["targetId"])
        attached = devtools.call("Target.attachToTarget", {"targetId": self.target, "flatten": True})
        self.session = str(attached["sessionId"])
        tree = devtools.call("Page.getFrameTree", session=self.session)
        self.frame = str(tree["frameTree"]["frame"]["id"])
        devtools.call("Target.setDiscoverTargets", {"discover": True})
        named = str(version.get("userAgent", "")).replace("HeadlessChrome", "Chrome")
        self.agent = f"{named} {user_agent}".strip()
        for method, params in (*self._setting_up(), ("Emulation.setDeviceMetricsOverride", _SIZE)):
            devtools.call(method, params, session=self.session)

    def note(self, message: Message) -> None:
        """One event of the browser."""
        method, params = str(message["method"]), message.get("params") or {}
        session = str(message.get("sessionId", ""))
        if method.startswith("Network."):
            self._note_network(method, params, session)
        elif method.startswith("Target."):
            self._note_target(method, params)
        elif method == "Page.javascriptDialogOpening" and self.devtools is not None:
            self.dialogs.append(str(params.get("message", ""))[:200])
            answer = {"accept": params.get("type") == "beforeunload"}
            self.devtools.send("Page.handleJavaScriptDialog", answer, session=session)
        elif session == self.session:
            self._note_page(method, params)

    def _setting_up(self) -> tuple[tuple[str, Message], ...]:
        return (
            ("Page.enable", {}),
            ("Inspector.enable", {}),
            ("Network.enable", BUFFERS),
            ("Network.setBypassServiceWorker", {"bypass": True}),
            ("Network.setUserAgentOverride", {"userAgent": self.agent}),
            ("Target.setAutoAttach", _ATTACH),
        )

    def _note_page(self, method: str, params: Message) -> None:
        if method == "Page.loadEventFired":
            self.is_loaded = True
        elif method == "Inspector.targetCrashed":
            self.is_crashed = True
        elif method == "Page.frameNavigated" and params["frame"].get("id") == self.frame:
            self.url = str(params["frame"].get("url", ""))

    def _note_target(self, method: str, params: Message) -> None:
        info: dict[str, Any] = params.get("targetInfo") or {}
        if method == "Target.targetCreated" and info.get("type") == "page":
            if self.target and info.get("targetId") != self.target and self.devtools is not None:
                self.strangers.append(str(info.get("url", "")))
                self.devtools.send("Target.closeTarget", {"targetId": info.get("targetId")})
        elif method == "Target.attachedToTarget" and info.get("type") == "iframe" and self.devtools is not None:
            found = Attached(str(params["sessionId"]), str(info["targetId"]), str(info.get("parentFrameId", "")))
            self.attached[found.session] = found
            for name, each in (*self._setting_up(), ("Runtime.runIfWaitingForDebugger", {})):
                self.devtools.send(name, each, session=found.session)
        elif method == "Target.detachedFromTarget":
            gone = str(params.get("sessionId"))
            self.attached.pop(gone, None)
            self.under_way = {request: where for request, where in self.under_way.items() if where != gone}
        elif method == "Target.targetCrashed" and params.get("targetId") == self.target:
            self.is_crashed = True

    def _note_network(self, method: str, params: Message, session: str) -> None:
        request = str(params.get("requestId"))
        if method == "Network.requestWillBeSent":
            self.under_way[request] = session
        elif method in ("Network.loadingFinished", "Network.loadingFailed"):
            self.under_way.pop(request, None)
        elif method == "Network.responseReceived" and self._is_document(params):
            response: dict[str, Any] = params.get("response") or {}
            self.status = int(response.get("status") or 0) or None
            self.media_type = str(response.get("mimeType") or "")
        self.bodies.note(method, params, session, self.devtools)

    def _is_document(self, params: Message) -> bool:
        return params.get("frameId") == self.frame and params.get("type") == "Document"


_SIZE = {"width": WIDTH, "height": HEIGHT, "deviceScaleFactor": 1, "mobile": False}
