"""Writing a text and having a second person approve it."""

from claims.models import Claim, Writeup, WriteupState
from claims.services.publishing import approve
from claims.services.writing import TextDraft, rounds_written_of, write_text
from seeds.runner.declaring import declare_none
from seeds.runner.desk import Desk
from seeds.runner.plan import TextPlan
from sources.domain.errors import DeskError


def publish_decided(desk: Desk, *, are_invented: bool) -> None:
    """Publish what the data wants published and a round has decided, of the invented article or of the other."""
    for review in desk.plan.reviews.values():
        claim = desk.claim(review.claim)
        if bool(desk.plan.claims[review.claim].scene) != are_invented:
            continue
        if claim is None or review.text is None or claim.publication_state == "withdrawn":
            continue
        if not claim.rounds.filter(state="decided").exists():
            continue
        try:
            publish(desk, claim, review.text)
        except DeskError as refusal:
            desk.miss(f"Claim {review.claim} could not be published", refusal)


def publish(desk: Desk, claim: Claim, text: TextPlan) -> None:
    """The editor writes ``text``, the publisher approves it; each step only if it was not done before."""
    writeup = claim.writeups.filter(kind=text.kind, written_by=desk.editor).order_by("pk").first()
    if writeup is None:
        for round_ in rounds_written_of(claim):
            declare_none(by=desk.editor, round_=round_, capacity="editor")
        writeup = write_text(
            by=desk.editor,
            claim=claim,
            draft=TextDraft(headline=text.headline, summary=text.summary, kind=text.kind, note=text.note),
        )
    if writeup.state == WriteupState.WRITTEN.value:
        _approve(desk, writeup)


def _approve(desk: Desk, writeup: Writeup) -> None:
    publisher = desk.people["publisher"]
    declare_none(by=publisher, round_=writeup.round, capacity="publisher")
    approve(by=publisher, writeup=writeup)
