"""``python -m tests.journeys.make_published URL``: one claim from the draft to its page, by the accounts of the desk.

The running workers capture what it cites. Prints the claim's ``public_id`` and the path of its page.
"""

import os
import sys
import time

import django

STATEMENT = "The harbour lifted two million containers ashore in 2016."
HEADLINE = "Two million containers, by the register"
SUMMARY = "The register of the harbour office counts 2,014,000 containers for 2016."


def main(url: str) -> None:
    from django.contrib.auth.models import User

    from claims.models import Slug
    from claims.services.assigning import assign
    from claims.services.declaring import declare_interest
    from claims.services.drafting import save_claim
    from claims.services.drafts import AppearanceDraft, CitationDraft, ClaimDraft, LinkDraft
    from claims.services.opening import missing_for_round, open_round
    from claims.services.publishing import approve
    from claims.services.rating import hand_in
    from claims.services.replying import ReplyDraft, record_reply
    from claims.services.writing import TextDraft, write_text
    from sources.services.describing import SourceDraft, add_offline_source
    from tests.claims.services.desk_factory import a_speaker
    from tests.claims.services.round_factory import a_form

    people = {user.username: user for user in User.objects.all()}
    editor, publisher = people["editor"], people["publisher"]
    paper = add_offline_source(by=editor, draft=SourceDraft(title="The Evening Post"))
    draft = ClaimDraft(
        statement=STATEMENT,
        single_origin_reason="Nobody but the office keeps a register.",
        links=(
            LinkDraft(speaker=a_speaker(editor, "Bea Lund"), is_attributed=True, date_edtf="2017"),
            LinkDraft(source=paper, verb="reported"),
        ),
        appearances=(AppearanceDraft(source=paper, no_capture_reason="It was printed on paper."),),
        citations=(CitationDraft(url_typed=url, bears_on="both"),),
    )
    claim = save_claim(by=editor, draft=draft)
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
        hand_in(by=people[name], round_=round_, form=a_form(round_, support="supported"))
    writeup = write_text(by=editor, claim=claim, draft=TextDraft(HEADLINE, SUMMARY))
    declare_interest(by=publisher, round_=writeup.round, is_declared=False, capacity="publisher")
    approve(by=publisher, writeup=writeup)
    slug = Slug.objects.get(claim=claim, is_canonical=True).slug
    sys.stdout.write(f"{claim.public_id} /claims/{slug}/\n")


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "factcheck.settings"
    django.setup()
    main(sys.argv[1])
