"""The claims that ``bench.pages`` serves, and what a cold page of them costs. Imported once Django is set up."""

import statistics
import time
from dataclasses import replace

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection, reset_queries, transaction
from django.test import Client

from claims.models import PublicPage, RenderDue
from tests.claims.presenters.records import a_citation, a_record, a_source, with_claim
from tests.claims.public.published import publish

FEW, MANY = 2, 40


def prepare() -> None:
    """A database with two published claims, one of few and one of many citations; the style sheets collected."""

    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    editor, publisher = (User.objects.create(username=f"bench-{name}") for name in ("editor", "publisher"))
    for slug, count in (("few", FEW), ("many", MANY)):
        cited = tuple(a_citation(number=number, source=a_source()) for number in range(1, count + 1))
        with transaction.atomic():
            publish(editor, publisher, with_claim(replace(a_record(), citations=cited), slug=slug))


def cold(slug: str, times: int = 15) -> tuple[float, int]:
    """Milliseconds (the median) and queries of drawing and keeping the page at ``slug``, in this process."""

    took = []
    settings.DEBUG = False
    connection.force_debug_cursor = True
    for _ in range(times):
        RenderDue.objects.create(claim_id=PublicPage.objects.get(slug=slug).pk)
        reset_queries()
        began = time.perf_counter()
        response = Client(headers={"host": "127.0.0.1"}).get(f"/claims/{slug}/")
        took.append(time.perf_counter() - began)
        assert response.status_code == 200
        verbs = [query["sql"].split(" ", 1)[0] for query in connection.queries]
    return statistics.median(took) * 1000, sum(verb in ("SELECT", "INSERT", "UPDATE", "DELETE") for verb in verbs)
