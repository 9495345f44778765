"""A late reply goes up beside the verdict the same day (DESIGN 7)."""

from django.contrib.auth.models import User
from django.db import transaction

from claims.models import Notice, NoticeKind, Reply
from claims.permissions import PUBLISHER, require
from claims.querysets import late_replies
from claims.services.indexing import reindex_state
from claims.services.publication_moves import lock_claim, put_up_notice
from sources.domain.errors import Several, WrongState
from sources.domain.typed_text import check_typed

NOTICE_LIMIT = 4000


def put_up_late_reply(*, by: User, reply: Reply, text: str) -> Notice:
    """Put ``text``, what somebody answered after publication, on the page as a dated notice. A publisher may.

    The verdict stays; the next revision's record has the whole answer. Raises ``WrongState`` (``not_late`` where
    there is no such answer, or it stands there already), ``WrongPerson`` (``not_in_group``) and ``Several``.
    """
    with transaction.atomic():
        claim = lock_claim(reply.claim.public_id)
        if not late_replies().filter(pk=reply.pk).exists():
            raise WrongState("not_late", "There is no answer that came after publication and is not on the page yet.")
        require(by, PUBLISHER)
        errors = check_typed(text, field="late", what="What stands on the page", limit=NOTICE_LIMIT, is_required=True)
        if errors:
            raise Several(errors)
        notice = put_up_notice(by=by, claim=claim, kind=NoticeKind.LATE_REPLY.value, text=text.strip())
        reindex_state(claim)
    return notice
