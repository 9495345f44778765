"""``python -m tests.journeys.make_accounts PASSWORD``: the people of a journey, on the desk that the environment names."""

import os
import sys

import django

if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "factcheck.settings"
    django.setup()
    from claims.services.accounts import Account, create_account

    for account in (
        Account("editor", groups=("Editor",), may_use_admin=True),
        Account("reviewer-a", groups=("Reviewer",)),
        Account("reviewer-b", groups=("Reviewer",)),
        Account("adjudicator", groups=("Adjudicator",)),
        Account("publisher", groups=("Publisher",), may_use_admin=True),
        Account("publisher-2", groups=("Publisher",), may_use_admin=True),
    ):
        create_account(by=None, account=account, password=sys.argv[1])
