"""Many who ask, and one who asks for much, with a real worker: one fetch of one page, and nobody waits for another's."""

import contextlib
from pathlib import Path

import pytest

from tests.sources.servers import PageServer, answer, drip
from tests.sources.workers.installation import Installation, quick_folder, until

pytestmark = pytest.mark.processes

TEN_PEOPLE = """
import threading, time
from django.contrib.auth.models import Group, User
from django.db import connection
from sources.services import capture
from sources.services.citing_urls import find_or_make_web_source
people = [User.objects.create(username=f"editor{{number}}") for number in range(10)]
for person in people:
    person.groups.add(Group.objects.get(name="Editor"))
def ask(person):
    for turn in range(5):
        capture.request(by=person, source=find_or_make_web_source(by=person, url="{url}"))
        time.sleep(0.6)
    connection.close()
threads = [threading.Thread(target=ask, args=(person,)) for person in people]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
"""
MUCH = """
from django.contrib.auth.models import Group, User
from sources.services import capture
from sources.services.citing_urls import find_or_make_web_source
one, other = (User.objects.create(username=name) for name in ("editor", "editor2"))
for person in (one, other):
    person.groups.add(Group.objects.get(name="Editor"))
for number in range(500):
    capture.request(by=one, source=find_or_make_web_source(by=one, url=f"{big}/{{number}}"))
capture.request(by=one, source=find_or_make_web_source(by=one, url="{small}/own"))
capture.request(by=other, source=find_or_make_web_source(by=other, url="{small}/other"))
"""
ENDS = (
    "SELECT s.url, c.state FROM sources_capture c JOIN sources_source s ON s.id = c.source_id WHERE s.url LIKE '{}%'"
)


def test_a_page_asked_for_fifty_times_by_ten_people_is_fetched_once(desk: Installation, server: PageServer) -> None:
    """Some ask before it is there, some while it is fetched, some when it is stored."""
    desk.worker()
    desk.tell(TEN_PEOPLE.format(url=server.url + "/"))
    assert desk.until_closed() == [("stored", 1, "", 1, 1, 0)]
    assert [asked.split()[1] for asked in server.requests].count(b"/") == 1
    [(asks,)] = desk.query("SELECT count(*) FROM auth_user WHERE username LIKE 'editor%'")
    assert asks == 10


def test_five_hundred_pages_of_one_host_do_not_delay_one_of_another(database: Path) -> None:
    with contextlib.ExitStack() as stack:
        big, small = (stack.enter_context(PageServer()) for _ in range(2))
        slow = drip(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n", b"<p>word ", pause=0.1, most=10)
        big.answers |= {f"/{number}": slow for number in range(500)}
        small.answers |= {"/own": answer(), "/other": answer()}
        desk = Installation(stack.enter_context(quick_folder()), big, small, database=database)
        stack.callback(desk.close)
        desk.tell(MUCH.format(big=big.url, small=small.url))
        desk.worker()
        until(lambda: big.requests or small.requests)
        until(lambda: [state for _, state in desk.query(ENDS.format(small.url))] == ["stored", "stored"])
        assert [state for _, state in desk.query(ENDS.format(big.url))].count("open") > 470, "each takes a second"
