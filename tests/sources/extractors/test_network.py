"""Who reads a hostile document has no network, by a namespace or by a filter."""

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from sources.extractors.network import how_children_are_cut
from sources.extractors.pool import Child
from tests.sources.servers import PageServer

ROOT = Path(__file__).parents[3]


def run(program: str, port: int) -> str:
    command = [sys.executable, "-c", textwrap.dedent(program), str(port)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


TRY = """
try:
    socket.create_connection(("127.0.0.1", int(sys.argv[1])), 2)
    print("connected")
except OSError as error:
    print(type(error).__name__)
"""


def test_the_children_of_the_pool_are_cut_off() -> None:
    child = Child()
    try:
        assert child.network in ("namespace", "filter")
        assert child.network == how_children_are_cut()
    finally:
        child.close()


@pytest.mark.parametrize(
    "cut",
    [
        "from sources.extractors.network import cut_network; cut_network()",
        "import ctypes; from sources.extractors.network import forbid_sockets; forbid_sockets(ctypes.CDLL(None))",
    ],
    ids=["as children do", "by the filter alone"],
)
def test_a_process_that_was_cut_off_reaches_nothing_even_on_this_machine(cut: str) -> None:
    with PageServer() as server:
        assert run(f"import socket, sys\n{TRY}", server.port) == "connected"
        assert run(f"import socket, sys\n{cut}\n{TRY}", server.port) in ("PermissionError", "OSError")
