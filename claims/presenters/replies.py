"""Whether somebody was asked for evidence before the verdict, and what came back."""

from django.utils.translation import gettext as _

from claims.domain.record_v1 import RevisionRecord
from claims.presenters.lines import joined, ours, theirs, told
from claims.presenters.parts import Line
from claims.presenters.wording import day, moment


def replies_of(record: RevisionRecord) -> tuple[Line, ...]:
    """Who was asked, until when, and what came; or why nobody was. True whenever it is read."""
    reply, language = record.reply, record.claim.language
    if reply is None:
        return (ours(_("Nobody was asked for evidence.")),)
    if reply.state == "no_one_to_ask":
        return (joined((ours(_("There was no one to ask.")), theirs(reply.reason, language)), " "),)
    if reply.state == "not_asked":
        return (told(_("Nobody was asked: {reason}"), language=language, reason=reply.reason),)
    days = {"day": day(reply.asked_at), "until": day(reply.deadline_at)}
    asked = _("{who} was asked for evidence on {day}, with time until {until}.")
    line = told(asked, language=language, of_ours=days, who=reply.addressee)
    if reply.received_at:
        came = {"day": day(reply.received_at)}
        words = told(_("The answer of {day}: “{words}”"), language=language, of_ours=came, words=reply.text)
        return (line, words)
    if _is_before(record.revision.published_at, reply.deadline_at):
        late = _("No answer had come when this was published, which was before that time had run out.")
        return (line, ours(late))
    return (line, ours(_("No answer came by then.")))


def _is_before(published_at: str, deadline_at: str) -> bool:
    """Both are of the record: the sentence must not depend on the clock, for the page is kept."""
    return bool(deadline_at) and moment(published_at) < moment(deadline_at)
