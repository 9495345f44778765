"""What an operator is told before people are."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import LazySettings

from claims.models import Claim
from factcheck import checks
from tests.conftest import Cast
from tests.plugins.running import ROOT
from tests.sources.extractors import fake_tesseract


def _ids(messages: object) -> list[str]:
    return [message.id for message in messages]  # type: ignore[attr-defined]


def test_private_hosts_are_named_in_a_warning(settings: LazySettings) -> None:
    settings.CAPTURE_ALLOW_PRIVATE = frozenset({("127.0.0.1", 8010)})
    messages = checks.private_hosts(None)
    assert _ids(messages) == ["factcheck.W001"]
    assert "127.0.0.1:8010" in messages[0].msg
    settings.CAPTURE_ALLOW_PRIVATE = frozenset()
    assert not checks.private_hosts(None)


@pytest.mark.parametrize(
    ("debug", "is_loopback", "hosts", "expected"),
    [
        (True, True, ["127.0.0.1"], []),
        (True, False, ["facts.example"], ["factcheck.E002"]),
        (True, True, ["facts.example"], ["factcheck.E002"]),
        (False, False, ["facts.example"], []),
    ],
    ids=["debug on loopback", "debug elsewhere", "debug for another host name", "no debug"],
)
def test_debug_pages_stay_on_loopback(
    settings: LazySettings, debug: bool, is_loopback: bool, hosts: list[str], expected: list[str]
) -> None:
    settings.DEBUG, settings.IS_LOOPBACK, settings.ALLOWED_HOSTS = debug, is_loopback, hosts
    assert _ids(checks.debug_elsewhere(None)) == expected


@pytest.mark.parametrize(
    ("key", "is_loopback", "expected"),
    [
        ("short", False, ["factcheck.E003"]),
        ("a" * 60, False, ["factcheck.E003"]),
        ("short", True, []),
        ("k3v9-Zq7mT1xW5bN8cR2yL6pD4sF0gHjKaQeUiOzXvBnMwErTy", False, []),
    ],
    ids=["short", "one letter", "on loopback", "good"],
)
def test_a_weak_secret_key_stays_on_loopback(
    settings: LazySettings, key: str, is_loopback: bool, expected: list[str]
) -> None:
    settings.SECRET_KEY, settings.IS_LOOPBACK = key, is_loopback
    settings.ALLOWED_HOSTS = ["127.0.0.1"] if is_loopback else ["facts.example"]
    assert _ids(checks.weak_secret_key(None)) == expected


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("is_loopback", "hosts", "is_demonstration", "expected"),
    [
        (False, ["facts.example"], True, ["factcheck.E001"]),
        (True, ["127.0.0.1", "facts.example"], True, ["factcheck.E001"]),
        (True, ["127.0.0.1", "localhost"], True, []),
        (False, ["facts.example"], False, []),
    ],
    ids=["elsewhere", "another host name", "loopback", "no demonstration"],
)
def test_demonstration_records_stay_on_loopback(
    settings: LazySettings,
    cast: Cast,
    is_loopback: bool,
    hosts: list[str],
    is_demonstration: bool,
    expected: list[str],
) -> None:
    settings.IS_LOOPBACK, settings.ALLOWED_HOSTS = is_loopback, hosts
    statement = "The quay is eighty metres long."
    Claim.objects.create(statement=statement, is_demonstration=is_demonstration, created_by=cast.editor)
    assert _ids(checks.demonstration_elsewhere(None, databases=["default"])) == expected


def test_no_database_is_asked_where_none_was_named(settings: LazySettings) -> None:
    settings.IS_LOOPBACK = False
    assert not checks.demonstration_elsewhere(None, databases=None)


def test_a_browser_without_its_sandbox_is_a_warning(settings: LazySettings) -> None:
    settings.CAPTURE_BROWSER, settings.CAPTURE_BROWSER_SANDBOX = "/opt/chrome", False
    assert _ids(checks.browser_without_sandbox(None)) == ["factcheck.W010"]
    settings.CAPTURE_BROWSER = "off"
    assert not checks.browser_without_sandbox(None)
    settings.CAPTURE_BROWSER, settings.CAPTURE_BROWSER_SANDBOX = "/opt/chrome", True
    assert not checks.browser_without_sandbox(None)


def test_a_host_of_archived_pages_that_is_our_own_is_a_warning(settings: LazySettings) -> None:
    settings.SITE_URL, settings.REPLAY_URL = "https://facts.example", "https://facts.example:8443"
    assert _ids(checks.replay_at_home(None)) == ["factcheck.W011"]
    for other in ("", "https://copies.example"):
        settings.REPLAY_URL = other
        assert not checks.replay_at_home(None)


def test_timestamps_that_cannot_be_checked_are_a_warning(settings: LazySettings) -> None:
    assert not checks.timestamps_unchecked(None)
    settings.TIMESTAMP_AUTHORITIES, settings.TIMESTAMP_ROOTS = ("https://stamps.example/",), "/nowhere.pem"
    assert _ids(checks.timestamps_unchecked(None)) == ["factcheck.W012"]
    settings.TIMESTAMP_ROOTS = __file__
    assert not checks.timestamps_unchecked(None)


def test_a_tesseract_that_is_named_and_is_none_is_a_warning(settings: LazySettings, tmp_path: Path) -> None:
    settings.CAPTURE_OCR = "/nowhere/tesseract"
    assert _ids(checks.scans_unread(None)) == ["factcheck.W014"]
    settings.CAPTURE_OCR = str(fake_tesseract.install(tmp_path))
    assert not checks.scans_unread(None)
    settings.CAPTURE_OCR = "off"
    assert not checks.scans_unread(None)


def test_that_no_tesseract_is_installed_is_said_and_is_no_warning(
    settings: LazySettings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings.CAPTURE_OCR = "auto"
    monkeypatch.setenv("PATH", str(tmp_path))
    [said] = checks.scans_unread(None)
    assert (said.id, said.is_serious()) == ("factcheck.I001", False)


@pytest.mark.parametrize(
    ("cut", "expected"),
    [("namespace", []), ("filter", []), ("open", ["factcheck.W013"])],
    ids=str,
)
def test_readers_that_could_reach_the_network_are_told_of(
    monkeypatch: pytest.MonkeyPatch, cut: str, expected: list[str]
) -> None:
    monkeypatch.setattr(checks, "how_children_are_cut", lambda: cut)
    assert _ids(checks.readers_on_the_network(None)) == expected


LOCKED = """
import ctypes, platform, struct
from sources.extractors import network
audit, forbidden = {"x86_64": (0xC000003E, (272, 157)), "aarch64": (0xC00000B7, (97, 167))}[platform.machine()]
steps = [(0x20, 0, 0, 0), (0x15, 2, 0, forbidden[0]), (0x15, 1, 0, forbidden[1]), (6, 0, 0, 0x7FFF0000), (6, 0, 0, 0x50001)]
code = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *step) for step in steps))
program = network._Program(len(steps), ctypes.addressof(code))
libc = ctypes.CDLL(None)
assert libc.prctl(38, 1, 0, 0, 0) == 0
assert libc.prctl(22, 2, ctypes.byref(program), 0, 0) == 0
import django
django.setup()
from factcheck import checks
print([message.id for message in checks.readers_on_the_network(None)], network.how_children_are_cut())
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the kernel's own filters")
def test_a_kernel_that_lets_nobody_cut_readers_off_is_found_out() -> None:
    """In a process to which, and to whose children, the kernel refuses namespaces and filters alike."""
    done = subprocess.run(
        [sys.executable, "-c", LOCKED], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout.split("\n")[0] == "['factcheck.W013'] open", done.stderr
