"""Starting a browser that is installed, in a profile of its own, and making sure that nothing of it is left.

It never runs as root: a worker of root's starts it as ``nobody``, in its sandbox. It gets no variable of ours, no
name resolver, no way around the proxy (``<-loopback>`` sends loopback there, too; WebRTC may not use UDP), and is
one session of processes, which is killed whole.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sources.fetchers.protocol import BrowserSettings

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
NOBODY = 65534
LOOK_SECONDS = 0.25
NOWHERE = "http://127.0.0.1:1/"
"""Where the browser's own services are said to be: a port that it never connects to."""

ARGUMENTS = (
    "--headless=new",
    "--remote-debugging-pipe",
    "--no-startup-window",
    "--no-first-run",
    "--no-default-browser-check",
    "--no-pings",
    "--no-service-autorun",
    "--disable-background-networking",
    "--disable-breakpad",
    "--disable-component-extensions-with-background-pages",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-dev-shm-usage",
    "--disable-domain-reliability",
    "--disable-extensions",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--disable-features=AutofillServerCommunication,DialMediaRouteProvider,DnsOverHttps,MediaRouter,"
    "NetworkTimeServiceQuerying,OptimizationHints,PreconnectToSearch,Translate,PrivateNetworkAccessPermissionPrompt",
    *(
        f"--{service}={NOWHERE}"
        for service in ("gaia-url", "google-base-url", "gcm-checkin-url", "gcm-registration-url")
    ),
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
    "--proxy-bypass-list=<-loopback>",
    "--hide-scrollbars",
    "--mute-audio",
    "--password-store=basic",
    "--use-mock-keychain",
    "--js-flags=--max-old-space-size=512",
    "--window-size=1280,1024",
)
_LAUNCH = """
import os, sys
reading, writing, user = (int(word) for word in sys.argv[1:4])
reading, writing = os.dup(reading), os.dup(writing)
import fcntl
reading, writing = (fcntl.fcntl(each, fcntl.F_DUPFD, 10) for each in (reading, writing))
os.dup2(reading, 3)
os.dup2(writing, 4)
if user:
    os.setgroups([])
    os.setgid(user)
    os.setuid(user)
os.closerange(5, 256)
os.execv(sys.argv[4], sys.argv[4:])
"""
"""Run by a Python of ours before the browser: the pipes become its descriptors 3 and 4, and root becomes nobody."""


class NoBrowser(Exception):
    """The browser could not be started; ``code`` is one of ``sources.domain.failures``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def find_program(program: str) -> str | None:
    """The browser to run, or ``None`` where there is none or none is wanted."""
    if program == "off":
        return None
    if program != "auto":
        return program if os.access(program, os.X_OK) else None
    return next((found for name in NAMES if (found := shutil.which(name))), None)


@dataclass
class Running:
    """A browser that was started. ``reading`` and ``writing`` are our ends of its pipes."""

    process: subprocess.Popen[bytes]
    profile: Path
    reading: int
    writing: int
    is_too_large: bool = False

    @property
    def said(self) -> str:
        """The end of what it wrote to its standard error."""
        try:
            return (self.profile / "said").read_text("utf-8", "replace")[-4000:]
        except OSError:
            return ""

    @property
    def lacks_sandbox(self) -> bool:
        """Whether it ended because it could not make its sandbox."""
        return "No usable sandbox" in self.said or "Failed to move to new namespace" in self.said


@contextlib.contextmanager
def running(program: str, settings: BrowserSettings, *, proxy_port: int) -> Iterator[Running]:
    """A browser in a fresh profile, killed with all its children when left."""
    profile = Path(tempfile.mkdtemp(prefix="factcheck-browser-"))
    try:
        started = _start(program, settings, profile, proxy_port)
        stop = threading.Event()
        watching = threading.Thread(target=_watch_memory, args=(started, settings.memory_bytes, stop), daemon=True)
        watching.start()
        try:
            yield started
        finally:
            stop.set()
            kill(started.process)
            watching.join(5)
    finally:
        shutil.rmtree(profile, ignore_errors=True)


def _start(program: str, settings: BrowserSettings, profile: Path, proxy_port: int) -> Running:
    user = NOBODY if os.geteuid() == 0 else 0
    scratch = profile / "t"
    scratch.mkdir()
    if user:
        for folder in (profile, scratch):
            os.chown(folder, user, user)
    arguments = [program, *ARGUMENTS, f"--proxy-server=http://127.0.0.1:{proxy_port}", f"--user-data-dir={profile}/p"]
    if not settings.is_sandboxed:
        arguments.append("--no-sandbox")
    its_reading, writing = os.pipe()
    reading, its_writing = os.pipe()
    launch = [sys.executable, "-I", "-S", "-c", _LAUNCH, str(its_reading), str(its_writing), str(user)]
    environment = {"PATH": os.defpath + ":/usr/local/bin", "LANG": "C.UTF-8", "TZ": "UTC"}
    environment |= {"HOME": str(profile), "TMPDIR": str(scratch)}  # what it leaves there when killed goes, too
    try:
        with (profile / "said").open("wb") as said:
            process = subprocess.Popen(  # noqa: S603
                [*launch, *arguments, "about:blank"],
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                cwd="/",
                env=environment,
                pass_fds=(its_reading, its_writing),
                start_new_session=True,
            )
    except OSError:
        os.close(reading)
        os.close(writing)
        raise NoBrowser("browser_failed") from None
    finally:
        os.close(its_reading)
        os.close(its_writing)
    return Running(process, profile, reading, writing)


def kill(process: subprocess.Popen[bytes]) -> None:
    """End every process of the browser's session, and wait for it."""
    for _ in range(40):
        left = [pid for pid in session_of(process.pid) if pid != process.pid]
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        for pid in left:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        if process.poll() is not None and not left:
            return
        time.sleep(0.05)


def session_of(leader: int) -> list[int]:
    """The processes of a session that still live, where the kernel tells (Linux)."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/stat") if Path("/proc/self/stat").exists() else ():
        with contextlib.suppress(OSError, ValueError, IndexError):
            fields = entry.read_text().rpartition(")")[2].split()
            if int(fields[3]) == leader and fields[0] not in "ZX":
                found.append(int(entry.parent.name))
    return found


def _watch_memory(browser: Running, most: int, stop: threading.Event) -> None:
    page = os.sysconf("SC_PAGE_SIZE")
    while not stop.wait(LOOK_SECONDS):
        used = 0
        for pid in session_of(browser.process.pid):
            with contextlib.suppress(OSError, ValueError, IndexError):
                resident, shared = Path(f"/proc/{pid}/statm").read_text().split()[1:3]
                used += (int(resident) - int(shared)) * page
        if used > most:
            browser.is_too_large = True
            kill(browser.process)
            return
