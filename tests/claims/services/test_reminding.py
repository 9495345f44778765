"""Reminders by mail: who is told what, when, once, and what never stands in a mail."""

import re
from datetime import timedelta
from smtplib import SMTPServerDisconnected
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.utils import timezone

from claims.models import Assignment, DeskMail, Member
from claims.services.accounts import choose_mail
from claims.services.assigning import assign
from claims.services.declaring import declare_interest
from claims.services.opening import abandon_round, supersede_open_round
from claims.services.rating import hand_in
from claims.services.reminding import send_reminders
from claims.services.taking_back import extend, take_back
from sources.models import Event
from tests.claims.services.round_factory import a_differing_round, a_form, an_open_round, given

pytestmark = pytest.mark.django_db


def told() -> list[tuple[str, str]]:
    """To whom what was sent since the last look, in words."""
    sent = [(letter.to[0].split("@")[0], letter.body) for letter in mail.outbox]
    mail.outbox.clear()
    return sent


def test_reminds_before_it_is_due_when_it_is_due_and_weekly_after(cast: Any, noon: Any) -> None:
    round_ = an_open_round(cast)
    given(cast, round_, cast.reviewer_a)
    assert send_reminders() == 0, "due in a week"
    noon.shift(timedelta(days=5))
    assert send_reminders() == 1
    ((who, words),) = told()
    assert who == "reviewer_a"
    assert "A claim to rate, due on 9 March 2026, 12:00:" in words
    assert f"http://127.0.0.1:8000/desk/rounds/{round_.public_id}/rate/" in words
    days = []
    for day in range(6, 24):
        noon.shift(timedelta(days=1))
        if send_reminders():
            days.append((day, "due today" if "due today" in told()[0][1] else "due since"))
    assert days == [(7, "due today"), (14, "due since"), (21, "due since")]


def test_sends_one_digest_a_day_with_everything_in_it_and_nothing_twice(cast: Any, noon: Any) -> None:
    rounds = [an_open_round(cast), an_open_round(cast)]
    for round_ in rounds:
        given(cast, round_, cast.reviewer_a)
    noon.shift(timedelta(days=6))
    assert [send_reminders() for _ in range(3)] == [1, 0, 0]
    ((_, words),) = told()
    assert all(str(round_.public_id) in words for round_ in rounds)
    late = an_open_round(cast)
    assign(by=cast.editor, round_=late, person=cast.reviewer_a, due_at=timezone.now() + timedelta(hours=30))
    assert send_reminders() == 0, "one a day"
    noon.shift(timedelta(days=1))
    assert send_reminders() == 1
    assert str(late.public_id) in told()[0][1]


def test_waits_for_the_morning_of_the_persons_own_day(cast: Any, noon: Any) -> None:
    round_ = an_open_round(cast)
    given(cast, round_, cast.reviewer_a)
    Member.objects.create(user=cast.reviewer_a, time_zone="America/Los_Angeles")
    noon.shift(timedelta(days=6))
    assert send_reminders() == 0, "it is four in the morning there"
    noon.shift(timedelta(hours=4))
    assert send_reminders() == 1
    assert "due on 9 March 2026, 05:00" in told()[0][1]
    Member.objects.filter(user=cast.reviewer_a).update(time_zone="Nowhere/At_All")
    noon.shift(timedelta(days=1))
    assert send_reminders() == 1, "a zone that nobody knows is the desk's own"


def test_who_has_handed_in_or_wants_no_mail_gets_none(cast: Any, noon: Any, settings: Any) -> None:
    round_ = an_open_round(cast, quorum=3)
    given(cast, round_, cast.reviewer_a, cast.reviewer_b, cast.reviewer_c)
    hand_in(by=cast.reviewer_a, round_=round_, form=a_form(round_))
    choose_mail(by=cast.reviewer_b, wants_mail=False)
    event = Event.objects.get(action="mail_chosen")
    assert (event.by, event.after) == (cast.reviewer_b, '{"wants_mail":false}')
    cast.reviewer_c.email = ""
    cast.reviewer_c.save()
    noon.shift(timedelta(days=8))
    assert send_reminders() == 0
    choose_mail(by=cast.reviewer_b, wants_mail=True)
    settings.REMINDERS = False
    assert send_reminders() == 0
    settings.REMINDERS = True
    assert send_reminders() == 1
    assert told()[0][0] == "reviewer_b"


def test_nobody_is_reminded_of_what_was_taken_back_or_put_off(cast: Any, noon: Any) -> None:
    first, second = an_open_round(cast), an_open_round(cast)
    for round_ in (first, second):
        given(cast, round_, cast.reviewer_a)
    noon.shift(timedelta(days=6))
    take_back(by=cast.editor, assignment=Assignment.objects.get(round=first), reason="On leave.")
    extend(
        by=cast.editor,
        assignment=Assignment.objects.get(round=second),
        due_at=timezone.now() + timedelta(days=30),
    )
    assert send_reminders() == 0
    noon.shift(timedelta(days=29))
    assert send_reminders() == 1, "the new day is told anew"


