"""``manage.py check_claimreview`` reads every published page, and ends with 1 where anything is wrong."""

from dataclasses import replace
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from claims.domain.record_parts import protected_source
from claims.domain.scales import SUPPORT_CODES
from tests.claims.presenters.records import a_citation, a_record, with_claim, with_verdict
from tests.claims.public.conftest import Publish, put_up

__all__ = ["put_up"]
pytestmark = pytest.mark.django_db


def _run() -> tuple[str, bool]:
    out = StringIO()
    try:
        call_command("check_claimreview", stdout=out)
    except CommandError as error:
        return f"{out.getvalue()}{error}", False
    return out.getvalue(), True


def test_every_kind_of_page_passes(put_up: Publish) -> None:
    for number, support in enumerate(SUPPORT_CODES):
        put_up(with_claim(with_verdict(a_record(), support=support), slug=f"label-{number}"))
        put_up(with_claim(with_verdict(a_record(), support=support), slug=f"demo-{number}", demonstration=True))
    for attribution in ("said_elsewhere", "said_something_else", "someone_else_said_it", "cannot_be_established"):
        put_up(with_claim(with_verdict(a_record(), attribution=attribution), slug=f"said-{attribution}"))
    hostile = "</script><script>alert(1)</script>\u2028&amp; <b>"
    put_up(with_claim(replace(a_record(), headline=hostile), slug="hostile", statement=hostile))
    put_up(with_claim(a_record(), slug="suspended"), state="suspended")
    bare = replace(a_record(), appearances=(), chain=a_record().chain[:1])
    put_up(with_claim(with_verdict(bare, attribution="cannot_be_established"), slug="nobody"))
    hidden = protected_source("A person is in danger.")
    veiled = a_citation(source=hidden, origin="", url_typed="", capture=None, passages=(), findings=())
    put_up(with_claim(replace(a_record(), citations=(veiled,)), slug="protected"))
    said, passed = _run()
    assert passed, said
    assert "nothing is wrong" in said


def test_a_fault_is_told_with_its_page_and_code_and_ends_with_1(put_up: Publish, monkeypatch: Any) -> None:
    path = put_up().path
    monkeypatch.setattr("claims.presenters.claimreview.WORST_RATING", 5)
    said, passed = _run()
    assert not passed
    assert f"{path}: The worst rating is not below the best. (scale_inverted)" in said
    assert "1 faults on 1 published pages" in said
