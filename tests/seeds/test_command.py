"""``manage.py seed``: only where a demonstration is wanted, and a sentence where it cannot go on."""

from io import StringIO
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command

from claims.models import Claim
from seeds.runner.waiting import StillOpen
from tests.seeds.conftest import SeedDesk


@pytest.mark.django_db
def test_refuses_where_no_demonstration_is_wanted(settings: LazySettings) -> None:
    settings.DEMO = False
    with pytest.raises(CommandError, match="no demonstration"):
        call_command("seed")
    assert not Claim.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_says_what_to_do_where_no_worker_takes_the_captures(
    settings: LazySettings, seed_desk: SeedDesk, tmp_path: Path
) -> None:
    settings.DEMO = True
    settings.FACTCHECK_VAR = tmp_path
    settings.DOCUMENTS_STATE = tmp_path / "documents-state.yaml"
    settings.DOCUMENTS_BASE_URL = seed_desk.base_url
    with pytest.raises(CommandError, match="Is a worker running") as refused:
        call_command("seed", wait=0.2, stdout=StringIO())
    assert isinstance(refused.value.__cause__, StillOpen)
    assert Claim.objects.exists()
    assert not Claim.objects.filter(rounds__isnull=False).exists()