def test_tells_the_people_concerned_that_a_round_closed(cast: Any, noon: Any) -> None:
    edited, given_up = an_open_round(cast), an_open_round(cast)
    for round_ in (edited, given_up):
        given(cast, round_, cast.reviewer_a, cast.reviewer_b)
        hand_in(by=cast.reviewer_a, round_=round_, form=a_form(round_))
    assert send_reminders() == 0
    supersede_open_round(claim=edited.claim, by=cast.editor, reason="The claim was edited and is now at version 2.")
    abandon_round(by=cast.editor, claim=given_up.claim, reason="Nobody has the time.")
    assert send_reminders() == 4
    sent = told()
    assert sorted(who for who, _ in sent) == ["reviewer_a", "reviewer_a", "reviewer_b", "reviewer_b"]
    by_person = {who: sorted(words for name, words in sent if name == who) for who, _ in sent}
    assert by_person["reviewer_a"] == by_person["reviewer_b"], "who had handed in is written to alike"
    assert send_reminders() == 0


def test_tells_who_was_left_over_that_the_round_is_complete(cast: Any, noon: Any) -> None:
    round_ = an_open_round(cast)
    given(cast, round_, cast.reviewer_a)
    hand_in(by=cast.reviewer_a, round_=round_, form=a_form(round_))
    take_back(by=cast.editor, assignment=Assignment.objects.get(round=round_), reason="On leave.")
    given(cast, round_, cast.reviewer_b, cast.reviewer_c)
    hand_in(by=cast.reviewer_b, round_=round_, form=a_form(round_))
    assert send_reminders() == 1
    ((who, words),) = told()
    assert who == "reviewer_c"
    assert "complete without you" in words


def test_reminds_those_who_differ_of_their_discussion(cast: Any, noon: Any) -> None:
    round_ = a_differing_round(cast)
    noon.shift(timedelta(hours=3))
    assert send_reminders() == 0
    noon.shift(timedelta(hours=22))
    assert send_reminders() == 2
    assert all(f"/desk/rounds/{round_.public_id}/discuss/" in words for _, words in told())
    assert send_reminders() == 0


def test_no_mail_holds_a_rating_a_name_or_a_word_of_a_claim(cast: Any, noon: Any) -> None:
    round_ = an_open_round(cast, quorum=3)
    given(cast, round_, cast.reviewer_a, cast.reviewer_b)
    hand_in(by=cast.reviewer_a, round_=round_, form=a_form(round_, reasons="zebrafinch"))
    noon.shift(timedelta(days=7))
    send_reminders()
    supersede_open_round(claim=round_.claim, by=cast.editor, reason="quokkafoot")
    send_reminders()
    assert len(mail.outbox) == 3
    for letter in mail.outbox:
        words = f"{letter.subject}\n{letter.body}"
        bare = re.sub(r"http\S+", "", words)
        for secret in ("zebrafinch", "quokkafoot", "harbour", "containers", "reviewer_", "supported", "said_it"):
            assert secret not in words
        assert not re.search(r"\b(one|two|three|[0-9]+) (rating|reviewer|place)", bare)
        assert letter.extra_headers["Auto-Submitted"] == "auto-generated"


def test_what_cannot_be_handed_over_is_tried_again(cast: Any, noon: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    round_ = an_open_round(cast)
    assign(by=cast.editor, round_=round_, person=cast.reviewer_a)
    declare_interest(by=cast.reviewer_a, round_=round_, is_declared=False)
    noon.shift(timedelta(days=7))

    def broken(letter: EmailMessage, fail_silently: bool = False) -> int:
        raise SMTPServerDisconnected("gone")

    with monkeypatch.context() as patch:
        patch.setattr(EmailMessage, "send", broken)
        assert send_reminders() == 0
    assert not DeskMail.objects.exists()
    assert send_reminders() == 1


def test_two_beats_at_once_send_one_mail(cast: Any, noon: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second look begins while the first is between reading and claiming: the row decides."""
    round_ = an_open_round(cast)
    given(cast, round_, cast.reviewer_a)
    noon.shift(timedelta(days=7))
    from claims.services import reminding

    real = reminding._claim_and_send
    came: list[int] = []

    def interrupted(*args: Any, **kwargs: Any) -> bool:
        monkeypatch.setattr(reminding, "_claim_and_send", real)
        came.append(send_reminders())
        return real(*args, **kwargs)

    monkeypatch.setattr(reminding, "_claim_and_send", interrupted)
    assert (send_reminders(), came) == (0, [1])
    assert len(mail.outbox) == 1
