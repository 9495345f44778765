"""The account in whose name the shell asks where nobody says otherwise.

It is nobody's: it has no password, so that nobody can log in with it, and its group may ask for captures and nothing
else. Its name in an event says that an operator did it at the machine.
"""

from django.contrib.auth.models import Group, Permission, User
from django.db import transaction

from sources.domain.errors import WrongState

NAME = "archive-shell"


def shell_account() -> User:
    """The account, made where there is none yet. Raises ``WrongState`` (``account_deactivated``)."""
    account = User.objects.filter(username=NAME).first() or _make()
    if not account.is_active:
        raise WrongState("account_deactivated", f"The account {NAME} is deactivated. Say which account asks.")
    return account


def _make() -> User:
    with transaction.atomic():
        account, _ = User.objects.get_or_create(username=NAME, defaults={"password": "!", "last_name": "the shell"})
        account.set_unusable_password()
        account.save(update_fields=["password"])
        group, _ = Group.objects.get_or_create(name=NAME)
        group.permissions.set(Permission.objects.filter(content_type__app_label="sources", codename="add_capture"))
        account.groups.add(group)
    return account
