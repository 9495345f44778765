"""Whether somebody was asked for evidence before the verdict, and what came back."""

from django.utils.translation import gettext as _

from claims.domain.record_v1 import RevisionRecord
from claims.presenters.wording import day, moment


def replies_of(record: RevisionRecord) -> tuple[str, ...]:
    """Who was asked, until when, and what came; or why nobody was. True whenever it is read."""
    reply = record.reply
    if reply is None:
        return (_("Nobody was asked for evidence."),)
    if reply.state == "no_one_to_ask":
        return (f"{_('There was no one to ask.')} {reply.reason}".strip(),)
    if reply.state == "not_asked":
        return (_("Nobody was asked: {reason}").format(reason=reply.reason),)
    until = day(reply.deadline_at)
    asked = _("{who} was asked for evidence on {day}, with time until {until}.")
    asked = asked.format(who=reply.addressee, day=day(reply.asked_at), until=until)
    if reply.received_at:
        came = _("The answer of {day}: “{words}”").format(day=day(reply.received_at), words=reply.text)
        return (asked, came)
    if _is_before(record.revision.published_at, reply.deadline_at):
        return (asked, _("No answer had come when this was published, which was before that time had run out."))
    return (asked, _("No answer came by then."))


def _is_before(published_at: str, deadline_at: str) -> bool:
    """Both are of the record: the sentence must not depend on the clock, for the page is kept."""
    return bool(deadline_at) and moment(published_at) < moment(deadline_at)
