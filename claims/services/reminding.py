"""Reminders by mail, and telling the people concerned that a round closed under them.

A mail holds no rating, no count, nobody's name and no word of a claim: only kinds of work, days and addresses of the
desk, behind its log-in. One digest a person a day; whoever is told something is told it once. What was told is
claimed by a row before the mail goes, outside any transaction, and let go where the mail cannot be handed over.
See docs/decisions/reminders.md.
"""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from smtplib import SMTPException
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.contrib.auth.models import User
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from claims.domain.lifecycle import RoundState
from claims.models import Assignment, AssignmentState, Capacity, DeskMail, Rating, RatingStage, Round
from claims.permissions import REVIEWER

logger = logging.getLogger(__name__)

FIRST_HOUR = 7
"""A digest goes at the first look after this hour of the person's own day."""
AGAIN_AFTER = 7
"""What stays undone is told again after so many days."""
TOLD_WITHIN = timedelta(days=3)
"""A round that closed longer ago than this is not told by mail any more."""


@dataclass(frozen=True)
class Due:
    """One line of a digest, and the key by which it is told once."""

    key: str
    words: str


def send_reminders(*, now: datetime | None = None) -> int:
    """Send each person's digest of the day and what closed under them; returns how many mails went."""
    if not settings.REMINDERS:
        return 0
    moment = now or timezone.now()
    sent = 0
    for person, lines in _digests(moment):
        if lines and _send_once(person, lines, day=_day_of(person, moment), now=moment):
            sent += 1
    for round_, person in _closed_under(moment):
        if _send_closed(round_, person, now=moment):
            sent += 1
    return sent


def _digests(now: datetime) -> Iterator[tuple[User, list[Due]]]:
    """The people whose day has begun, each with what they have not been told of yet."""
    found: dict[int, tuple[User, list[Due]]] = {}
    for assignment in _due(now):
        lines = found.setdefault(assignment.person_id, (assignment.person, []))[1]
        lines.append(_due_line(assignment, now))
    for rating in _to_discuss(now):
        lines = found.setdefault(rating.person_id, (rating.person, []))[1]
        url = _address("discuss", rating.round)
        lines.append(Due(f"discuss:{rating.round.public_id}", f"A round that you rated is to be discussed: {url}"))
    for person, lines in found.values():
        if _local(person, now).hour < FIRST_HOUR:
            continue
        told = set(DeskMail.objects.filter(person=person, key__in=[line.key for line in lines]).values_list("key"))
        yield person, [line for line in lines if (line.key,) not in told]


def _reachable() -> Q:
    """People who work here, have an address and did not say that they want no mail."""
    wants = Q(person__member__isnull=True) | Q(person__member__wants_mail=True)
    return wants & Q(person__is_active=True) & ~Q(person__email="")


def _due(now: datetime) -> Iterable[Assignment]:
    rows = Assignment.objects.filter(
        _reachable(),
        state=AssignmentState.GIVEN,
        capacity=Capacity.RATER,
        round__state=RoundState.OPEN,
        due_at__lte=now + timedelta(days=settings.REMIND_DAYS),
        person__groups__name=REVIEWER,
    )
    return rows.select_related("round", "person__member").order_by("due_at", "pk")


def _to_discuss(now: datetime) -> Iterable[Rating]:
    """First ratings of people who have not handed in their second, a day after the reveal."""
    second = Rating.objects.filter(stage=RatingStage.AFTER_DISCUSSION).values("round", "person")
    done = {(row["round"], row["person"]) for row in second.filter(round__state=RoundState.DIFFERING)}
    revealed = now - timedelta(days=1)
    rows = Rating.objects.filter(
        _reachable(), stage=RatingStage.FIRST, round__state=RoundState.DIFFERING, round__revealed_at__lte=revealed
    )
    found = rows.select_related("round", "person__member").order_by("pk")
    return [row for row in found if (row.round_id, row.person_id) not in done]


