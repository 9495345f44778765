"""``python -m tests.journeys.make_claims NAME URL``: claims of the desk's own accounts, through the services.

One is published, one is being rated by reviewer-a, one waits for approval. The running workers capture what they
cite. Prints a JSON object of addresses.
"""

import json
import os
import sys
import time
from typing import Any

import django

HEADLINE = "Two million containers, by the register"
SUMMARY = "The register of the harbour office counts 2,014,000 containers for 2016."


def statement(name: str, what: str) -> str:
    return f"The harbour of {name} lifted two million containers ashore in 2016 ({what})."


def main(name: str, url: str) -> None:
    from django.contrib.auth.models import User

    people = {user.username: user for user in User.objects.all()}
    what_is_cited = _cited(people["editor"], name, url)
    published = _decided(people, statement(name, "published"), what_is_cited)
    _publish(people, published)
    waiting = _decided(people, statement(name, "waiting"), what_is_cited)
    text = _write(people["editor"], waiting)
    rated = _in_review(people, statement(name, "rated"), what_is_cited)
    slug = published.claim.slugs.get(is_canonical=True).slug
    desk = f"/desk/rounds/{rated.public_id}"
    found = {
        "claim": str(published.claim.public_id),
        "path": f"/claims/{slug}/",
        "change": f"/admin/claims/claim/{published.claim_id}/change/",
        "rate": f"{desk}/rate/",
        "interests": f"{desk}/interests/",
        "evidence": f"{desk}/evidence/",
        "write": f"/desk/claims/{published.claim.public_id}/write/",
        "approve": f"/desk/texts/{text.public_id}/",
    }
    sys.stdout.write(json.dumps(found))


def _cited(editor: Any, name: str, url: str) -> dict[str, Any]:
    from claims.services.drafts import AppearanceDraft, CitationDraft, LinkDraft
    from sources.services.describing import SourceDraft, add_offline_source
    from tests.claims.services.desk_factory import a_speaker

    paper = add_offline_source(by=editor, draft=SourceDraft(title=f"The Evening Post of {name}"))
    return {
        "single_origin_reason": "Nobody but the office keeps a register.",
        "links": (
            LinkDraft(speaker=a_speaker(editor, f"Bea Lund of {name}"), is_attributed=True, date_edtf="2017"),
            LinkDraft(source=paper, verb="reported"),
        ),
        "appearances": (AppearanceDraft(source=paper, no_capture_reason="It was printed on paper."),),
        "citations": (CitationDraft(url_typed=url, bears_on="both"),),
    }


def _in_review(people: dict[str, Any], words: str, cited: dict[str, Any]) -> Any:
    """Entered, captured, and in the hands of two reviewers."""
    from claims.services.assigning import assign
    from claims.services.declaring import declare_interest
    from claims.services.drafting import save_claim
    from claims.services.drafts import ClaimDraft
    from claims.services.opening import missing_for_round, open_round
    from claims.services.replying import ReplyDraft, record_reply

    editor = people["editor"]
    claim = save_claim(by=editor, draft=ClaimDraft(statement=words, **cited))
    record_reply(by=editor, claim=claim, draft=ReplyDraft(state="no_one_to_ask"))
    deadline = time.monotonic() + 60
    while missing := missing_for_round(claim):
        if time.monotonic() > deadline:
            raise SystemExit(" ".join(error.sentence for error in missing))
        time.sleep(0.2)
    round_ = open_round(by=editor, claim=claim)
    for name in ("reviewer-a", "reviewer-b"):
        assign(by=editor, round_=round_, person=people[name])
        declare_interest(by=people[name], round_=round_, is_declared=False)
    return round_


def _decided(people: dict[str, Any], words: str, cited: dict[str, Any]) -> Any:
    from claims.services.pinning import pin
    from claims.services.rating import hand_in
    from tests.claims.services.round_factory import a_form
    from tests.journeys.pages import PASSAGE

    round_ = _in_review(people, words, cited)
    citation = str(round_.claim.citations.get().public_id)
    pin(by=people["reviewer-a"], round_=round_, citation_id=citation, exact=PASSAGE, start=None)
    for name in ("reviewer-a", "reviewer-b"):
        hand_in(by=people[name], round_=round_, form=a_form(round_, support="supported"))
    return round_


def _write(editor: Any, round_: Any) -> Any:
    from claims.services.declaring import declare_for_writing
    from claims.services.writing import TextDraft, write_text

    declare_for_writing(by=editor, rounds=[round_], is_declared=False)
    return write_text(by=editor, claim=round_.claim, draft=TextDraft(HEADLINE, SUMMARY))


def _publish(people: dict[str, Any], round_: Any) -> None:
    from claims.services.declaring import declare_interest
    from claims.services.publishing import approve

    writeup = _write(people["editor"], round_)
    declare_interest(by=people["publisher"], round_=writeup.round, is_declared=False, capacity="publisher")
    approve(by=people["publisher"], writeup=writeup)


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "factcheck.settings"
    django.setup()
    main(*sys.argv[1:])
