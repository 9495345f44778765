"""The order of a real desk: people, sources, claims, captures, rounds, ratings, texts, and what comes after.

Every step asks the database what was done before, so that a run may be ended at any point and started again, and a
second run changes nothing. The invented article goes up first, so that a reader meets the other one on top.
"""

import time
from collections.abc import Callable
from pathlib import Path

from claims.models import Claim
from seeds.runner.accounts import make_accounts
from seeds.runner.afterwards import change_pages, move_sources_on
from seeds.runner.desk import Choice, Desk
from seeds.runner.entering import Catalogue, enter_claims
from seeds.runner.leads import add_leads
from seeds.runner.publishing import publish_decided
from seeds.runner.reading import read_plan
from seeds.runner.reviewing import open_rounds, rate
from seeds.runner.telling import tell
from seeds.runner.waiting import wait_for_captures
from sources.models import CaptureMethod, CaptureState, Door, Source
from sources.services import capture
from sources.services.history import acting_through


def run(
    choice: Choice,
    *,
    accounts_file: Path,
    one_password: str,
    say: Callable[[str], None],
    pause: Callable[[float], None] = time.sleep,
) -> list[str]:
    """Make the demonstration, or go on making it; return the sentences of the steps that were refused.

    Raises :class:`seeds.runner.waiting.StillOpen` where no worker takes the captures.
    """
    desk = Desk(plan=read_plan(), choice=choice, say=say, pause=pause)
    with acting_through(Door.SEEDS.value):
        desk.people = make_accounts(file=accounts_file, one_password=one_password)
        tell(desk)
        catalogue = Catalogue(desk)
        enter_claims(desk, catalogue)
        if choice.is_live:
            add_leads(desk, catalogue)
        sources = _documents_of(desk)
        _ask_again(desk, sources)
        wait_for_captures(desk, sources, what="the documents to be fetched and archived")
        open_rounds(desk)
        rate(desk)
        publish_decided(desk, are_invented=True)
        change_pages(desk)
        move_sources_on(desk)
        publish_decided(desk, are_invented=False)
    return desk.misses


def _documents_of(desk: Desk) -> list[Source]:
    """The demonstration documents that the seeds' claims cite or appeared in."""
    claims = Claim.objects.filter(
        public_id__in=[claim.public_id for claim in map(desk.claim, desk.plan.claims) if claim is not None]
    )
    addresses = [desk.address_of(key) for key in desk.plan.documents]
    cited = Source.objects.filter(citations__claim__in=claims) | Source.objects.filter(appearances__claim__in=claims)
    return list(cited.filter(url__in=addresses).distinct())


def _ask_again(desk: Desk, sources: list[Source]) -> None:
    """A document whose every capture failed is asked for once more: the server may have been down."""
    for source in sources:
        states = set(source.captures.values_list("state", flat=True))
        if not states & {CaptureState.OPEN.value, CaptureState.STORED.value}:
            capture.request(by=desk.editor, source=source, method=CaptureMethod.HTTP.value, reason="person")