def _due_line(assignment: Assignment, now: datetime) -> Due:
    due = assignment.due_at or now
    day = _local(assignment.person, due)
    url = _address("rate", assignment.round)
    at = f"{assignment.public_id}:{due:%Y%m%d%H%M}"
    late = (_local(assignment.person, now).date() - day.date()).days
    if late < 0:
        return Due(f"soon:{at}", f"A claim to rate, due on {day:%-d %B %Y, %H:%M}: {url}")
    words = "due today" if late == 0 else "due since"
    return Due(f"due{late // AGAIN_AFTER}:{at}", f"A claim to rate, {words}, {day:%-d %B %Y, %H:%M}: {url}")


def _send_once(person: User, lines: list[Due], *, day: str, now: datetime) -> bool:
    keys = [f"digest:{day}", *(line.key for line in lines)]
    body = "\n".join(("What waits for you at the desk:", "", *(f"- {line.words}" for line in lines)))
    return _claim_and_send(person, keys, subject="what is due", body=body, now=now)


def _closed_under(now: datetime) -> Iterator[tuple[Round, User]]:
    """Rounds that closed lately, with those whose work on them it ended. Who had handed in is not told apart."""
    ended = Q(round__state__in=(RoundState.SUPERSEDED, RoundState.ABANDONED), round__closed_at__gte=now - TOLD_WITHIN)
    complete = Q(state=AssignmentState.GIVEN, round__revealed_at__gte=now - TOLD_WITHIN)
    rows = Assignment.objects.filter(
        _reachable(),
        ended | complete,
        state__in=(AssignmentState.GIVEN, AssignmentState.HANDED_IN),
        capacity=Capacity.RATER,
    )
    for row in rows.select_related("round", "person__member").order_by("pk"):
        yield row.round, row.person


def _send_closed(round_: Round, person: User, *, now: datetime) -> bool:
    key = f"closed:{round_.public_id}"
    if DeskMail.objects.filter(person=person, key=key).exists():
        return False
    sentence = {
        RoundState.SUPERSEDED.value: "A claim that you were given to rate was edited, so that its round was closed. "
        "When it is opened again, you are given it again. What you wrote is kept.",
        RoundState.ABANDONED.value: "A round that you were given to rate was given up. What you wrote is kept.",
    }.get(round_.state, "A round that you were given to rate is complete without you. What you wrote is kept.")
    body = f"{sentence}\n\n{_address('round', round_)}"
    return _claim_and_send(person, [key], subject="a round was closed", body=body, now=now)


def _claim_and_send(person: User, keys: list[str], *, subject: str, body: str, now: datetime) -> bool:
    """Hand the mail over unless somebody else claimed the first of ``keys``; whether it went."""
    with transaction.atomic():
        _, is_ours = DeskMail.objects.get_or_create(person=person, key=keys[0], defaults={"claimed_at": now})
        if not is_ours:
            return False
        DeskMail.objects.bulk_create(
            (DeskMail(person=person, key=key, claimed_at=now) for key in keys[1:]), ignore_conflicts=True
        )
    wishes = f"{settings.SITE_URL}{reverse('desk:mail')}"
    mail = EmailMessage(
        subject=f"{settings.DESK_NAME}: {subject}",
        body=f"{body}\n\nTo get no more of these: {wishes}\n",
        to=[person.email],
        headers={"Auto-Submitted": "auto-generated"},
    )
    try:
        mail.send()
    except (SMTPException, OSError) as error:
        logger.warning("A reminder could not be handed over and will be tried again: %s", error)
        DeskMail.objects.filter(person=person, key__in=keys).delete()
        return False
    return True


def _address(name: str, round_: Round) -> str:
    return f"{settings.SITE_URL}{reverse(f'desk:{name}', args=(round_.public_id,))}"


def _local(person: User, at: datetime) -> datetime:
    member = getattr(person, "member", None)
    try:
        return timezone.localtime(at, ZoneInfo(member.time_zone)) if member else timezone.localtime(at)
    except (ZoneInfoNotFoundError, ValueError):
        return timezone.localtime(at)


def _day_of(person: User, now: datetime) -> str:
    return f"{_local(person, now):%Y-%m-%d}"
