"""The layout's rules hold, and each rule notices what it is there for."""

from collections.abc import Callable, Iterator

import pytest

from tests.architecture import rules
from tests.architecture.code import Module, modules, parse

Rule = Callable[[Module], Iterator[str]]

BREACHES = [
    (rules.domain_has_no_side_effects, "claims.domain.scale", "from django.db import models"),
    (rules.domain_has_no_side_effects, "sources.domain.keys", "from sources.models import Source"),
    (rules.domain_has_no_side_effects, "sources.domain.keys", "import socket"),
    (rules.sources_knows_nothing_of_claims, "sources.services.capture", "from claims.models import Claim"),
    (rules.nobody_imports_the_composition_root, "claims.tasks", "from factcheck.celery import app"),
    (rules.models_stand_at_the_bottom, "claims.models.rounds", "from claims.services.opening import open_round"),
    (rules.services_import_downwards, "claims.services.opening", "from claims.tasks import publish_due"),
    (rules.services_import_downwards, "claims.services.opening", "from sources.fetchers.http import fetch"),
    (rules.services_import_downwards, "sources.services.capture", "from celery import shared_task"),
    (rules.doors_write_no_model, "claims.desk.views", "Claim.objects.filter(pk=1).update(state='x')"),
    (rules.doors_write_no_model, "claims.admin.claim", "def f(self, obj):\n    obj.save()"),
    (rules.only_the_environment_module_reads_it, "claims.desk.views", "import os\nos.environ['PORT']"),
    (rules.only_the_environment_module_reads_it, "claims.desk.views", "import os\nos.getenv('PORT')"),
    (rules.is_named_for_what_it_does, "claims.desk.utils", ""),
    (rules.is_short_enough_to_read, "claims.desk.views", "def f():\n" + "    x = 1\n" * 70),
    (rules.is_short_enough_to_read, "claims.desk.views", "x = 1\n" * 401),
]


@pytest.mark.parametrize("rule", rules.RULES, ids=lambda rule: rule.__name__)
def test_the_product_keeps_the_rule(rule: Rule) -> None:
    breaches = [line for module in modules() for line in rule(module)]
    assert not breaches, "\n".join(breaches)


@pytest.mark.parametrize(
    ("rule", "name", "text"), BREACHES, ids=[f"{rule.__name__}-{name}" for rule, name, _ in BREACHES]
)
def test_the_rule_notices_a_breach(rule: Rule, name: str, text: str) -> None:
    assert list(rule(parse(name, text)))


def test_every_rule_is_shown_to_notice_something() -> None:
    assert {rule for rule, _, _ in BREACHES} == set(rules.RULES)


def test_the_walk_finds_the_whole_product() -> None:
    names = {module.name for module in modules()}
    assert {"factcheck.settings", "sources.models", "claims.models", "claims.domain.lifecycle"} <= names
