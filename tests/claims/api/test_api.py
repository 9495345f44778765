"""The API answers programs with published things only, in JSON only, and refuses with a code and a sentence."""

import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from drf_spectacular.validation import validate_schema

from claims.models import Claim
from claims.services.indexing import reindex_state
from tests.claims.presenters.records import a_record, with_claim
from tests.claims.public.published import Published, publish
from tests.conftest import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def put_up(cast: Cast) -> Callable[..., Published]:
    return lambda record=None: publish(cast.editor, cast.publisher, record or a_record())


def _get(client: Client, path: str) -> Any:
    response = client.get(path)
    assert response.status_code == 200, response.content
    assert response["Content-Type"].startswith("application/json")
    return response.json()


def test_a_claim_carries_its_record_and_what_a_reader_sees(client: Client, put_up: Callable[..., Published]) -> None:
    made = put_up()
    line = _get(client, "/api/v1/claims/")["results"][0]
    answer = _get(client, line["api_url"])
    assert answer["verdict"]["words"] == "Mixed, by the sources cited"
    assert answer["verdict"]["value"] == 3
    assert answer["record"]["headline"] == made.record.headline
    assert answer["claimreview"]["claimReviewed"] == made.record.claim.statement
    revision = _get(client, answer["revisions"][0]["api_url"])
    assert hashlib.sha256(revision["text"].encode()).hexdigest() == answer["record_sha256"]
    assert json.loads(revision["text"])["claim"]["slug"] == made.record.claim.slug


def test_every_address_in_an_answer_leads_somewhere(client: Client, put_up: Callable[..., Published]) -> None:
    put_up()
    for path in ("/api/v1/speakers/", "/api/v1/sources/"):
        for line in _get(client, path)["results"]:
            answer = _get(client, line["api_url"])
            assert client.get(answer["url"]).status_code == 200
            for capture in answer.get("captures", ()):
                shown = _get(client, capture["api_url"])
                assert client.get(shown["url"]).status_code == 200
                assert shown["passages"]


def test_a_demonstration_has_no_number(client: Client, put_up: Callable[..., Published]) -> None:
    put_up(with_claim(a_record(), demonstration=True))
    line = _get(client, "/api/v1/claims/")["results"][0]
    assert line["is_demonstration"] is True
    assert line["verdict"]["value"] is None
    assert line["verdict"]["words"].startswith("Demonstration: ")


def test_a_suspended_claim_gives_no_verdict_by_any_address(client: Client, put_up: Callable[..., Published]) -> None:
    made = put_up()
    before = _get(client, f"/api/v1/claims/{made.claim.public_id}/")
    made.claim.publication_state = "suspended"
    made.claim.save(update_fields=["publication_state"])
    reindex_state(made.claim)
    addresses = [f"/api/v1/claims/{made.claim.public_id}/", before["revisions"][0]["api_url"], "/api/v1/claims/"]
    addresses += [f"/api/v1/speakers/{made.record.attributed_link.who.id}/"]
    for address in addresses:
        text = json.dumps(_get(client, address))
        assert "mixed" not in text.lower()
        assert "said_it" not in text
        assert made.record.headline not in text
    assert _get(client, addresses[-1])["established"] == []


def test_nothing_unpublished_has_an_address(client: Client, cast: Cast) -> None:
    claim = Claim.objects.create(statement="A secret draft.", created_by=cast.editor)
    response = client.get(f"/api/v1/claims/{claim.public_id}/")
    assert response.status_code == 404
    assert response.json() == {"code": "not_published", "sentence": "There is no published claim of this id."}


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("get", "/api/v1/nothing/", 404, "not_found"),
        ("get", "/api/v1/claims/17/", 404, "not_found"),
        ("post", "/api/v1/claims/", 405, "method_not_allowed"),
        ("delete", "/api/v1/claims/", 405, "method_not_allowed"),
        ("get", "/api/v1/claims/?after=x", 400, "cursor_unknown"),
        ("get", "/api/v1/claims/?support=true", 400, "support_unknown"),
    ],
)
def test_refuses_with_a_code_and_a_sentence(client: Client, method: str, path: str, status: int, code: str) -> None:
    response = getattr(client, method)(path)
    assert response.status_code == status
    assert response.json()["code"] == code
    assert response.json()["sentence"].endswith(".")


def test_answers_in_json_whatever_is_asked_for(client: Client) -> None:
    response = client.get("/api/v1/claims/", headers={"accept": "text/html"})
    assert response["Content-Type"].startswith("application/json")


def test_no_integer_key_leaves_the_house(client: Client, put_up: Callable[..., Published]) -> None:
    made = put_up()
    answer = _get(client, f"/api/v1/claims/{made.claim.public_id}/")
    assert answer["id"] == str(made.claim.public_id)
    assert not isinstance(answer["revisions"][0]["id"], int)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_schema_is_sound_and_names_every_path(client: Client) -> None:
    schema = _get_schema(client)
    validate_schema(schema)
    paths = {path.replace("/api/v1", "") for path in schema["paths"]}
    assert {"/claims/", "/claims/{public_id}/", "/revisions/{public_id}/", "/speakers/", "/speakers/{public_id}/",
            "/sources/", "/sources/{public_id}/", "/captures/{public_id}/"} <= paths  # fmt: skip


def _get_schema(client: Client) -> Any:
    response = client.get("/api/v1/schema/")
    assert response.status_code == 200
    return json.loads(response.content)
