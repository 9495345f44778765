"""Every kind of thing through which a rating could be learnt is named here; one that is not named fails a test.

``test_blindness`` asks every address, ``test_blind_states`` every page of the desk in every state. This file makes sure
that there is no way beside addresses: each table, serializer, export, feed, search index, template and mail is listed,
and a hand-in touches no table but those that nobody else reads.
"""

import hashlib
import pkgutil
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.signals import template_rendered
from rest_framework.serializers import BaseSerializer

import claims.api.serializers
import claims.exports
from claims.models import Rating
from claims.querysets import dossier_of
from claims.services.pinning import pin
from claims.services.rating import hand_in, save_draft
from tests.claims.services.publication_factory import a_published_claim
from tests.claims.services.round_factory import a_form, an_open_round, given
from tests.claims.test_blindness import all_hats

HIDDEN = {"Rating", "Finding", "LinkAnswer", "RatingDraft", "Pin", "Adjudication"}
"""What reviewers hand in. No page of the admin, no serializer and no export may stand on one of these."""

GUARDED = {"Assignment", "Interest", "EvidenceRequest", "Round", "Dossier", "DeskMail", "Event", "Passage"}
"""What a round leaves behind it: shown, but never so that a hand-in can be told from it."""

TOLD = {
    "Speaker", "SpeakerAlias", "Role", "Topic", "Claim", "Part", "Slug", "Relation", "Appearance", "Link", "Citation",
    "CitedPassage", "Reply", "RecordPart", "Writeup", "Redaction", "Revision", "Notice", "CorrectionRequest", "Member",
    "PublicClaim", "PublicWords", "PublicSpeaker", "PublicTopic", "PublicSource", "PublicName", "PublicPage",
    "PageSubject", "RenderedPage", "RenderDue", "DeskPage", "PublicCorrection", "PurgeDue", "SeenAnswer", "Suggestion",
}  # fmt: skip
"""What has nothing of a rating in it before the decision."""

TOUCHED = {
    "claims_rating", "claims_finding", "claims_linkanswer", "claims_ratingdraft", "claims_pin", "claims_assignment",
    "sources_event", "sources_passage", "sqlite_sequence",
}  # fmt: skip
"""Tables that typing, pinning and handing in may change."""


def test_every_table_is_hidden_guarded_or_told() -> None:
    models = {model.__name__ for model in apps.get_app_config("claims").get_models()}
    unknown = models - HIDDEN - GUARDED - TOLD
    assert not unknown, "say in this file whether these can tell of a rating before the reveal"


def test_no_page_of_the_admin_stands_on_a_hidden_table() -> None:
    assert not {model.__name__ for model in admin.site._registry} & (HIDDEN | {"Assignment", "Interest", "DeskMail"})


def serializers(of: type = BaseSerializer) -> set[type]:
    found = {each for each in of.__subclasses__() if each.__module__.startswith(("claims.", "sources."))}
    return found | {each for one in of.__subclasses__() for each in serializers(one)}


def test_no_serializer_speaks_of_what_is_hidden() -> None:
    """The API's answers are made from published records; a serializer on a model of ours would be a new way."""
    assert claims.api.serializers
    assert serializers(), "the test would see one"
    for serializer in serializers():
        model = getattr(getattr(serializer, "Meta", None), "model", None)
        assert model is None or model.__name__ in TOLD, serializer


def test_every_export_reads_no_hidden_table() -> None:
    folder = Path(claims.exports.__path__[0])
    for module in pkgutil.iter_modules([str(folder)]):
        source = (folder / f"{module.name}.py").read_text(encoding="utf-8")
        named = [name for name in HIDDEN | {"Round"} if f"import {name}" in source or f" {name}.objects" in source]
        assert not named, f"{module.name} reads {named}"


def contents() -> dict[str, str]:
    """A digest of every table there is, a search engine's own ones included."""
    with connection.cursor() as cursor:
        found = {}
        for name in connection.introspection.table_names(cursor):
            if name.startswith(("django_session", "axes_")):
                continue
            cursor.execute(f'SELECT * FROM "{name}"')
            rows = sorted(repr(row) for row in cursor.fetchall())
            found[name] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
        return found


@pytest.mark.django_db
def test_a_hand_in_touches_no_table_that_others_read(cast: Any) -> None:
    a_published_claim(cast)
    round_ = an_open_round(cast)
    given(cast, round_, cast.reviewer_a, cast.reviewer_b)
    before = contents()
    assert len(before) > 50
    save_draft(by=cast.reviewer_a, round_=round_, payload={"reasons": "So far"})
    citation = dossier_of(round_).citations[0].id
    pin(by=cast.reviewer_a, round_=round_, citation_id=citation, exact="1,980,000 containers")
    hand_in(by=cast.reviewer_a, round_=round_, form=a_form(round_))
    after = contents()
    assert Rating.objects.filter(round=round_).count() == 1
    changed = {name for name in after if before.get(name) != after[name]}
    assert changed >= {"claims_rating", "claims_assignment"}
    assert changed <= TOUCHED


DRAWN_ELSEWHERE = {
    "accept_interest.html", "answer_evidence.html", "approve.html", "correction.html", "redact.html", "look_again.html",
    "copy.html", "people.html", "assignments.html", "mail.html", "settle.html", "conferred.html", "discuss.html",
    "refused.html", "write.html", "glass.html", "claim.html", "evidence.html", "interests.html", "methods.html",
    "queue.html", "rate.html", "round.html", "passages.html", "copy_steps.html", "reply.html", "remove_words.html",
    "captures.html", "removals.html", "archive.html", "password.html",
}  # fmt: skip
"""Pages of the desk, each behind an address that ``test_blindness`` or ``test_blind_states`` asks."""


def test_every_template_of_the_desk_is_known() -> None:
    folder = Path(__file__).parents[2] / "templates" / "desk"
    pages = {path.name for path in folder.glob("*.html") if not path.name.startswith("_")} - {"base.html"}
    assert pages - DRAWN_ELSEWHERE == set(), "name the page here, and make sure that one of the two tests draws it"
    assert DRAWN_ELSEWHERE - pages == set(), "these pages are gone"


@pytest.mark.django_db
def test_no_template_outside_the_desk_is_handed_a_rating(cast: Any) -> None:
    """Whatever a superuser opens in the admin or on the site: no template's context holds what was handed in."""
    published = a_published_claim(cast)
    round_ = an_open_round(cast)
    given(cast, round_, cast.reviewer_a)
    hand_in(by=cast.reviewer_a, round_=round_, form=a_form(round_, reasons="zebrafinch"))
    client = Client()
    client.force_login(all_hats(cast.reviewer_c), backend="django.contrib.auth.backends.ModelBackend")
    handed: list[str] = []

    def look(sender: Any, template: Any, context: Any, **_: Any) -> None:
        for layer in context.dicts:
            handed.extend(str(template.name) for value in layer.values() if type(value).__name__ in HIDDEN)

    template_rendered.connect(look)
    try:
        for path in (
            "/admin/", "/admin/claims/claim/", f"/admin/claims/claim/{round_.claim_id}/change/",
            f"/admin/claims/claim/{round_.claim_id}/history/", "/admin/claims/round/", "/admin/sources/event/", "/",
            f"/claims/{published.slugs.get().slug}/", "/search/?q=harbour",
        ):  # fmt: skip
            answer = client.get(path)
            assert answer.status_code == 200, path
            assert b"zebrafinch" not in answer.content
    finally:
        template_rendered.disconnect(look)
    assert not handed
