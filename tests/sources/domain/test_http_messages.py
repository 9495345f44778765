"""The framing of HTTP/1.1 bodies: the same however the bytes are cut up, and bounded."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.domain.http_messages import (
    ByChunks,
    ByClose,
    ByLength,
    Framing,
    Head,
    NotHttp,
    end_of_head,
    framing_of,
    parse_head,
)

NO_LIMIT = 1 << 30


def fed(framing: Framing, pieces: list[bytes], room: int = NO_LIMIT) -> tuple[bytes, bytes]:
    """What was used of ``pieces``, and the payload in it."""
    used, payload = b"", b""
    for piece in pieces:
        taken = framing.feed(piece, room - len(payload))
        used += piece[: taken.used]
        payload += b"".join(taken.payload)
        if framing.is_complete or framing.flaw or framing.is_over_room:
            break
    return used, payload


def cut(data: bytes, places: list[int]) -> list[bytes]:
    marks = sorted({0, len(data), *(place % (len(data) + 1) for place in places)})
    return [data[a:b] for a, b in itertools.pairwise(marks)]


CHUNKS = st.lists(st.binary(min_size=1, max_size=40), max_size=6)
NOISE = st.one_of(st.just(b""), st.binary(max_size=30))


@given(chunks=CHUNKS, noise=NOISE, places=st.lists(st.integers(0, 500), max_size=12), room=st.integers(0, 120))
def test_chunks_give_the_same_however_they_arrive_and_read_back(
    chunks: list[bytes], noise: bytes, places: list[int], room: int
) -> None:
    sent = b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks) + noise + b"0\r\n\r\n"
    at_once, in_pieces = ByChunks(), ByChunks()
    used, payload = fed(at_once, [sent], room)
    assert fed(in_pieces, cut(sent, places), room) == (used, payload)
    assert (at_once.is_complete, bool(at_once.flaw)) == (in_pieces.is_complete, bool(in_pieces.flaw))
    assert fed(ByChunks(), [used]) == (used, payload)
    assert len(payload) <= room


@given(chunks=CHUNKS)
def test_chunks_that_are_sound_are_complete(chunks: list[bytes]) -> None:
    sent = b"".join(b"%X;a=b\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks) + b"0\r\nExpires: 0\r\n\r\n"
    framing = ByChunks()
    assert fed(framing, [sent + b"more"]) == (sent, b"".join(chunks))
    assert framing.is_complete


def test_what_fits_exactly_is_not_cut() -> None:
    for framing, sent in ((ByLength(3), b"abc"), (ByChunks(), b"3\r\nabc\r\n0\r\n\r\n")):
        fed(framing, [sent], 3)
        assert (framing.is_complete, framing.is_over_room) == (True, False)


def test_a_body_is_cut_where_there_is_no_room() -> None:
    for framing, sent in ((ByLength(4), b"abcd"), (ByClose(), b"abcd"), (ByChunks(), b"4\r\nabcd\r\n0\r\n\r\n")):
        assert fed(framing, [sent], 3)[1] == b"abc"
        assert framing.is_over_room


@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        ((("content-length", "5"),), ByLength),
        ((("content-length", "5"), ("transfer-encoding", "chunked")), ByChunks),
        ((("transfer-encoding", "gzip, chunked"),), ByChunks),
        ((("transfer-encoding", "identity"),), ByClose),
        ((), ByClose),
        ((("content-length", "9" * 30),), ByClose),
    ],
    ids=["length", "length with chunks", "gzip in chunks", "identity", "nothing", "absurd length"],
)
def test_a_body_is_framed_as_the_standard_says(headers: tuple[tuple[str, str], ...], kind: type) -> None:
    assert isinstance(framing_of(Head(200, headers))[0], kind)


@pytest.mark.parametrize("status", [101, 204, 304])
def test_some_answers_have_no_body(status: int) -> None:
    framing, flaw = framing_of(Head(status, (("content-length", "5"),)))
    assert (framing.is_complete, flaw) == (True, "")


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"HTTP/1.1 200 OK\r\n\r\n", 200),
        (b"HTTP/1.0 404\r\n\r\n", 404),
        (b"HTTP/1.1 999 Request denied\n\n", 999),
        (b"HTTP/1.1  200  Two  spaces\r\n\r\n", 200),
    ],
)
def test_reads_heads_as_servers_write_them(raw: bytes, status: int) -> None:
    assert end_of_head(raw) == len(raw)
    assert parse_head(raw).status == status


@pytest.mark.parametrize(
    "raw", [b"SSH-2.0\r\n\r\n", b"HTTP/1.1 20 OK\r\n\r\n", b"HTTP/1.1 2000 OK\r\n\r\n", b"\r\n\r\n"]
)
def test_what_is_no_answer_is_refused(raw: bytes) -> None:
    with pytest.raises(NotHttp):
        parse_head(raw)


def test_headers_are_read_leniently() -> None:
    head = parse_head(b"HTTP/1.1 200 OK\r\nA : one\r\nno colon\r\nB: two\r\n  three\r\na: four\r\n\r\n")
    assert head.headers == (("a", "one"), ("b", "two three"), ("a", "four"))
    assert (head.first("a"), head.all("a"), head.first("c")) == ("one", ["one", "four"], "")
