"""Asking a web archive of the tests' own, with a TimeGate and a TimeMap."""

import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from sources.domain.address_policy import AddressPolicy
from sources.domain.link_format import (
    Link,
    nearest_before,
    read_date,
    read_links,
    write_date,
    write_link,
    write_links,
)
from sources.domain.results import Ending, whole
from sources.fetchers.memento import MementoFetcher
from sources.fetchers.protocol import FetchSettings
from tests.sources.servers import PageServer, answer

PAGE_URL = "https://harbour.example.org/report?year=2016"
DAYS = (2014, 2016, 2018)


def stamp(year: int) -> datetime:
    return datetime(year, 6, 1, 12, 0, tzinfo=UTC)


def in_the_archive(year: int) -> bytes:
    body = f"<title>Report</title><p>The copy of {year}, with enough words that nobody thinks it empty.".encode()
    return answer(body=body, memento_datetime=write_date(stamp(year)))


@contextlib.contextmanager
def an_archive(*, timemap: bool = True) -> Iterator[PageServer]:
    with PageServer() as server:
        mementos = [
            Link(f"{server.url}/web/{year}", {"rel": "memento", "datetime": write_date(stamp(year))}) for year in DAYS
        ]
        links = [Link(PAGE_URL, {"rel": "original"})]
        if timemap:
            links.append(Link("/map", {"rel": "timemap", "type": "application/link-format"}))
        header = ", ".join(write_link(link) for link in links)
        gate = answer("302 Found", b"", location=f"{server.url}/web/2018", link=header, vary="accept-datetime")
        server.answers = {f"/gate/{PAGE_URL}": gate, "/map": answer(body=write_links([*links, *mementos]).encode())}
        server.answers |= {f"/web/{year}": in_the_archive(year) for year in DAYS}
        yield server


def look(*servers: PageServer, year: int | None, url: str = PAGE_URL):
    private = frozenset({("127.0.0.1", server.port) for server in servers})
    settings = FetchSettings(
        policy=AddressPolicy(private=private),
        deadline_seconds=20.0,
        archives=tuple(f"{server.url}/gate/" for server in servers),
        near=datetime(year, 1, 1, tzinfo=UTC) if year else None,
    )
    return MementoFetcher().fetch(url, settings)


@pytest.mark.parametrize(
    ("year", "taken"),
    [(2017, 2016), (2019, 2018), (None, 2018), (2010, 2014)],
    ids=["before it", "the last", "no moment", "only later ones"],
)
def test_the_copy_nearest_before_the_moment_is_fetched(year: int | None, taken: int) -> None:
    with an_archive() as server:
        result = look(server, year=year)
        assert result.ending is Ending.ANSWER
        assert f"The copy of {taken}".encode() in whole(result.body)
        assert result.final_url == f"{server.url}/web/{taken}"
        assert f"Copy of {taken}-06-01 12:00:00 UTC" in result.provenance and server.url in result.provenance
        assert f"GET /gate/{PAGE_URL} ".encode() in server.requests[0]
        if year:
            assert f"Accept-Datetime: {write_date(datetime(year, 1, 1, tzinfo=UTC))}".encode() in server.requests[0]


def test_without_a_timemap_the_gate_is_believed() -> None:
    with an_archive(timemap=False) as server:
        assert b"The copy of 2018" in whole(look(server, year=2017).body)


def test_one_archive_after_the_other_is_asked() -> None:
    with PageServer() as empty, an_archive() as full:
        result = look(empty, full, year=2017)
        assert result.ending is Ending.ANSWER
        assert empty.connections == 1


def test_where_none_has_a_copy_it_says_so() -> None:
    with PageServer() as empty:
        result = look(empty, year=2017)
        assert (result.ending, result.code) == (Ending.FAILED, "memento_none")


def test_an_archive_that_is_away_may_be_back_later() -> None:
    with PageServer({f"/gate/{PAGE_URL}": answer("503 Service Unavailable", b"")}) as away:
        assert look(away, year=2017).code == "memento_unreachable"


def test_a_page_that_is_no_memento_is_not_taken_for_one() -> None:
    with an_archive() as server:
        server.answers |= {f"/web/{year}": answer() for year in DAYS}
        result = look(server, year=2017)
        assert (result.ending, result.code) == (Ending.FAILED, "memento_unreachable")


def test_an_archive_that_leads_inside_is_not_followed() -> None:
    with PageServer({"/secret": answer(memento_datetime=write_date(stamp(2016)))}) as other, PageServer() as server:
        gate = answer("302 Found", b"", location=f"{other.url}/secret")
        server.answers = {f"/gate/{PAGE_URL}": gate}
        result = look(server, year=2017)
        assert result.ending is not Ending.ANSWER
        assert other.connections == 0


def test_a_private_address_is_not_even_asked_for() -> None:
    with an_archive() as server:
        result = look(server, year=2017, url="http://10.0.0.1/")
        assert (result.ending, result.code) == (Ending.REFUSED, "address_private")
        assert server.connections == 0


def test_links_are_read_leniently_and_written_strictly() -> None:
    text = (
        '<http://a.example/1>;rel="first memento" ; datetime="Tue, 20 Jun 2000 18:02:59 GMT", junk, <b>; rel=original'
    )
    first, second = read_links(text)
    assert (first.url, first.relations) == ("http://a.example/1", {"first", "memento"})
    assert first.at == datetime(2000, 6, 20, 18, 2, 59, tzinfo=UTC)
    assert (second.url, second.relations, second.at) == ("b", {"original"}, None)
    assert list(read_links(write_links([first, second]))) == [first, second]
    assert list(read_links("<" * 100_000)) == []
    assert read_date("yesterday") is None
    assert nearest_before([second], datetime(2001, 1, 1, tzinfo=UTC)) is None
    with pytest.raises(ValueError, match="cannot stand"):
        write_link(Link("http://a.example/>", {}))
