"""The reader's form, with a guard against machines that asks no third party and sets no cookie."""

from typing import Any

from django import forms
from django.core import signing
from django.utils.translation import gettext_lazy as _

SALT = "claims.public.correction_request"
SOONEST_SECONDS = 3
LATEST_SECONDS = 24 * 60 * 60


class CorrectionRequestForm(forms.Form):
    """What is wrong, and, if the reader likes, who says so.

    ``website`` is a field that people do not see and machines fill; ``opened`` is the signed time at which the form
    was given out, so that what comes back within three seconds or after a day is asked for again.
    """

    text = forms.CharField(
        label=_("What is wrong?"),
        help_text=_("Name the words on the page, and the source that shows it is otherwise."),
        widget=forms.Textarea(attrs={"rows": 8, "maxlength": 5000}),
        error_messages={"required": _("Say what is wrong.")},
    )
    name = forms.CharField(
        label=_("Your name"),
        required=False,
        max_length=200,
        help_text=_("Printed only if you agree below."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=_("Your e-mail address"),
        required=False,
        max_length=254,
        help_text=_("Never printed. So that we can answer you."),
        error_messages={"invalid": _("That is no e-mail address.")},
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    may_be_named = forms.BooleanField(label=_("My name may be printed with the outcome"), required=False)
    website = forms.CharField(required=False, widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}))
    opened = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("website"):
            raise forms.ValidationError(_("Leave the field that says so empty."), code="trap_filled")
        try:
            signing.TimestampSigner(salt=SALT).unsign(cleaned.get("opened", ""), max_age=LATEST_SECONDS)
        except signing.BadSignature as error:
            raise forms.ValidationError(
                _("This form was open for too long. Your words are still here: please send them again."),
                code="form_stale",
            ) from error
        if _age(cleaned["opened"]) < SOONEST_SECONDS:
            raise forms.ValidationError(_("That was very quick. Please send it again."), code="form_too_quick")
        return cleaned


def opened_now() -> str:
    """The signed time that a fresh form carries."""
    return signing.TimestampSigner(salt=SALT).sign("form")


def _age(opened: str) -> float:
    signer = signing.TimestampSigner(salt=SALT)
    try:
        signer.unsign(opened, max_age=SOONEST_SECONDS)
    except signing.SignatureExpired:
        return float(SOONEST_SECONDS)
    return 0.0
