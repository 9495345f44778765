"""Bad input: each case through the door where it is typed. A sentence at its place, nothing lost, nothing broken."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from claims.domain.answers import finding_field, link_field, parts_asked
from claims.models import Claim, Rating, Revision, Round, Writeup
from claims.querysets import dossier_of
from claims.services.opening import open_round
from sources.models import Capture, Source
from tests.claims.admin.forms import fields_of
from tests.claims.services.desk_factory import a_claim, a_speaker
from tests.claims.services.publication_factory import HEADLINE, SUMMARY, a_decided_round, a_text
from tests.claims.services.round_factory import a_ready_claim, an_open_round, given

pytestmark = pytest.mark.django_db

ADD = "/admin/claims/claim/add/"
CITED = "https://example.org/register"
LogIn = Callable[[Any], Client]


def _typed(page: Any, speaker: Any, **more: str) -> dict[str, Any]:
    blank = {"links-0-speaker": str(speaker.pk), "links-0-is_attributed": "on", "citations-0-url_typed": CITED}
    words = {"statement": "The harbour handled two million containers.", "context": "Typed with care."}
    return {**fields_of(page, "claim_form"), **words, **blank, **more}


CASES = {
    "no URL": ("citations-0-url_typed", "see the register", "This is no web address."),
    "no host": ("citations-0-url_typed", "https://", "no web address"),
    "a file": ("citations-0-url_typed", "file:///etc/passwd", "Only http and https are fetched"),
    "loopback": ("citations-0-url_typed", "http://127.0.0.1/register", "not"),
    "private address": ("citations-0-url_typed", "http://10.0.0.1/register", "not"),
    "a name inside": ("citations-0-url_typed", "http://intranet.corp/register", "not"),
    "8,000 characters of address": ("citations-0-url_typed", "https://example.org/" + "y" * 7_980, "more than"),
    "8,000 characters of statement": ("statement", "x" * 8_000, "8,000 characters"),
    "no such day": ("links-0-date_edtf", "2018-02-30", "does not exist"),
    "no date at all": ("links-0-date_edtf", "last spring", ""),
    "no speaker": ("links-0-speaker", "", "Name a speaker"),
    "nul": ("statement", "two million\x00 containers", ""),
}


@pytest.mark.parametrize(("field", "value", "sentence"), CASES.values(), ids=CASES.keys())
def test_entering_a_claim(field: str, value: str, sentence: str, cast: Any, logged_in: LogIn) -> None:
    client, speaker = logged_in(cast.editor), a_speaker(cast.editor)
    answer = client.post(ADD, _typed(client.get(ADD), speaker, **{field: value}))
    assert answer.status_code == 200
    form = answer.context["adminform"].form
    errors = _errors_at(answer, field)
    assert errors and all(len(each) > 15 for each in errors), form.errors
    assert sentence in " ".join(errors)
    assert "Traceback" not in answer.content.decode()
    again = fields_of(answer, "claim_form")
    kept = again.get(field, "")
    assert (kept[0] if isinstance(kept, list) else kept) == value
    assert again["context"] == "Typed with care."
    assert not Claim.objects.exists()
    assert not Capture.objects.exists()


def _errors_at(answer: Any, field: str) -> list[str]:
    """The sentences that stand at the field itself."""
    prefix, _, rest = field.partition("-")
    if not rest:
        return list(answer.context["adminform"].form.errors.get(field, []))
    number, _, name = rest.partition("-")
    formset = next(each.formset for each in answer.context["inline_admin_formsets"] if each.formset.prefix == prefix)
    return list(formset.forms[int(number)].errors.get(name, []))


def test_a_source_cited_twice(cast: Any, logged_in: LogIn) -> None:
    client, speaker = logged_in(cast.editor), a_speaker(cast.editor)
    twice = {
        "citations-TOTAL_FORMS": "2",
        "citations-1-url_typed": "HTTPS://EXAMPLE.org:443/register#page",
        "citations-1-bears_on": "both",
        "citations-1-kind": "second_hand",
    }
    answer = client.post(ADD, _typed(client.get(ADD), speaker, **twice))
    assert answer.status_code == 200
    assert "cited already, as citation 1" in " ".join(_errors_at(answer, "citations-1-url_typed"))
    assert fields_of(answer, "claim_form")["citations-1-url_typed"] == twice["citations-1-url_typed"]


def test_an_address_that_another_claim_cites_is_one_source(cast: Any, logged_in: LogIn) -> None:
    client, speaker = logged_in(cast.editor), a_speaker(cast.editor)
    for statement in ("The first claim.", "The second claim."):
        answer = client.post(ADD, _typed(client.get(ADD), speaker, statement=statement))
        assert answer.status_code == 302
    assert Claim.objects.count() == 2
    assert Source.objects.filter(url=CITED).count() == 1
    assert Capture.objects.count() == 1


def test_a_claim_with_nobody_in_its_chain(cast: Any, logged_in: LogIn) -> None:
    client = logged_in(cast.editor)
    fields = {**fields_of(client.get(ADD), "claim_form"), "statement": "It is so.", "context": "Typed with care."}
    answer = client.post(ADD, fields)
    assert answer.status_code == 200
    assert fields_of(answer, "claim_form")["statement"] == "It is so."
    assert not Claim.objects.exists()
    assert "errorlist" in answer.content.decode()


def test_opening_a_round_while_a_capture_is_open(cast: Any, logged_in: LogIn) -> None:
    claim = a_claim(cast.editor)
    client = logged_in(cast.editor)
    address = reverse("admin:claims_claim_open_review", args=[claim.pk])
    answer = client.post(address)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Review was not opened" in page
    assert "is still being made. Wait for it" in page
    assert not Round.objects.exists()


@pytest.fixture
def both(cast: Any) -> Any:
    """An editor who is a reviewer too."""
    cast.editor.groups.add(Group.objects.get(name="Reviewer"))
    return cast.editor


def _form_of(round_: Round, **more: str) -> dict[str, str]:
    """The rating form as a browser sends it, everything answered."""
    dossier = dossier_of(round_)
    fields = {"attribution": "said_it", "support": "mostly_supported", "confidence": "low", "do": "hand_in"}
    fields |= {link_field(link.id): "shown" for link in dossier.other_links}
    fields |= {
        finding_field(citation.id, part): "supports"
        for citation in dossier.citations
        for part in parts_asked(dossier, citation)
    }
    return {**fields, "reasons": "The register says so, as I read it.", **more}


def _answer_of_a_program(client: Client, round_: Round) -> tuple[int, dict[str, str]]:
    answer = client.post(reverse("desk:draft", args=[round_.public_id]), _form_of(round_))
    return answer.status_code, json.loads(answer.content)


def test_rating_ones_own_claim(cast: Any, both: Any, logged_in: LogIn) -> None:
    round_ = open_round(by=both, claim=a_ready_claim(both))
    client = logged_in(both)
    taken = client.post(reverse("desk:take"), follow=True)
    assert "There is nothing for you to take" in taken.content.decode()
    answer = client.post(reverse("desk:rate", args=[round_.public_id]), _form_of(round_))
    assert answer.status_code == 403
    page = answer.content.decode()
    assert answer.context["error"].code == "own_claim"
    assert answer.context["error"].sentence in page
    assert "The register says so, as I read it." in page
    status, body = _answer_of_a_program(client, round_)
    assert (status, body["code"]) == (403, "own_claim")
    assert body["sentence"]
    assert not Rating.objects.exists()


def test_rating_twice(cast: Any, logged_in: LogIn) -> None:
    round_ = an_open_round(cast)
    given(cast, round_, cast.reviewer_a)
    client = logged_in(cast.reviewer_a)
    address = reverse("desk:rate", args=[round_.public_id])
    assert client.post(address, _form_of(round_)).status_code == 302
    answer = client.post(address, _form_of(round_, reasons="I think otherwise by now."))
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "You have handed in your rating of this round already" in page
    assert "I think otherwise by now." in page
    status, body = _answer_of_a_program(client, round_)
    assert (status, body["code"]) == (409, "handed_in_already")
    assert Rating.objects.get().reasons == "The register says so, as I read it."


def test_a_rating_with_nothing_answered(cast: Any, logged_in: LogIn) -> None:
    round_ = an_open_round(cast)
    given(cast, round_, cast.reviewer_a)
    client = logged_in(cast.reviewer_a)
    address = reverse("desk:rate", args=[round_.public_id])
    answer = client.post(address, {"do": "hand_in", "confidence": "low", "reasons": "All that I have."})
    assert answer.status_code == 400
    page = answer.content.decode()
    assert "All that I have." in page
    for field in ("attribution", "support"):
        assert f'id="{field}-error"' in page
        assert f'href="#{field}"' in page
        assert f'id="{field}"' in page
    assert not Rating.objects.exists()


def test_a_rating_of_things_that_are_not_asked(cast: Any, logged_in: LogIn) -> None:
    round_ = an_open_round(cast)
    given(cast, round_, cast.reviewer_a)
    client = logged_in(cast.reviewer_a)
    address = reverse("desk:rate", args=[round_.public_id])
    for more in ({"support": "true"}, {"finding-": "supports"}, {"finding-x-y": "z"}, {"link-nobody": "shown"}):
        answer = client.post(address, _form_of(round_, **more))
        assert answer.status_code == 400, more
        assert "The register says so, as I read it." in answer.content.decode()
    assert not Rating.objects.exists()


def test_writing_before_a_decision(cast: Any, logged_in: LogIn) -> None:
    round_ = an_open_round(cast)
    client = logged_in(cast.editor)
    address = reverse("desk:write", args=[round_.claim.public_id])
    answer = client.post(address, {"kind": "first", "headline": HEADLINE, "summary": SUMMARY})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert answer.context["error"].sentence in page
    assert HEADLINE in page
    assert SUMMARY in page
    assert not Writeup.objects.exists()


def test_publishing_before_a_decision(cast: Any, logged_in: LogIn) -> None:
    """A text written after a decision is overtaken by an edit: what it would publish is decided no more."""
    round_ = a_decided_round(cast)
    writeup = a_text(cast, round_.claim)
    Claim.objects.filter(pk=round_.claim_id).update(version=2)
    client = logged_in(cast.publisher)
    address = reverse("desk:approve", args=[writeup.public_id])
    assert client.post(address, {"do": "declare", "is_declared": "no"}).status_code == 302
    answer = client.post(address, {"do": "approve"})
    assert answer.status_code == 409
    assert answer.context["error"].sentence in answer.content.decode()
    assert not Revision.objects.exists()


def test_publishing_at_no_time_that_there_is(cast: Any, logged_in: LogIn) -> None:
    writeup = a_text(cast, a_decided_round(cast).claim)
    client = logged_in(cast.publisher)
    address = reverse("desk:approve", args=[writeup.public_id])
    client.post(address, {"do": "declare", "is_declared": "no"})
    for typed in ("2018-02-30T09:00", "tomorrow", "9999999-01-01T00:00"):
        answer = client.post(address, {"do": "approve", "publish_at": typed})
        assert answer.status_code == 400, typed
        page = answer.content.decode()
        assert 'id="publish_at-error"' in page
        assert typed in page
    assert not Revision.objects.exists()


def test_a_headline_that_says_another_thing_than_the_labels(cast: Any, logged_in: LogIn) -> None:
    round_ = a_decided_round(cast)
    client = logged_in(cast.editor)
    address = reverse("desk:write", args=[round_.claim.public_id])
    client.post(address, {"do": "declare", "is_declared": "no"})
    answer = client.post(address, {"kind": "first", "headline": "This is false", "summary": SUMMARY})
    assert answer.status_code == 400
    page = answer.content.decode()
    assert 'id="headline-error"' in page
    assert "This is false" in page
    assert SUMMARY in page
    long = client.post(address, {"kind": "first", "headline": "h" * 8_000, "summary": "s" * 8_000})
    assert long.status_code == 400
    assert "h" * 8_000 in long.content.decode()
    assert "s" * 8_000 in long.content.decode()


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("get", "/api/v1/claims/no-such-claim/", 404, "not_found"),
        ("get", "/api/v1/claims/00000000-0000-4000-8000-000000000000/", 404, None),
        ("post", "/api/v1/claims/", 405, "method_not_allowed"),
        ("get", "/api/v1/claims/?after=%00%ff", None, None),
        ("get", "/api/v1/claims/?page=99999999999999999999", None, None),
        ("get", "/api/v1/claims/?support=true", None, None),
        ("get", "/api/v1/" + "y" * 8_000, 404, "not_found"),
    ],
)
def test_the_api_answers_with_a_code_and_a_sentence(
    method: str, path: str, status: int | None, code: str | None, client: Client
) -> None:
    answer = getattr(client, method)(path)
    assert answer.status_code < 500
    if status is not None:
        assert answer.status_code == status
    if answer.status_code >= 400:
        body = answer.json()
        assert set(body) == {"code", "sentence"}
        assert code is None or body["code"] == code


@pytest.mark.parametrize("path", ["/search/?q=%00", "/search/?q=" + "y" * 8_000, '/search/?q="', "/claims/?page=-1"])
def test_readers_can_type_anything(path: str, client: Client) -> None:
    assert client.get(path).status_code in (200, 400, 404)
