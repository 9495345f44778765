"""``python -m tests.plugins.postgres_for COMMAND…``: runs a command with a PostgreSQL of its own in DATABASE_URL."""

import os
import subprocess
import sys

from tests.plugins.servers import Postgres

if __name__ == "__main__":
    server = Postgres().start()
    try:
        sys.exit(subprocess.run(sys.argv[1:], env={**os.environ, "DATABASE_URL": server.url}, check=False).returncode)
    finally:
        server.stop()
