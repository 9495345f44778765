"""Forms over services: what is typed becomes one draft, and a service's refusal goes back to its field.

The stock admin makes the formsets before it validates the main form; the main form's ``clean`` therefore sees
everything that was typed and lets the service check the whole of it. Nothing here writes.
"""

import uuid
from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import HttpRequest

from sources.admin.generics import InlineFormSet, ModelForm
from sources.domain.errors import DeskError, Several


class ServiceForm(ModelForm):
    """The main form of a page. The model's own checks are the service's, and run there once."""

    request: HttpRequest
    checker: Any
    draft: Any = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        formsets = list(getattr(self.request, "typed_rows", []))
        for formset in formsets:
            formset.is_valid()
        refusal = getattr(self.request, "refusal", None)
        try:
            if refusal is not None:
                raise refusal
            self.draft = self.checker.look_at(self.request, self, {rows.prefix: rows for rows in formsets})
        except Several as several:
            spread(several.errors, self, formsets)
        except DeskError as error:
            spread([error], self, formsets)
        return cleaned

    def _post_clean(self) -> None:
        """The instance stays as it is: only the service writes."""


class ServiceRow(ModelForm):
    """A row of an inline. ``row`` carries its identity, so that a row survives what others did meanwhile."""

    row = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        if self.instance.pk and hasattr(self.instance, "public_id"):
            self.fields["row"].initial = self.instance.public_id

    def _post_clean(self) -> None:
        """The instance stays as it is: only the service writes."""

    @property
    def typed(self) -> dict[str, Any]:
        """What was typed and could be read."""
        return getattr(self, "cleaned_data", {}) or {}

    @property
    def is_known(self) -> bool:
        """Whether it was saved before, and is taken out by a box; a new row is simply removed."""
        return bool(self.instance.pk or (self.is_bound and self["row"].value()))

    @property
    def row_id(self) -> uuid.UUID | None:
        """The ``public_id`` of the row that was shown, if any."""
        value = self.typed.get("row")
        return value if isinstance(value, uuid.UUID) else None


class ServiceRows(InlineFormSet):
    """The rows of an inline. It checks no model and saves nothing."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        name = str(self.model._meta.pk.name)  # type: ignore[union-attr]
        held = form.fields.get(name)
        form.fields[name] = forms.IntegerField(
            required=False, widget=forms.HiddenInput, initial=held.initial if held is not None else None
        )

    def clean(self) -> None:
        """Uniqueness is the service's to check."""

    def live(self) -> list[ServiceRow]:
        """The rows that are to stand after saving, in their order: neither blank nor taken out."""
        standing = [
            form for form in self.forms if (form.has_changed() or form.instance.pk) and not form.typed.get("DELETE")
        ]
        if not any("position" in form.fields for form in standing):
            return standing
        order = {id(form): number for number, form in enumerate(standing, start=1)}
        return sorted(standing, key=lambda form: form.typed.get("position") or 10_000 + order[id(form)])

    def refuse(self, sentence: str) -> None:
        """Say something about the rows as a whole."""
        self.non_form_errors().append(sentence)


def spread(errors: Iterable[DeskError], form: forms.BaseForm, formsets: Iterable[ServiceRows]) -> None:
    """Put each error at the field that it names; what names none, or none that is shown, goes to the top."""
    rows = {formset.prefix: formset for formset in formsets}
    for error in errors:
        prefix, _, rest = error.field.partition("-")
        number, _, name = rest.partition("-")
        if error.field in form.fields:
            _at(form, error.field, error.sentence)
        elif prefix in rows and not rest:
            rows[prefix].refuse(error.sentence)
        elif prefix in rows and number.isdigit() and int(number) < len(rows[prefix].live()):
            row = rows[prefix].live()[int(number)]
            _at(row, name if name in row.fields else None, error.sentence)
        else:
            form.add_error(None, error.sentence)


def _at(form: forms.BaseForm, field: str | None, sentence: str) -> None:
    """Add a sentence, unless the field has one already: a value that could not be read was told of."""
    if field is None or field not in form.errors:
        form.add_error(field, sentence)
