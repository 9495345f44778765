"""``manage.py make_administrator --username NAME``: an administrator; the password is read from standard input."""

import sys
from typing import Any

from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from claims.services.accounts import Account, create_account
from sources.domain.errors import DeskError
from sources.models import Door
from sources.services.history import acting_through


class Command(BaseCommand):
    """Makes an administrator, who makes the other accounts in the admin."""

    help = "Make an administrator. The password is one line on standard input."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--username", required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError with a sentence where the password is weak or the name taken."""
        username: str = options["username"]
        password = sys.stdin.readline().rstrip("\n")
        try:
            validate_password(password, User(username=username))
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        account = Account(username=username, may_use_admin=True, is_administrator=True)
        try:
            with acting_through(Door.COMMAND.value):
                create_account(by=None, account=account, password=password)
        except DeskError as error:
            raise CommandError(error.sentence) from error
        self.stdout.write(f"{username} can log in.")
