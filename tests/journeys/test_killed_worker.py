"""A worker is killed in the middle of a capture, and the capture finishes all the same."""

import os
import signal
import socket
import threading
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Somebody
from tests.journeys.desk_with_people import DeskWithPeople, until
from tests.journeys.editing import Entry, enter_claim, enter_speaker_and_paper, watch_the_capture
from tests.journeys.pages import REGISTER
from tests.sources.servers import PageServer, answer

pytestmark = [pytest.mark.browser, pytest.mark.processes, pytest.mark.both_databases]

PATH = "/slow"
SOURCE = "SELECT id FROM sources_source WHERE url LIKE '%/slow'"


class SlowOnce:
    """Sends half of the first answer and then nothing, until it is told to go on; later ones whole, at once."""

    def __init__(self) -> None:
        self.asked = 0
        self.is_over = threading.Event()

    def __call__(self, connection: socket.socket, _: bytes) -> None:
        self.asked += 1
        whole = answer(body=REGISTER)
        if self.asked == 1:
            connection.sendall(whole[: len(whole) // 2])
            self.is_over.wait(300)
        else:
            connection.sendall(whole)


def test_a_killed_worker_loses_no_capture(
    somebody: Somebody, desk: DeskWithPeople, pages: PageServer, pictures: Path | None
) -> None:
    slow = SlowOnce()
    pages.answers[PATH] = slow
    entry = Entry(2, f"{pages.url}{PATH}")
    editor = somebody("editor")
    enter_speaker_and_paper(editor, entry)
    enter_claim(editor, entry)
    try:
        until(lambda: slow.asked == 1)
        expect(editor.page.locator("#captures")).to_contain_text("being fetched")
        editor.shoot(pictures, "20-being-fetched")
        killed = desk.running.child("worker-fetch")
        os.kill(killed, signal.SIGKILL)
        watch_the_capture(editor)
    finally:
        slow.is_over.set()

    assert slow.asked == 2
    captures = desk.rows(f"SELECT id, state, attempts FROM sources_capture WHERE source_id = ({SOURCE})")
    assert [row[1:] for row in captures] == [("stored", 2)]
    assert not desk.rows(f"SELECT id FROM sources_lease WHERE capture_id = {captures[0][0]}")
    kept = f"SELECT role FROM sources_artefact WHERE capture_id = {captures[0][0]} ORDER BY role"
    until(lambda: [role for (role,) in desk.rows(kept)] == ["manifest", "text", "warc"])
    assert desk.running.child("worker-fetch") != killed
    assert "was killed by signal 9; it is started again" in desk.running.said
