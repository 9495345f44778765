"""What the readers that other archives use say of a WARC of ours."""

import contextlib
import io
from pathlib import Path

import brotli
from fastwarc.warc import ArchiveIterator as FastIterator
from warcio.archiveiterator import ArchiveIterator
from warcio.bufferedreaders import BufferedReader
from warcio.checker import Checker


class Unbrotli:
    """What warcio means to make of a brotli decompressor: it sets an attribute that brotli's class does not take."""

    unused_data = None

    def __init__(self) -> None:
        self.decompress = brotli.Decompressor().process

    def flush(self) -> bytes:
        return b""


BufferedReader.DECOMPRESSORS["br"] = Unbrotli


def complaints(raw: bytes, folder: Path) -> str:
    """What ``warcio check -v`` says of a file that is not in order; "" for one that is."""
    path = folder / "capture.warc.gz"
    path.write_bytes(raw)

    class Asked:
        inputs = [str(path)]
        verbose = True

    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        code = Checker(Asked()).process_all()
    return said.getvalue() if code or "failed" in said.getvalue() else ""


def fast_complaints(raw: bytes) -> list[str]:
    """What FastWARC finds wrong: block digests of all records, payload digests of answers."""
    wrong = [
        f"block of {record.headers['WARC-Type']}"
        for record in FastIterator(io.BytesIO(raw), parse_http=False)
        if not record.verify_block_digest()
    ]
    wrong += [
        "payload"
        for record in FastIterator(io.BytesIO(raw))
        if record.headers["WARC-Type"] == "response" and not record.verify_payload_digest()
    ]
    return wrong


def blocks(raw: bytes, kind: str = "response") -> list[bytes]:
    """The blocks of all records of a type, as warcio reads them."""
    return [
        record.raw_stream.read()
        for record in ArchiveIterator(io.BytesIO(raw), no_record_parse=True)
        if record.rec_type == kind
    ]
