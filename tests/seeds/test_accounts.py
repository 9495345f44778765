"""The demonstration's accounts: named by role, their passwords in one file that only its owner can read."""

import stat
from pathlib import Path

import pytest
from django.contrib.auth.models import User

from seeds.runner import accounts
from seeds.runner.accounts import ACCOUNTS, make_accounts

pytestmark = pytest.mark.django_db


def passwords(file: Path) -> dict[str, str]:
    lines = file.read_text(encoding="utf-8").splitlines()
    return dict(line.split("\t") for line in lines if not line.startswith("#"))


def test_every_account_has_its_own_password_that_works(tmp_path: Path) -> None:
    made = make_accounts(file=tmp_path / "demo-accounts", one_password="")
    known = passwords(tmp_path / "demo-accounts")
    assert set(known) == {row.username for row in ACCOUNTS} == set(made)
    assert len(set(known.values())) == len(known)
    assert all(made[name].check_password(password) for name, password in known.items())


def test_one_password_for_all_if_it_is_set(tmp_path: Path) -> None:
    make_accounts(file=tmp_path / "demo-accounts", one_password="the-same-for-all")
    assert set(passwords(tmp_path / "demo-accounts").values()) == {"the-same-for-all"}


def test_only_the_owner_can_read_the_file(tmp_path: Path) -> None:
    make_accounts(file=tmp_path / "demo-accounts", one_password="")
    assert stat.S_IMODE((tmp_path / "demo-accounts").stat().st_mode) == 0o600


def test_a_second_run_changes_neither_file_nor_password(tmp_path: Path) -> None:
    file = tmp_path / "demo-accounts"
    make_accounts(file=file, one_password="")
    before, hashes = file.read_bytes(), dict(User.objects.values_list("username", "password"))
    make_accounts(file=file, one_password="something-else-now")
    assert file.read_bytes() == before
    assert dict(User.objects.values_list("username", "password")) == hashes


def test_no_account_without_a_password_in_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ended after the file and before the accounts: the next run makes them with what the file says."""
    file = tmp_path / "demo-accounts"

    def end(**_values: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(accounts, "create_account", end)
        with pytest.raises(KeyboardInterrupt):
            make_accounts(file=file, one_password="")
    known = passwords(file)
    assert not User.objects.exists()
    made = make_accounts(file=file, one_password="")
    assert passwords(file) == known
    assert all(made[name].check_password(password) for name, password in known.items())


def test_nobody_holds_two_offices_of_the_desk() -> None:
    assert all(len(row.groups) <= 1 for row in ACCOUNTS)
    assert [row.username for row in ACCOUNTS if row.is_administrator] == ["administrator"]
