"""What happens to a page once it is up: a correction, a suspension, a retraction, a source that moves on."""

import time
from collections.abc import Iterable
from pathlib import Path

import yaml

from claims.models import Claim, NoticeKind
from claims.services.noticing import notice_changes
from claims.services.suspending import suspend
from seeds.runner.desk import Desk
from seeds.runner.plan import AfterPlan, ReviewPlan
from seeds.runner.publishing import publish
from seeds.runner.waiting import STEP_SECONDS, wait_for_captures
from sources.domain.errors import DeskError
from sources.models import CaptureMethod, Source
from sources.services import capture

TELLING = (NoticeKind.SOURCE_CHANGED.value, NoticeKind.SOURCE_GONE.value)


def change_pages(desk: Desk) -> None:
    """Correct, suspend and retract, where the data says so and it was not done before."""
    for review in desk.plan.reviews.values():
        claim = desk.claim(review.claim)
        if claim is None or not claim.revisions.exists():
            continue
        for step in review.after:
            try:
                _change(desk, claim, step)
            except DeskError as refusal:
                desk.miss(f"Claim {review.claim} could not be changed after publication ({step.step})", refusal)


def _change(desk: Desk, claim: Claim, step: AfterPlan) -> None:
    if step.text is not None:
        publish(desk, claim, step.text)
    elif step.step == "suspend" and not claim.notices.filter(kind=NoticeKind.SUSPENDED.value).exists():
        suspend(by=desk.people["publisher"], claim=claim, text=step.words)


def move_sources_on(desk: Desk) -> None:
    """Let the documents change that are to change, look at them again, and put up what readers have to know."""
    steps = _steps_of_published(desk)
    if not steps:
        return
    throw_switches(desk.choice.documents_state, [step.state for _, step in steps])
    wanting: list[Source] = []
    for claim, step in steps:
        source = _source_of(desk, claim, step)
        if source is not None and source.captures.count() == 1:
            capture.request(by=desk.editor, source=source, method=CaptureMethod.HTTP.value, is_again=True)
            wanting.append(source)
    if wanting:
        wait_for_captures(desk, wanting, what="second looks at sources that have changed")
    _await_notices(desk, [claim for claim, _ in steps])


def _await_notices(desk: Desk, claims: Iterable[Claim]) -> None:
    """Passages are looked for in a new copy by another job, so that a notice may take a moment longer."""
    missing = [claim for claim in claims if not claim.notices.filter(kind__in=TELLING).exists()]
    deadline = time.monotonic() + desk.choice.wait_seconds
    while missing:
        notice_changes()
        missing = [claim for claim in missing if not claim.notices.filter(kind__in=TELLING).exists()]
        if missing and time.monotonic() > deadline:
            desk.misses.append(f"{len(missing)} pages do not tell yet that a source has changed.")
            desk.say(desk.misses[-1])
            return
        if missing:
            desk.pause(STEP_SECONDS)


def _steps_of_published(desk: Desk) -> list[tuple[Claim, AfterPlan]]:
    found = []
    for review in desk.plan.reviews.values():
        claim = desk.claim(review.claim)
        if claim is not None and claim.revisions.exists():
            found += [(claim, step) for step in _moves(review)]
    return found


def _moves(review: ReviewPlan) -> list[AfterPlan]:
    return [step for step in review.after if step.step == "move_on"]


def _source_of(desk: Desk, claim: Claim, step: AfterPlan) -> Source | None:
    address = desk.address_of(step.document)
    row = claim.citations.filter(url_typed=address).select_related("source").first()
    return row.source if row else None


def throw_switches(file: Path, names: Iterable[str]) -> None:
    """Write the state file of the documents' server, in one step, unless it says so already."""
    text = yaml.safe_dump({"moved_on": sorted(names)})
    if file.exists() and file.read_text(encoding="utf-8") == text:
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_name(file.name + ".new")
    new.write_text(text, encoding="utf-8")
    new.replace(file)
