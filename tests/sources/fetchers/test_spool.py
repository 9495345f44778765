"""Spools: in memory while they are few bytes, then in a file that goes with them."""

import gc
import hashlib
from pathlib import Path

from sources.domain.results import whole
from sources.fetchers.spool import Spool


def test_few_bytes_stay_in_memory(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "not yet there", in_memory=10)
    spool.write(b"0123456789")
    assert (spool.handed(), len(spool), whole(spool)) == (b"0123456789", 10, b"0123456789")
    assert list(tmp_path.iterdir()) == []


def test_many_bytes_are_a_file_of_exactly_them(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "made when needed", in_memory=10)
    for piece in (b"01234", b"56789", b"a", b"bc"):
        spool.write(piece)
    path = spool.handed()
    assert isinstance(path, Path)
    assert path.read_bytes() == whole(spool) == whole(spool) == b"0123456789abc"
    assert spool.sha256 == hashlib.sha256(b"0123456789abc").hexdigest()
    spool.close()
    assert not path.exists()


def test_a_file_goes_when_nobody_knows_it_any_more(tmp_path: Path) -> None:
    spool = Spool(tmp_path, in_memory=1)
    spool.write(b"abc")
    del spool
    gc.collect()
    assert list(tmp_path.iterdir()) == []
