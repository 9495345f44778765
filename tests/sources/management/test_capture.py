"""``manage.py capture``: one JSON object a line, and an exit status that can be trusted."""

import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import LazySettings
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from sources.management.commands import capture as command
from sources.models import Capture, Event
from sources.permissions import granted
from tests.sources.servers import PAGE, PageServer, answer, redirect
from tests.sources.services.capturing import allow

pytestmark = pytest.mark.django_db

FIELDS = (
    "url, capture, state, code, sentence, usability, reason, http_status, final_url, hops, media_type, charset, "
    "body_sha256, body_bytes, text_chars, truncated, custody, warc, attempts, seconds"
)


@pytest.fixture
def server(settings: LazySettings) -> Iterator[PageServer]:
    with PageServer({"/": answer(), "/page": answer(), "/from": redirect("/page")}) as started:
        allow(settings, started)
        yield started


def run(*urls: str, **options: Any) -> tuple[list[dict[str, Any]], int]:
    out = io.StringIO()
    status = 0
    try:
        call_command("capture", *urls, here=True, stdout=out, **options)
    except SystemExit as end:
        status = int(end.code or 0)
    return [json.loads(line) for line in out.getvalue().splitlines()], status


def test_prints_one_object_a_line(server: PageServer, cast: Any) -> None:
    assert cast.editor.is_active
    [line], status = run(server.url + "/from")
    assert status == 0
    assert ", ".join(line) == FIELDS
    assert (line["state"], line["http_status"], line["hops"], line["attempts"]) == ("stored", 200, 1, 1)
    assert (line["usability"], line["final_url"], line["body_bytes"]) == ("usable", server.url + "/page", len(PAGE))
    assert line["custody"] == "fetched by us"
    assert len(line["warc"]) == len(line["body_sha256"]) == 64
    assert line["text_chars"] > 50


def test_adds_the_text_where_asked(server: PageServer, cast: Any) -> None:
    assert cast.editor.is_active
    [line], _ = run(server.url, text=True)
    assert "Fifteen words stand here" in line["text"]
    assert len(line["text"]) == line["text_chars"]


def test_a_refused_address_is_a_line_too_and_the_status_says_so(server: PageServer, cast: Any) -> None:
    assert cast.editor.is_active
    lines, status = run("http://169.254.169.254/", server.url, "nonsense")
    by_url = {line["url"]: line for line in lines}
    assert status == 1
    assert by_url["http://169.254.169.254/"]["code"] == "address_private"
    assert by_url["nonsense"]["code"] == "url_invalid"
    assert by_url[server.url]["state"] == "stored"


def test_reads_addresses_from_standard_input(server: PageServer, cast: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert cast.editor.is_active
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{server.url}/\n\n{server.url}/from\n"))
    lines, status = run()
    assert (len(lines), status) == (2, 0)


def test_tells_of_one_that_did_not_end_in_time(server: PageServer, cast: Any, settings: LazySettings) -> None:
    settings.CAPTURE_RETRY_SECONDS = 60
    assert cast.editor.is_active
    server.answers["/x"] = b""
    [line], status = run(server.url + "/x", wait=0.5)
    assert (line["state"], line["code"], line["attempts"], status) == ("open", "empty_reply", 1, 1)


def test_nobody_in_particular_asks_where_nobody_is_named(server: PageServer, cast: Any) -> None:
    """The shell's own account asks: nobody can log in with it, and it may do nothing else."""
    assert cast.editor != cast.editor2
    [line], status = run(server.url)
    capture = Capture.objects.get(public_id=line["capture"])
    by = capture.requested_by
    assert (status, by.username, by.has_usable_password(), by.is_staff) == (0, "archive-shell", False, False)
    assert granted(by) == {"sources.add_capture"}
    event = Event.objects.get(subject_id=capture.public_id, action="capture_requested")
    assert (event.by, event.door) == (by, "command")
    assert run(server.url + "/from")[1] == 0
    assert User.objects.filter(username="archive-shell").count() == 1


def test_an_account_can_be_named_and_has_to_be_there(server: PageServer, cast: Any) -> None:
    with pytest.raises(CommandError):
        run(server.url, username="nobody")
    assert cast.editor2
    [line], _ = run(server.url, username="editor2")
    assert Capture.objects.get(public_id=line["capture"]).requested_by == cast.editor2


def test_wants_at_least_one_address(cast: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("\n\n"))
    with pytest.raises(CommandError):
        run()


def test_many_addresses_go_through_with_a_few_open_at_a_time(
    server: PageServer, cast: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "AT_ONCE", 3)
    most: list[int] = []
    real = command._open

    def counting(pks: list[int]) -> set[int]:
        most.append(len(pks))
        return real(pks)

    monkeypatch.setattr(command, "_open", counting)
    server.answers |= {f"/{n}": answer() for n in range(12)}
    addresses = [f"{server.url}/{n}" for n in range(12)]
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(addresses)))
    lines, status = run()
    assert (sorted(line["url"] for line in lines), status) == (sorted(addresses), 0)
    assert max(most) == 3


def test_a_bar_shows_how_far_it_is_on_a_terminal_and_only_there(
    server: PageServer, cast: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    shown, hidden = Terminal(), io.StringIO()
    monkeypatch.setattr("sys.stderr", shown)
    run(server.url, server.url + "/from")
    monkeypatch.setattr("sys.stderr", hidden)
    run(server.url + "/page")
    assert "[" + "." * 30 + "] 0 of 2 captured" in shown.getvalue()
    assert "[" + "#" * 30 + "] 2 of 2 captured\n" in shown.getvalue()
    assert hidden.getvalue() == ""


def test_an_account_that_may_not_ask_gets_a_line_that_says_so(server: PageServer, cast: Any) -> None:
    assert cast.reviewer_a
    [line], status = run(server.url, username="reviewer_a")
    assert (line["code"], status) == ("not_in_group", 1)
