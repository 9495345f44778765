"""A reader asks for a correction, without an account; the outcome is printed, the request is not."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from claims.models import Claim, CorrectionRequest
from sources.domain.errors import BadInput, NotFound, WrongState
from sources.services.history import record_event

SHORTEST = 20
LONGEST = 5000
MOST_AN_HOUR = 20
"""Requests about one claim in an hour; what comes faster than that is a machine."""


def request_correction(
    *, slug: str, text: str, name: str = "", email: str = "", may_be_named: bool = False
) -> CorrectionRequest:
    """Keep what a reader asks about the published claim at ``slug``, and return it.

    Raises ``NotFound`` if nothing is published there, ``BadInput`` if the text says too little or too much or a name
    is wanted in print and missing, ``WrongState`` if the claim was asked about too often within the hour. The
    event says that there was a request and repeats none of its words.
    """
    words = text.strip()
    if len(words) < SHORTEST:
        raise BadInput(
            "request_too_short",
            _("Say what is wrong in at least {count} characters.").format(count=SHORTEST),
            field="text",
        )
    if len(words) > LONGEST:
        raise BadInput(
            "request_too_long", _("Say it in at most {count} characters.").format(count=LONGEST), field="text"
        )
    if may_be_named and not name.strip():
        raise BadInput("request_name_missing", "Give the name that may be printed.", field="name")
    with transaction.atomic():
        claim = Claim.objects.select_for_update().filter(public__slug=slug).first()
        if claim is None:
            raise NotFound("not_published", "There is no published claim at this address.")
        now = timezone.now()
        recent = claim.correction_requests.filter(received_at__gt=now - timedelta(hours=1))
        if recent.count() >= MOST_AN_HOUR:
            raise WrongState(
                "requests_too_many", "Many requests about this claim came within the hour. Please try again later."
            )
        request = CorrectionRequest.objects.create(
            claim=claim,
            name=name.strip(),
            email=email.strip(),
            text=words,
            may_be_named=may_be_named,
            received_at=now,
        )
        record_event(by=None, action="correction_requested", subject=request, after={"claim": str(claim.public_id)})
    return request
