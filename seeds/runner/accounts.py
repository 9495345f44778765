"""The accounts of the demonstration, named by role, with passwords that only the operator's file holds."""

import os
import secrets
from pathlib import Path

from django.contrib.auth.models import User

from claims.permissions import ADJUDICATOR, EDITOR, PUBLISHER, REVIEWER
from claims.services.accounts import Account, create_account

ACCOUNTS: tuple[Account, ...] = (
    Account("editor", groups=(EDITOR,), may_use_admin=True),
    Account("reviewer-a", groups=(REVIEWER,)),
    Account("reviewer-b", groups=(REVIEWER,)),
    Account("reviewer-c", groups=(REVIEWER,)),
    Account("adjudicator", groups=(ADJUDICATOR,)),
    Account("publisher", groups=(PUBLISHER,), may_use_admin=True),
    Account("administrator", may_use_admin=True, is_administrator=True),
)


def make_accounts(*, file: Path, one_password: str) -> dict[str, User]:
    """Make what is missing of :data:`ACCOUNTS` and return them by name.

    A password is written to ``file`` (mode 600) before its account is made, so that a run that is ended in between
    leaves no account that nobody can use. ``one_password`` is used for all of them where it is not empty.
    """
    known = _read(file)
    made = {user.username: user for user in User.objects.filter(username__in=[row.username for row in ACCOUNTS])}
    missing = [row for row in ACCOUNTS if row.username not in made]
    for account in missing:
        known.setdefault(account.username, one_password or secrets.token_urlsafe(9))
    if missing:
        _write(file, known)
    for account in missing:
        made[account.username] = create_account(by=None, account=account, password=known[account.username])
    return made


def _read(file: Path) -> dict[str, str]:
    if not file.exists():
        return {}
    lines = file.read_text(encoding="utf-8").splitlines()
    return dict(line.split("\t", 1) for line in lines if "\t" in line and not line.startswith("#"))


def _write(file: Path, passwords: dict[str, str]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    rows = [
        "# Accounts of the demonstration: name, tab, password. Change one in the admin; this file stays as it is."
    ]
    rows += [f"{name}\t{password}" for name, password in passwords.items()]
    new = file.with_name(file.name + ".new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as stream:
        stream.write("\n".join(rows) + "\n")
    new.replace(file)
