"""What is wrong with a draft, as sentences at the fields they belong to.

Fields are named as forms name them: ``statement``, ``links-0-role``, ``citations-2-url_typed``; a number is the
row's place in the draft. Everything is looked at, so that an editor mends a form once.
"""

from collections.abc import Iterator

from django.db import models

from claims.models import Claim, RelationKind, Sensitivity
from claims.permissions import is_editor
from claims.services.drafts import AppearanceDraft, ClaimDraft, PartDraft, RelationDraft
from sources.domain.errors import BadInput, DeskError
from sources.domain.typed_text import check_language, check_typed

STATEMENT_LIMIT = 1_000
TEXT_LIMIT = 20_000
NOTE_LIMIT = 5_000
PARTS_LIMIT = 26
ROWS_LIMIT = 100


def room_in(model: type[models.Model], field: str) -> int:
    """How many characters a column takes; SQLite would not say."""
    limit: int | None = getattr(model._meta.get_field(field), "max_length", None)
    return limit if limit is not None else NOTE_LIMIT


def wording_errors(draft: ClaimDraft) -> Iterator[DeskError]:
    """What is wrong with the claim's own words."""
    yield from check_typed(
        draft.statement, field="statement", what="The statement", limit=STATEMENT_LIMIT, is_required=True
    )
    for field, what in (
        ("quote", "The quotation"),
        ("translation", "The translation"),
        ("context", "The context"),
        ("why_chosen", "The reason for choosing it"),
        ("single_origin_reason", "The reason for a single origin"),
    ):
        yield from check_typed(getattr(draft, field), field=field, what=what, limit=TEXT_LIMIT)
    yield from check_typed(draft.translator, field="translator", what="The translator’s name", limit=200)
    yield from check_language(draft.language, field="language", is_required=True)
    yield from check_language(draft.quote_language, field="quote_language", is_required=bool(draft.quote.strip()))
    if draft.translation.strip() and not draft.quote.strip():
        yield BadInput("translation_of_nothing", "A translation needs the words that it translates.", field="quote")
    if draft.translation.strip() and not draft.translator.strip():
        yield BadInput("translator_missing", "Say who translated it.", field="translator")


def setting_errors(draft: ClaimDraft) -> Iterator[DeskError]:
    """What is wrong with sensitivity, quorum and the responsible editor."""
    if draft.sensitivity not in Sensitivity.values:
        yield BadInput("sensitivity_unknown", "Choose whom the claim concerns from the list.", field="sensitivity")
    if not 1 <= draft.quorum <= 9:
        yield BadInput("quorum_unsound", "A claim is rated by one to nine reviewers.", field="quorum")
    if draft.responsible_editor is not None and not is_editor(draft.responsible_editor):
        yield BadInput(
            "editor_unknown",
            "The responsible editor has to be an active editor of this desk.",
            field="responsible_editor",
        )


def part_errors(parts: tuple[PartDraft, ...]) -> Iterator[DeskError]:
    """What is wrong with the lettered parts."""
    seen: set[str] = set()
    for number, part in enumerate(parts):
        letter = part.letter
        if len(letter) != 1 or letter not in "abcdefghijklmnopqrstuvwxyz":
            yield BadInput(
                "letter_unknown", "A part is named by a letter from a to z.", field=f"parts-{number}-letter"
            )
        elif letter in seen:
            yield BadInput(
                "letter_taken",
                f"There is a part ({letter}) already. Give this one another letter.",
                field=f"parts-{number}-letter",
            )
        seen.add(letter)
        yield from check_typed(
            part.text, field=f"parts-{number}-text", what="The part’s text", limit=STATEMENT_LIMIT, is_required=True
        )
    if len(parts) == 1:
        yield BadInput(
            "part_alone",
            "One part is the claim itself. Add a second part, or take this one out.",
            field="parts-0-text",
        )


def appearance_errors(appearances: tuple[AppearanceDraft, ...]) -> Iterator[DeskError]:
    """What is wrong with the words of the appearances; their sources are looked at in ``citing``."""
    for number, appearance in enumerate(appearances):
        prefix = f"appearances-{number}"
        yield from check_typed(appearance.wording, field=f"{prefix}-wording", what="The wording", limit=TEXT_LIMIT)
        yield from check_typed(appearance.locator, field=f"{prefix}-locator", what="The place in it", limit=200)
        yield from check_typed(
            appearance.no_capture_reason, field=f"{prefix}-no_capture_reason", what="The reason", limit=NOTE_LIMIT
        )


def relation_errors(relations: tuple[RelationDraft, ...], claim: Claim | None) -> Iterator[DeskError]:
    """What is wrong with the relations to other claims."""
    seen: set[tuple[str, int]] = set()
    for number, relation in enumerate(relations):
        key = (relation.kind, relation.other.pk)
        if relation.kind not in RelationKind.values:
            yield BadInput(
                "relation_unknown",
                "Choose what one claim is to the other from the list.",
                field=f"relations-{number}-kind",
            )
        if claim is not None and relation.other.pk == claim.pk:
            yield BadInput(
                "related_to_itself", "A claim cannot be related to itself.", field=f"relations-{number}-other"
            )
        if key in seen:
            yield BadInput(
                "related_already",
                "These two claims are related in this way already.",
                field=f"relations-{number}-other",
            )
        seen.add(key)
        yield from check_typed(relation.note, field=f"relations-{number}-note", what="The note", limit=NOTE_LIMIT)


def size_errors(draft: ClaimDraft) -> Iterator[DeskError]:
    """Whether there are more rows than a claim can have."""
    for field, rows, limit in (
        ("parts", draft.parts, PARTS_LIMIT),
        ("links", draft.links, ROWS_LIMIT),
        ("appearances", draft.appearances, ROWS_LIMIT),
        ("citations", draft.citations, ROWS_LIMIT),
        ("relations", draft.relations or (), ROWS_LIMIT),
    ):
        if len(rows) > limit:
            yield BadInput("too_many_rows", f"There is room for {limit} {field} of one claim.", field=field)
