"""The pages about the desk say what the desk wrote, and plainly where it wrote nothing."""

import pytest
from django.conf import LazySettings
from django.test import Client

from claims.models import DeskPage
from claims.presenters.desk_pages import PATHS
from claims.services.writing_desk_pages import write_desk_page
from sources.domain.errors import BadInput, Several, WrongPerson
from sources.models import Door, Event
from tests.conftest import Cast

pytestmark = pytest.mark.django_db

WORDS = "We belong to a society of readers.\n\nIts board is elected each year. <script>x()</script>"


@pytest.mark.parametrize("kind", list(PATHS), ids=str)
def test_a_page_on_which_the_desk_wrote_nothing_says_so(client: Client, kind: str) -> None:
    response = client.get(PATHS[kind])
    assert response.status_code == 200
    assert "This desk has not" in response.content.decode()
    assert not response.cookies


def test_a_publisher_writes_it_and_readers_see_it(client: Client, cast: Cast) -> None:
    write_desk_page(by=cast.publisher, kind="ownership", language="en", text=WORDS)
    page = client.get("/about/ownership/").content.decode()
    assert '<p dir="auto">We belong to a society of readers.</p>' in page
    assert "<script>x()" not in page
    assert "This desk has not" not in page
    event = Event.objects.get(action="desk_page_written")
    assert (event.by, "society" in event.after) == (cast.publisher, True)


def test_each_reader_gets_the_language_that_is_there(client: Client, cast: Cast) -> None:
    write_desk_page(by=cast.publisher, kind="funding", language="en", text="By subscriptions.")
    spanish = client.get("/about/funding/?lang=es").content.decode()
    assert "By subscriptions." in spanish
    assert 'class="desk-words" dir="auto" lang="en"' in spanish
    write_desk_page(by=cast.publisher, kind="funding", language="es", text="Por suscripciones.")
    assert "Por suscripciones." in client.get("/about/funding/?lang=es").content.decode()
    assert "By subscriptions." in client.get("/about/funding/").content.decode()


def test_words_are_taken_back_and_what_changes_nothing_is_no_event(client: Client, cast: Cast) -> None:
    for text in ("By subscriptions.", "By subscriptions.", ""):
        write_desk_page(by=cast.publisher, kind="funding", language="en", text=text)
    assert [event.before for event in Event.objects.filter(action="desk_page_written").order_by("pk")] == [
        '{"text":""}',
        '{"text":"By subscriptions."}',
    ]
    assert DeskPage.objects.count() == 1
    assert "has not said who pays" in client.get("/about/funding/").content.decode()


@pytest.mark.parametrize("who", ["editor", "reviewer_a", "superuser", "outsider"])
def test_only_a_publisher_writes(cast: Cast, who: str) -> None:
    with pytest.raises(WrongPerson):
        write_desk_page(by=getattr(cast, who), kind="staff", language="en", text="Somebody.")


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ({"kind": "motto"}, BadInput),
        ({"language": ""}, Several),
        ({"language": "not a tag"}, Several),
        ({"text": "x" * 20_001}, Several),
        ({"text": "a\x00b"}, Several),
    ],
    ids=["kind", "no language", "no tag", "too long", "NUL"],
)
def test_bad_input_is_refused_with_a_sentence(cast: Cast, typed: dict[str, str], error: type[Exception]) -> None:
    with pytest.raises(error):
        write_desk_page(by=cast.publisher, **{"kind": "staff", "language": "en", "text": "Two people.", **typed})
    assert not DeskPage.objects.exists()


def test_the_admin_writes_and_changes_it(cast: Cast, logged_in) -> None:  # type: ignore[no-untyped-def]
    client = logged_in(cast.publisher)
    form = {"kind": "contact", "language": "en", "text": "Write to the harbour house."}
    assert client.post("/admin/claims/deskpage/add/", form).status_code == 302
    again = client.post("/admin/claims/deskpage/add/", form)
    assert "There is such a text in this language already" in again.content.decode()
    page = DeskPage.objects.get()
    assert client.post(f"/admin/claims/deskpage/{page.pk}/change/", {"text": "Write to us."}).status_code == 302
    page.refresh_from_db()
    assert (page.text, Event.objects.filter(action="desk_page_written", door=Door.ADMIN).count()) == (
        "Write to us.",
        2,
    )


def test_who_is_no_signatory_is_not_sent_to_the_ifcn(client: Client, settings: LazySettings) -> None:
    assert "no signatory" in client.get("/about/complaints/").content.decode()
    settings.IFCN_URL = "https://ifcn.example/our-desk"
    assert 'href="https://ifcn.example/our-desk"' in client.get("/about/complaints/").content.decode()
