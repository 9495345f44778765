"""Whether the WARC of a body of 2 GB reads back, by the readers of others and by ours, how fast, and in what memory.

Run as ``python -m bench.read_back [--bytes N] [--folder FOLDER]``. A body of N bytes is fetched, written and stored
as a fetch worker does it. Then four processes read the file: ``sha256`` its bytes, as the archive does before it
hands a copy out, FastWARC and warcio every digest in it, ``body`` the body from the place that its row names. Printed
are seconds and the peak of resident memory (``VmHWM``) of each; a complaint of any reader ends the program with 1.
"""

import argparse
import hashlib
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import django
from django.conf import settings
from django.test.utils import override_settings

from bench.capture import storages_in
from bench.memory import MIB, Fetching, forget_peak, resident


def written(port: int, size: int) -> dict[str, object]:
    """Fetch and store; where the WARC and its body are, and the digest that was written down."""
    fetching = Fetching(port, size)
    result = fetching.fetcher.fetch(f"http://127.0.0.1:{port}/{size}", fetching.limits)
    assert (result.ending, result.code) == ("answer", ""), result.sentence
    with fetching.store.scratch() as file:
        done = fetching.warc.write_capture(file, result.exchanges, software="bench", about={})
        fetching.store.keep_file(file, done.sha256)
    told = {"warc": done.sha256, "offset": done.body.offset, "body": result.body_sha256, "bytes": done.bytes}
    result.close()
    return told


def sha256(path: Path, told: dict[str, object]) -> str:
    with path.open("rb") as file:
        return "" if hashlib.file_digest(file, "sha256").hexdigest() == told["warc"] else "another digest"


def fastwarc(path: Path, told: dict[str, object]) -> str:
    from fastwarc.warc import ArchiveIterator

    wrong = []
    for is_parsed in (False, True):
        with path.open("rb") as file:
            for record in ArchiveIterator(file, parse_http=is_parsed):
                kind = record.headers["WARC-Type"]
                if is_parsed and kind == "response" and not record.verify_payload_digest(consume=True):
                    wrong.append(f"payload of {kind}")
                elif not is_parsed and not record.verify_block_digest(consume=True):
                    wrong.append(f"block of {kind}")
    return ", ".join(wrong)


def warcio(path: Path, told: dict[str, object]) -> str:
    from warcio.archiveiterator import ArchiveIterator

    wrong = []
    with path.open("rb") as file:
        for record in ArchiveIterator(file, check_digests=True):
            while record.content_stream().read(MIB):
                pass
            if record.digest_checker.passed is False:
                wrong += [*record.digest_checker.problems]
    return ", ".join(wrong)


def body(path: Path, told: dict[str, object]) -> str:
    from sources.archive.reading import read_body

    stored = read_body(str(told["warc"]), int(str(told["offset"])), max_bytes=1 << 40)
    return "" if hashlib.sha256(stored.payload).hexdigest() == told["body"] else "another digest"


READERS = {reader.__name__: reader for reader in (sha256, fastwarc, warcio, body)}


def read(name: str, told: dict[str, object], folder: str) -> None:
    """One reader, in this process; prints what came of it."""
    from sources.archive import store

    with override_settings(STORAGES=storages_in(folder)):
        path = Path(store.storage().path(store.key_of(str(told["warc"]))))
        forget_peak()
        began = time.monotonic()
        complaint = READERS[name](path, told)
        print(json.dumps([complaint, time.monotonic() - began, resident("VmHWM")]))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--bytes", type=int, default=2_000_000_000)
    parser.add_argument("--folder", default=None)
    parser.add_argument("--read", nargs=3, default=None, help=argparse.SUPPRESS)
    options = parser.parse_args()
    settings.configure(STORAGES=storages_in(""))
    django.setup()
    if options.read:
        read(options.read[0], json.loads(options.read[1]), options.read[2])
        return 0
    command = [sys.executable, "-m", "bench.memory", "--serve"]
    server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert server.stdin is not None
    assert server.stdout is not None
    complaints = []
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        with override_settings(STORAGES=storages_in(folder)):
            began = time.monotonic()
            told = written(int(server.stdout.readline()), options.bytes)
            server.stdin.close()
            server.wait(10)
            print(
                f"{'written':>10} {time.monotonic() - began:8.1f} s {resident('VmHWM') / MIB:10.0f} MiB", flush=True
            )
        for name in READERS:
            reading = [sys.executable, "-m", "bench.read_back", "--read", name, json.dumps(told), folder]
            said = json.loads(subprocess.run(reading, check=True, stdout=subprocess.PIPE, text=True).stdout)
            complaints += [said[0]] if said[0] else []
            print(f"{name:>10} {said[1]:8.1f} s {said[2] / MIB:10.0f} MiB  {said[0] or 'no complaint'}", flush=True)
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
