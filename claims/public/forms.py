"""The readers' forms. None needs an account, a cookie or a third party; see ``claims.public.guard``."""

from django import forms
from django.utils.translation import gettext_lazy as _

from claims.public.guard import GuardedForm, opened_now

__all__ = ["CorrectionRequestForm", "SuggestionForm", "opened_now"]


class CorrectionRequestForm(GuardedForm):
    """What is wrong, and, if the reader likes, who says so."""

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


class SuggestionForm(GuardedForm):
    """A claim that somebody made, where, and why it matters."""

    text = forms.CharField(
        label=_("What was said?"),
        help_text=_("In the words that were used, if you have them."),
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": 2000}),
        error_messages={"required": _("Say what was said.")},
    )
    said_by = forms.CharField(
        label=_("Who said it?"), required=False, max_length=300, help_text=_("A person, a body, or who shared it.")
    )
    seen_at = forms.CharField(
        label=_("Where did you see it?"),
        required=False,
        help_text=_("An address on the web, or the place and day."),
        widget=forms.TextInput(attrs={"maxlength": 2000, "dir": "auto"}),
    )
    note = forms.CharField(
        label=_("Why should it be checked?"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": 2000}),
    )
    email = forms.EmailField(
        label=_("Your e-mail address"),
        required=False,
        max_length=254,
        help_text=_("Only so that we can ask you. Deleted once we have decided."),
        error_messages={"invalid": _("That is no e-mail address.")},
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
