"""People: making accounts, what the desk knows of them, one-time links, deactivating. Nobody is ever deleted."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.models import Group, User
from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from claims.models import Member
from claims.permissions import GROUPS
from sources.domain.errors import BadInput, WrongPerson
from sources.services.history import record_event


@dataclass(frozen=True)
class Account:
    """A person as an administrator types them in. ``groups`` are names from ``claims.permissions.GROUPS``."""

    username: str
    groups: tuple[str, ...] = ()
    email: str = ""
    first_name: str = ""
    last_name: str = ""
    may_use_admin: bool = False
    is_administrator: bool = False
    time_zone: str = "UTC"
    language: str = "en"
    beat: str = ""


def _check_groups(groups: Iterable[str]) -> list[str]:
    wanted = sorted(set(groups))
    unknown = [name for name in wanted if name not in GROUPS]
    if unknown:
        raise BadInput("group_unknown", f"There is no group called “{unknown[0]}”.", field="groups")
    return wanted


def _require_administrator(by: User | None) -> None:
    if by is not None and not (by.is_active and by.is_superuser):
        raise WrongPerson("not_administrator", "Only an administrator may change accounts.")


def create_account(*, by: User | None, account: Account, password: str | None = None) -> User:
    """Make a person who can log in; without ``password`` they need a one-time link first.

    ``by`` is an administrator, or ``None`` on the command line. Raises ``BadInput`` (``username_taken``,
    ``username_missing``, ``email_invalid``, ``group_unknown``).
    """
    _require_administrator(by)
    groups = _check_groups(account.groups)
    username = account.username.strip()
    if not username:
        raise BadInput("username_missing", "An account needs a name to log in with.", field="username")
    if account.email:
        try:
            validate_email(account.email)
        except ValidationError as error:
            raise BadInput("email_invalid", "That is no mail address.", field="email") from error
    with transaction.atomic():
        if User.objects.filter(username__iexact=username).exists():
            raise BadInput("username_taken", f"There is an account called “{username}” already.", field="username")
        user = User(
            username=username,
            email=account.email,
            first_name=account.first_name,
            last_name=account.last_name,
            is_staff=account.may_use_admin or account.is_administrator,
            is_superuser=account.is_administrator,
        )
        user.set_password(password)
        user.save()
        user.groups.set(Group.objects.filter(name__in=groups))
        member = Member.objects.create(
            user=user, time_zone=account.time_zone, language=account.language, beat=account.beat
        )
        record_event(by=by, action="account_made", subject=member, after={"username": username, "groups": groups})
    return user


def member_of(user: User) -> Member:
    """The desk's row for ``user``, made on first need (accounts made by ``createsuperuser`` have none)."""
    member, _ = Member.objects.get_or_create(user=user, defaults={"public_id": uuid.uuid4()})
    return member


def put_in_groups(*, by: User | None, user: User, groups: Iterable[str]) -> User:
    """Set the desk's groups of ``user``; other groups stay as they are."""
    _require_administrator(by)
    wanted = _check_groups(groups)
    with transaction.atomic():
        person = User.objects.select_for_update().get(pk=user.pk)
        before = sorted(person.groups.filter(name__in=GROUPS).values_list("name", flat=True))
        if before == wanted:
            return person
        person.groups.remove(*Group.objects.filter(name__in=GROUPS))
        person.groups.add(*Group.objects.filter(name__in=wanted))
        record_event(
            by=by,
            action="account_regrouped",
            subject=member_of(person),
            before={"groups": before},
            after={"groups": wanted},
        )
    return person


def set_active(*, by: User | None, user: User, is_active: bool, reason: str = "") -> User:
    """Deactivate an account, or take it up again. Their work stays, under their name, inside the house."""
    _require_administrator(by)
    if by is not None and by.pk == user.pk and not is_active:
        raise WrongPerson("own_account", "You cannot deactivate your own account. Ask another administrator.")
    with transaction.atomic():
        person = User.objects.select_for_update().get(pk=user.pk)
        if person.is_active == is_active:
            return person
        person.is_active = is_active
        person.save(update_fields=["is_active"])
        record_event(
            by=by,
            action="account_activated" if is_active else "account_deactivated",
            subject=member_of(person),
            reason=reason,
        )
    return person


def choose_mail(*, by: User, wants_mail: bool) -> Member:
    """Say for oneself whether to be reminded by mail."""
    with transaction.atomic():
        member = Member.objects.select_for_update(of=("self",)).get(pk=member_of(by).pk)
        if member.wants_mail == wants_mail:
            return member
        member.wants_mail = wants_mail
        member.save(update_fields=["wants_mail"])
        record_event(
            by=by,
            action="mail_chosen",
            subject=member,
            before={"wants_mail": not wants_mail},
            after={"wants_mail": wants_mail},
        )
    return member


def one_time_link(*, by: User | None, user: User) -> str:
    """Return the path of a page on which ``user`` can choose a password, once, where no mail can be sent.

    The token is Django's own: it dies when it is used, when the password changes, and after
    ``PASSWORD_RESET_TIMEOUT`` seconds. The administrator hands it over by a road of their own.
    """
    _require_administrator(by)
    if not user.is_active:
        raise BadInput("account_inactive", "This account is deactivated. Take it up again first.")
    token = default_token_generator.make_token(user)
    path = reverse(
        "password_reset_confirm", kwargs={"uidb64": urlsafe_base64_encode(force_bytes(user.pk)), "token": token}
    )
    record_event(by=by, action="one_time_link_made", subject=member_of(user))
    return path
