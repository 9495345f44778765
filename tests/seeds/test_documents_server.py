"""The server of the demonstration documents: files, a redirect, a page that changes, a page that goes."""

import http.client
import socket
import threading
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path

import pytest

from seeds import documents_server
from seeds.documents_server import DOCUMENTS, answer_for, make_server, read_moved_on, read_routes


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "documents-state.yaml"


@pytest.fixture
def port(state: Path) -> Iterator[int]:
    server = make_server(host="127.0.0.1", port=0, state=state)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()
    thread.join(timeout=5)


def get(port: int, path: str, method: str = "GET") -> tuple[int, http.client.HTTPMessage, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    connection.request(method, path)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, answer.headers, body


def test_serves_a_page_with_its_media_type(port: int) -> None:
    status, headers, body = get(port, "/saudi-ambassador-charges.html")
    assert status == 200
    assert headers["Content-Type"] == "text/html; charset=utf-8"
    assert b"Demonstration document" in body


def test_serves_a_pdf(port: int) -> None:
    status, headers, body = get(port, "/fighters-count.pdf")
    assert (status, headers["Content-Type"], body[:5]) == (200, "application/pdf", b"%PDF-")


def test_answers_head_without_a_body(port: int) -> None:
    status, headers, body = get(port, "/fighters-by-country.html", "HEAD")
    assert status == 200
    assert int(headers["Content-Length"]) > 0
    assert body == b""


def test_redirects(port: int) -> None:
    status, headers, _ = get(port, "/quillhaven/opening-hours.html")
    assert (status, headers["Location"]) == (301, "/quillhaven/meetings.html")


def test_a_page_changes_only_once_its_switch_is_thrown(port: int, state: Path) -> None:
    assert b"up to 120 passengers on each" in get(port, "/quillhaven/ferry.html")[2]
    state.write_text("moved_on: [ferry]\n", encoding="utf-8")
    assert b"up to 102 passengers on each" in get(port, "/quillhaven/ferry.html")[2]


def test_a_page_goes_only_once_its_switch_is_thrown(port: int, state: Path) -> None:
    assert get(port, "/quillhaven/tariff.html")[0] == 200
    state.write_text("moved_on: [tariff]\n", encoding="utf-8")
    assert get(port, "/quillhaven/tariff.html")[0] == 410


@pytest.mark.parametrize(
    "path",
    ["/../documents_server.py", "/%2e%2e/documents_server.py", "/routes.yaml", "//etc/passwd", "/", "/quillhaven"],
)
def test_nothing_but_the_documents_is_served(port: int, path: str) -> None:
    assert get(port, path)[0] == 404


@pytest.mark.parametrize("text", ["", "moved_on:", "[", "- a", "moved_on: 3"])
def test_a_state_file_that_says_nothing_throws_no_switch(state: Path, text: str) -> None:
    state.write_text(text, encoding="utf-8")
    assert read_moved_on(state) == frozenset()


def test_every_route_leads_to_a_document() -> None:
    routes = read_routes(DOCUMENTS)
    for target, _ in routes.redirects.values():
        assert answer_for(target, folder=DOCUMENTS, routes=routes, moved_on=frozenset()).status == HTTPStatus.OK
    for path in routes.changed:
        for moved_on in (frozenset[str](), frozenset({routes.changed[path][0]})):
            assert answer_for(path, folder=DOCUMENTS, routes=routes, moved_on=moved_on).status == HTTPStatus.OK


def test_a_port_in_use_is_told_in_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert documents_server.main(["--port", str(port)]) == 1
    assert f"Port {port} cannot be had" in capsys.readouterr().err
