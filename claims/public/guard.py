"""What stands between readers' forms and machines: no third party, no cookie, nothing kept of who sent what.

A field that people do not see, a signed time at which the form was given out, whether a browser says that another
site sent it, and a count per address and hour. The address is never stored: it is counted under a keyed hash that
changes with the hour, in memory. See docs/decisions/readers-forms.md.
"""

import hashlib
import hmac
import ipaddress
import time
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

SALT = "claims.public.correction_request"
SOONEST_SECONDS = 3
LATEST_SECONDS = 24 * 60 * 60
MOST_AN_HOUR = 12
"""Forms taken from one address (one /64 of IPv6) within an hour, by one process of the server."""


class GuardedForm(forms.Form):
    """``website`` is a field that people do not see and machines fill; ``opened`` is the signed time of the form.

    What comes back within three seconds or after a day is asked for again.
    """

    website = forms.CharField(required=False, widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}))
    opened = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, request: HttpRequest | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("website"):
            raise forms.ValidationError(_("Leave the field that says so empty."), code="trap_filled")
        if self.request is not None and is_from_elsewhere(self.request):
            raise forms.ValidationError(
                _("Another site sent this form. If it was you, please send it from here."), code="form_from_elsewhere"
            )
        try:
            signing.TimestampSigner(salt=SALT).unsign(cleaned.get("opened", ""), max_age=LATEST_SECONDS)
        except signing.BadSignature as error:
            raise forms.ValidationError(
                _("This form was open for too long. Your words are still here: please send them again."),
                code="form_stale",
            ) from error
        if _is_too_quick(cleaned["opened"]):
            raise forms.ValidationError(_("That was very quick. Please send it again."), code="form_too_quick")
        if not self.errors and self.request is not None and not may_send(self.request):
            raise forms.ValidationError(
                _("Much was sent from your address within the hour. Your words are still here: try again later."),
                code="sent_too_often",
            )
        return cleaned


def opened_now() -> str:
    """The signed time that a fresh form carries."""
    return signing.TimestampSigner(salt=SALT).sign("form")


def given_out_again(form: GuardedForm) -> GuardedForm:
    """The same words and errors with a fresh time, so that sending again works."""
    typed = {name: form.data.get(name, "") for name in form.fields}
    form.data = {**typed, "opened": opened_now()}
    return form


def is_from_elsewhere(request: HttpRequest) -> bool:
    """Whether the browser says that a page of another site sent this (Fetch Metadata, or the ``Origin`` header)."""
    if request.META.get("HTTP_SEC_FETCH_SITE") in ("cross-site", "same-site"):
        return True
    origin = request.META.get("HTTP_ORIGIN", "null")
    ours = {urlsplit(settings.SITE_URL).netloc, request.get_host()}
    return origin != "null" and urlsplit(origin).netloc not in ours


def may_send(request: HttpRequest) -> bool:
    """Count one form from this address in this hour, and say whether that is still few enough."""
    address = _network(request)
    if not address:
        return True
    hour = int(time.time() // 3600)
    key = hmac.new(settings.SECRET_KEY.encode(), f"{hour}\0{address}".encode(), hashlib.sha256).hexdigest()
    name = f"readers-form:{key}"
    cache.add(name, 0, timeout=3600)
    try:
        return cache.incr(name) <= MOST_AN_HOUR
    except ValueError:  # it ran out, or had to make room, in this very moment
        return True


def _network(request: HttpRequest) -> str:
    """The sender's address, of IPv6 its /64; behind a trusted proxy the one that the proxy saw."""
    seen = request.META.get("REMOTE_ADDR", "")
    if settings.TRUST_PROXY:
        seen = request.META.get("HTTP_X_FORWARDED_FOR", "").rsplit(",", 1)[-1].strip() or seen
    try:
        address = ipaddress.ip_address(seen)
    except ValueError:
        return ""
    return str(ipaddress.ip_network((address, 64), strict=False)) if address.version == 6 else str(address)


def _is_too_quick(opened: str) -> bool:
    signer = signing.TimestampSigner(salt=SALT)
    try:
        signer.unsign(opened, max_age=SOONEST_SECONDS)
    except signing.SignatureExpired:
        return False
    return True
