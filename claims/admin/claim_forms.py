"""The claim's page: its rows as forms, and all of them as one draft."""

from typing import Any

from django import forms
from django.contrib.admin.widgets import AutocompleteSelect
from django.http import HttpRequest

from claims.models import Appearance, Citation, Claim, Link, Part, Relation
from claims.services.drafts import (
    AppearanceDraft,
    CitationDraft,
    ClaimDraft,
    LinkDraft,
    PartDraft,
    RelationDraft,
)
from claims.services.snapshots import last_edit_of
from sources.admin.service_admin import ServiceInline
from sources.admin.service_forms import ServiceForm, ServiceRow, ServiceRows

WORDS = (
    "statement",
    "language",
    "quote",
    "quote_language",
    "translation",
    "translator",
    "context",
    "why_chosen",
    "sensitivity",
    "is_demonstration",
    "single_origin_reason",
)


def lower_text_areas(form: forms.BaseForm) -> None:
    """Two lines to begin with; a box can be drawn larger."""
    for field in form.fields.values():
        if isinstance(field.widget, forms.Textarea):
            field.widget.attrs["rows"] = 2


class KnownAutocomplete(AutocompleteSelect):
    """The stock widget, without a query of its own for a choice that the row has at hand."""

    known: dict[str, str]

    def optgroups(self, name: str, value: Any, attr: Any = None) -> list[Any]:
        known = getattr(self, "known", {})
        if any(str(each) and str(each) not in known for each in value):
            return super().optgroups(name, value, attr)
        groups: list[Any] = [(None, [], 0)]
        if not self.is_required and not self.allow_multiple_selected:
            groups[0][1].append(self.create_option(name, "", "", False, 0))
        for number, each in enumerate(value, start=1):
            if str(each):
                groups[0][1].append(self.create_option(name, each, known[str(each)], True, number))
        return groups


class ClaimRow(ServiceRow):
    """A row of the claim's page. What its foreign keys are called is read from the row itself."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lower_text_areas(self)
        for name, field in self.fields.items():
            widget = getattr(field.widget, "widget", field.widget)
            if isinstance(widget, AutocompleteSelect):
                held = getattr(self.instance, name, None) if self.instance.pk else None
                known = KnownAutocomplete(widget.field, widget.admin_site, attrs=widget.attrs, choices=widget.choices)
                known.is_required = widget.is_required
                known.known = {str(held.pk): str(held)} if held is not None else {}
                if widget is field.widget:
                    field.widget = known
                else:
                    field.widget.widget = known


class PartRow(ServiceRow):
    text = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 2}))
    letter = forms.CharField(max_length=1, widget=forms.TextInput(attrs={"size": 2}), help_text="a to z")


class LinkRow(ClaimRow):
    position = forms.IntegerField(required=False, min_value=1, max_value=99, label="Place in the chain")


class CitationRow(ClaimRow):
    position = forms.IntegerField(required=False, min_value=1, max_value=99, label="Place")
    url_typed = forms.CharField(
        required=False,
        label="Address",
        help_text="Its capture is asked for when you save.",
        widget=forms.TextInput(attrs={"inputmode": "url", "autocapitalize": "off", "spellcheck": "false"}),
    )
    part = forms.CharField(required=False, max_length=1, label="Part", help_text="Its letter; blank for the whole.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _may_be_blank(self.fields["source"], "or a source that is here already")
        part = self.instance.part if self.instance.pk else None
        self.initial["part"] = part.letter if part is not None else ""


class AppearanceRow(ClaimRow):
    url_typed = forms.CharField(
        required=False,
        label="or a new address",
        widget=forms.TextInput(attrs={"inputmode": "url", "autocapitalize": "off", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _may_be_blank(self.fields["source"], "Source")


def _may_be_blank(field: forms.Field, label: str) -> None:
    """A source may be chosen or its address typed; the service says when it is neither."""
    field.required = False
    field.label = label


class ClaimInline(ServiceInline):
    """Rows of a claim, with what they point at fetched in one query."""

    parent_permission = "claims.change_claim"
    pointing_at: tuple[str, ...] = ()

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request)
        return rows.select_related(*self.pointing_at) if self.pointing_at else rows


class PartInline(ClaimInline):
    model = Part
    form = PartRow
    fields = (("letter", "text"), "row")
    verbose_name_plural = "parts, where it asserts more than one thing"


class LinkInline(ClaimInline):
    model = Link
    form = LinkRow
    extra = 1
    pointing_at = ("speaker", "role", "source")
    autocomplete_fields = ("speaker", "role", "source")
    fields = (
        ("position", "is_attributed"),
        ("speaker", "role"),
        ("source", "unnamed"),
        ("verb", "place"),
        ("date_edtf", "date_printed"),
        "row",
    )
    verbose_name = "link"
    verbose_name_plural = "who said it: the chain, from the first to speak to the article"


class AppearanceInline(ClaimInline):
    model = Appearance
    form = AppearanceRow
    pointing_at = ("source",)
    autocomplete_fields = ("source",)
    fields = (("source", "url_typed"), "wording", ("locator", "no_capture_reason"), "row")
    verbose_name_plural = "where it appeared"


class CitationInline(ClaimInline):
    model = Citation
    form = CitationRow
    extra = 1
    pointing_at = ("source", "part")
    autocomplete_fields = ("source",)
    fields = (
        "url_typed",
        "source",
        ("bears_on", "kind", "is_repetition"),
        ("part", "position", "origin"),
        "note",
        "unobtainable_reason",
        "row",
    )
    verbose_name_plural = "what it rests on: the sources cited"


class RelationInline(ClaimInline):
    model = Relation
    fk_name = "claim"
    form = ClaimRow
    pointing_at = ("other",)
    autocomplete_fields = ("other",)
    fields = (("kind", "other"), "note", "row")
    verbose_name_plural = "what it is to other claims"


class ClaimForm(ServiceForm):
    """The claim's own words. ``seen_version`` and ``seen_edit`` name what the editor saw when the form was opened."""

    seen_version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    seen_edit = forms.UUIDField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Claim
        fields = "__all__"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lower_text_areas(self)
        if self.instance.pk and not self.is_bound:
            last = last_edit_of(self.instance)
            self.initial["seen_version"] = self.instance.version
            self.initial["seen_edit"] = last.public_id if last is not None else None


