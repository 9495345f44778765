"""``python -m tests.factcheck.reading_across_a_restart``: a reader before and after PostgreSQL was started anew.

Prints one JSON object: the status of the kept page with a fresh connection, with the kept one, after a restart, each
as the server answers it (from what it remembers) and as Django does, and Django's after another restart with the guard
of ``find_page`` taken out.
"""

import json
import os
import sys
import tempfile
from typing import Any

from tests.plugins.servers import Postgres


def main() -> None:
    server = Postgres().start()
    try:
        with tempfile.TemporaryDirectory(prefix="fc-restart-") as folder:
            os.environ.update(
                DATABASE_URL=server.url, FACTCHECK_VAR=folder, DJANGO_SETTINGS_MODULE="factcheck.settings"
            )
            json.dump(_read(server), sys.stdout)
    finally:
        server.stop()


def _read(server: Postgres) -> dict[str, int]:
    import django

    django.setup()
    from django.conf import settings
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from django.db import connection, transaction
    from django.test import RequestFactory

    from claims.services import finding_pages
    from tests.claims.presenters.records import a_record
    from tests.claims.public.published import publish

    class NeverRaised(Exception):
        """Stands where the guard names what it catches."""

    settings.STATIC_ROOT.mkdir()
    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    writer, approver = (User.objects.create(username=name) for name in ("editor", "publisher"))
    with transaction.atomic():
        path = publish(writer, approver, a_record()).path
    from factcheck.wsgi import application, django_application

    def ask(wsgi: Any = django_application) -> int:
        statuses: list[str] = []
        answer = wsgi(
            RequestFactory().get(path, headers={"host": "127.0.0.1"}).environ,
            lambda status, *_: statuses.append(status),
        )
        getattr(answer, "close", lambda: None)()
        return int(statuses[0][:3])

    def pid() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            return int(cursor.fetchone()[0])

    ask()
    found, before = {"kept": ask()}, pid()
    found["again"] = ask()
    found["on the same connection"] = int(pid() == before)
    server.halt()
    server.start_again()
    found["restarted"] = ask()
    ask(application)
    was = dict(application._answers)
    found["remembered"] = ask(application) if was else 0
    server.halt()
    server.start_again()
    found["restarted, remembered"] = ask(application)
    found["still the same"] = int(application._answers == was)
    ask()
    server.halt()
    server.start_again()
    finding_pages.Error = NeverRaised  # type: ignore[attr-defined]
    found["without the guard"] = ask()
    return found


if __name__ == "__main__":
    main()
