"""Reading an encrypted PDF with the password that somebody gives: the bytes stay as they came, a text is added.

The password goes to the child process that reads the document, and nowhere else: no row, Event or log line holds it.
"""

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from sources.bell import ring_for_seals
from sources.domain.errors import BadInput, WrongState
from sources.models import Artefact, ArtefactRole, Capture, CaptureState, Derivation, UsabilityVerdict
from sources.permissions import require
from sources.services import derive, reanchor
from sources.services.derive import Derived
from sources.services.history import record_event
from sources.services.originals import read_original
from sources.services.remove import refuse_if_removed

PDF = "application/pdf"
LOCKED = "needs_password"
LONGEST_PASSWORD = 500


def is_locked(capture: Capture) -> bool:
    """Whether ``capture`` is a stored PDF that nobody has given the password of, so that there is no text of it."""
    return (
        capture.state == CaptureState.STORED
        and capture.media_type == PDF
        and not capture.artefacts.filter(role=ArtefactRole.TEXT).exists()
        and Derivation.objects.filter(input_sha256=capture.body_sha256, code=LOCKED).exists()
    )


@sensitive_variables("password")
def unlock(*, by: User, capture: Capture, password: str) -> Artefact:
    """Make the text of a locked PDF with its password; returns the new text artefact.

    Adds a derivation of its own, and a judgement unless somebody judged the copy by hand or it is unusable for
    another reason. Raises ``WrongState`` (``not_locked``, ``file_missing``, ``file_damaged``, and ``not_read`` with
    the reader's own sentence), ``Gone``, ``WrongPerson``, and ``BadInput`` (``password_missing``,
    ``password_too_long``, ``password_wrong``).
    """
    require(by, "change_capture")
    refuse_if_removed(capture)
    _check_locked(capture)
    if not password:
        raise BadInput("password_missing", "Type the password of the PDF.", field="password")
    if len(password) > LONGEST_PASSWORD:
        sentence = f"A password has at most {LONGEST_PASSWORD} characters."
        raise BadInput("password_too_long", sentence, field="password")
    derived = _read(capture, password)
    now = timezone.now()
    with transaction.atomic():
        current = Capture.objects.select_for_update(of=("self",)).get(pk=capture.pk)
        refuse_if_removed(current)
        _check_locked(current)
        artefact = derive.write_derived(current, derived, at=now, is_judged=_is_judged_by_this(current))
        assert artefact is not None
        record_event(by=by, action="capture_unlocked", subject=current, after={"text_sha256": artefact.sha256})
        ring_for_seals()
    reanchor.reanchor(capture=current)
    return artefact


def _check_locked(capture: Capture) -> None:
    if not is_locked(capture):
        raise WrongState("not_locked", "This copy waits for no password.")


@sensitive_variables("password")
def _read(capture: Capture, password: str) -> Derived:
    derived = derive.derive_body(
        read_original(capture).body,
        body_sha256=capture.body_sha256,
        declared=capture.media_type_declared,
        status=capture.http_status,
        is_truncated=capture.is_truncated,
        url=capture.url_requested,
        final_url=capture.final_url,
        password=password,
    )
    extracted = derived.extracted
    if extracted.code == LOCKED:
        raise BadInput("password_wrong", "The PDF does not open with this password.", field="password")
    if not derived.text_sha256:
        raise WrongState("not_read", f"The password was tried, but no text came of it: {extracted.sentence}")
    return derived


def _is_judged_by_this(capture: Capture) -> bool:
    """Whether the newest judgement is the rules' own, and says no more than that there was no text."""
    judged = capture.usabilities.order_by("-created_at", "-pk").first()
    return judged is None or (judged.judged_by_id is None and judged.verdict == UsabilityVerdict.EMPTY)