def draft_from(form: ServiceForm, rows: dict[str, ServiceRows]) -> ClaimDraft:
    """Everything that was typed, as one draft; what could not be read is left at its default."""
    typed = form.cleaned_data
    words = {name: typed[name] for name in WORDS if name in typed}
    return ClaimDraft(
        **{"statement": "", **words},
        quorum=typed.get("quorum") or 0,
        responsible_editor=typed.get("responsible_editor"),
        topics=tuple(typed.get("topics") or ()),
        parts=tuple(
            PartDraft(letter=row.typed.get("letter", "").strip().lower(), text=row.typed.get("text", ""))
            for row in rows["parts"].live()
        ),
        links=tuple(_link(row) for row in rows["links"].live()),
        appearances=tuple(_appearance(row) for row in rows["appearances"].live()),
        citations=tuple(_citation(row) for row in rows["citations"].live()),
        relations=tuple(
            RelationDraft(kind=row.typed["kind"], other=row.typed["other"], note=row.typed.get("note", ""))
            for row in rows["relations"].live()
            if row.typed.get("kind") and row.typed.get("other")
        ),
    )


def _link(row: ServiceRow) -> LinkDraft:
    typed = row.typed
    names = ("speaker", "role", "source", "unnamed", "verb", "date_edtf", "date_printed", "place", "is_attributed")
    return LinkDraft(**{name: typed[name] for name in names if name in typed}, public_id=row.row_id)


def _source_of(row: ServiceRow) -> dict[str, Any]:
    """An address that was typed over names another source than the one the row had, unless that was changed too."""
    source, url = row.typed.get("source"), row.typed.get("url_typed", "")
    held = row.instance if row.instance.pk else None
    if held is not None and source is not None and source.pk == held.source_id:
        before = getattr(held, "url_typed", "")
        if url.strip() and url.strip() != before:
            source = None
    elif held is not None and source is not None and url.strip() == getattr(held, "url_typed", ""):
        url = ""
    return {"source": source, "url_typed": url}


def _appearance(row: ServiceRow) -> AppearanceDraft:
    typed = row.typed
    names = ("wording", "locator", "no_capture_reason")
    return AppearanceDraft(**_source_of(row), **{name: typed[name] for name in names if name in typed})


def _citation(row: ServiceRow) -> CitationDraft:
    typed = row.typed
    names = ("bears_on", "kind", "is_repetition", "origin", "note", "unobtainable_reason")
    return CitationDraft(
        **_source_of(row),
        **{name: typed[name] for name in names if name in typed},
        part=typed.get("part", "").strip().lower(),
        public_id=row.row_id,
    )
