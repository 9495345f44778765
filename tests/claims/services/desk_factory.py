"""Short ways to a claim and what belongs to it, through the services."""

from dataclasses import replace
from typing import Any

from django.contrib.auth.models import User

from claims.models import Claim, Speaker
from claims.services.drafting import save_claim
from claims.services.drafts import CitationDraft, ClaimDraft, LinkDraft
from claims.services.speakers import RoleDraft, SpeakerDraft, save_speaker

PAGE = "https://example.org/report"


def a_speaker(by: User, name: str = "Ana Ruiz", **more: Any) -> Speaker:
    draft = SpeakerDraft(kind="person", name=name, roles=(RoleDraft(title="minister"),))
    return save_speaker(by=by, draft=replace(draft, **more))


def a_draft(speaker: Speaker, **more: Any) -> ClaimDraft:
    draft = ClaimDraft(
        statement="The harbour handled two million containers in 2016.",
        links=(LinkDraft(speaker=speaker, is_attributed=True),),
        citations=(CitationDraft(url_typed=PAGE),),
    )
    return replace(draft, **more)


def a_claim(by: User, **more: Any) -> Claim:
    speaker = more.pop("speaker", None) or a_speaker(by)
    return save_claim(by=by, draft=a_draft(speaker, **more))
