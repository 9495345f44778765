"""Speakers with their other names and the roles that they held."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from claims.models import Claim, Role, Speaker, SpeakerAlias, SpeakerKind
from claims.models.rounds import OPEN_STATES
from claims.permissions import EDITOR, require
from claims.services.dating import date_errors, days_of
from claims.services.drafting_checks import NOTE_LIMIT, room_in
from claims.services.refusals import refusal_of
from claims.services.versions import grow_versions
from sources.domain.errors import BadInput, DeskError, Several
from sources.domain.folding import fold
from sources.domain.typed_text import check_typed
from sources.services.history import record_event


@dataclass(frozen=True)
class RoleDraft:
    """What the speaker was, where, from when to when (EDTF, such as ``2012-11/2016-01``)."""

    title: str
    organisation: str = ""
    place: str = ""
    held_edtf: str = ""
    held_printed: str = ""
    public_id: uuid.UUID | None = None


@dataclass(frozen=True)
class SpeakerDraft:
    """A speaker as typed; roles and aliases that it does not name are taken out."""

    kind: str
    name: str
    disambiguation: str = ""
    description: str = ""
    is_private_person: bool = False
    aliases: tuple[str, ...] = ()
    roles: tuple[RoleDraft, ...] = ()


def check_speaker(*, by: User, draft: SpeakerDraft, speaker: Speaker | None = None) -> None:
    """Raise ``Several`` with what is wrong with ``draft``; ``WrongPerson`` for somebody who is no editor."""
    require(by, EDITOR)
    errors = [*_name_errors(draft, speaker), *_alias_errors(draft), *_role_errors(draft)]
    if speaker is not None:
        kept = {role.public_id for role in draft.roles if role.public_id is not None}
        for role in speaker.roles.exclude(public_id__in=kept):
            if role.links.exists():
                errors.append(
                    BadInput("role_in_use", f"A claim names the role “{role}”. It stays on the list.", field="roles")
                )
    if errors:
        raise Several(errors)


def _name_errors(draft: SpeakerDraft, speaker: Speaker | None) -> Iterator[DeskError]:
    if draft.kind not in SpeakerKind.values:
        yield BadInput("speaker_kind_unknown", "Say whether it is a person or an organisation.", field="kind")
    yield from check_typed(
        draft.name, field="name", what="The speaker’s name", limit=room_in(Speaker, "name"), is_required=True
    )
    yield from check_typed(
        draft.disambiguation,
        field="disambiguation",
        what="What tells them apart",
        limit=room_in(Speaker, "disambiguation"),
    )
    yield from check_typed(draft.description, field="description", what="The description", limit=NOTE_LIMIT)
    namesakes = Speaker.objects.filter(name_folded=fold(draft.name), disambiguation=draft.disambiguation.strip())
    if speaker is not None:
        namesakes = namesakes.exclude(pk=speaker.pk)
    if draft.name.strip() and namesakes.exists():
        yield BadInput(
            "speaker_taken",
            "There is a speaker of that name already. Say what tells them apart.",
            field="disambiguation",
        )


def _alias_errors(draft: SpeakerDraft) -> Iterator[DeskError]:
    seen = {fold(draft.name)}
    for number, alias in enumerate(draft.aliases):
        field = f"aliases-{number}-name"
        yield from check_typed(
            alias, field=field, what="The other name", limit=room_in(SpeakerAlias, "name"), is_required=True
        )
        if fold(alias) in seen:
            yield BadInput("alias_twice", "This name is on the list already.", field=field)
        seen.add(fold(alias))


def _role_errors(draft: SpeakerDraft) -> Iterator[DeskError]:
    for number, role in enumerate(draft.roles):
        prefix = f"roles-{number}"
        yield from check_typed(
            role.title,
            field=f"{prefix}-title",
            what="The role’s title",
            limit=room_in(Role, "title"),
            is_required=True,
        )
        for field, what in (
            ("organisation", "The organisation"),
            ("place", "The place"),
            ("held_printed", "The dates as printed"),
        ):
            yield from check_typed(
                getattr(role, field), field=f"{prefix}-{field}", what=what, limit=room_in(Role, field)
            )
        yield from date_errors(role.held_edtf, field=f"{prefix}-held_edtf")


def save_speaker(*, by: User, draft: SpeakerDraft, speaker: Speaker | None = None) -> Speaker:
    """Add a speaker, or make ``speaker`` read as ``draft``.

    A change of name or of a role changes what the dossiers of claims under review say: each such claim gets a
    new version, and its round is superseded.
    """
    check_speaker(by=by, draft=draft, speaker=speaker)
    try:
        with transaction.atomic():
            return _write(by, draft, speaker)
    except IntegrityError as error:
        raise Several([refusal_of(error, (Speaker, SpeakerAlias, Role))]) from error


def _write(by: User, draft: SpeakerDraft, speaker: Speaker | None) -> Speaker:
    is_new = speaker is None
    if speaker is not None:
        lock_claims_naming(speaker)
    row = Speaker() if speaker is None else Speaker.objects.select_for_update().get(pk=speaker.pk)
    before = {} if is_new else _snapshot(row)
    row.kind, row.name, row.name_folded = draft.kind, draft.name.strip(), fold(draft.name)
    row.disambiguation, row.description = draft.disambiguation.strip(), draft.description.strip()
    row.is_private_person = draft.is_private_person
    row.save()
    _write_aliases(row, draft)
    _write_roles(row, draft)
    after = _snapshot(row)
    if before != after:
        record_event(
            by=by, action="speaker_added" if is_new else "speaker_edited", subject=row, before=before, after=after
        )
        if not is_new and any(before[key] != after[key] for key in ("kind", "name", "disambiguation", "roles")):
            grow_versions(by=by, claims=_reviewed(row), reason=f"What the desk says of {row} was edited.")
    return row


def lock_claims_naming(speaker: Speaker) -> None:
    """Lock the claims under review that name ``speaker``, in the order of their keys, before the speaker itself.

    Whoever saves a claim holds it and then asks for the speakers it names; the other way round they would wait for
    each other.
    """
    keys = set(_reviewed(speaker).values_list("pk", flat=True))
    list(Claim.objects.select_for_update().filter(pk__in=keys).order_by("pk").values_list("pk"))


def _reviewed(speaker: Speaker) -> QuerySet[Claim]:
    return Claim.objects.filter(links__speaker=speaker, rounds__state__in=OPEN_STATES).distinct()


def _write_aliases(speaker: Speaker, draft: SpeakerDraft) -> None:
    wanted = {fold(alias): alias.strip() for alias in draft.aliases}
    speaker.aliases.exclude(name_folded__in=wanted).delete()
    for folded, name in wanted.items():
        SpeakerAlias.objects.update_or_create(speaker=speaker, name_folded=folded, defaults={"name": name})


def _write_roles(speaker: Speaker, draft: SpeakerDraft) -> None:
    standing = {role.public_id: role for role in speaker.roles.all()}
    kept = {role.public_id for role in draft.roles if role.public_id is not None}
    speaker.roles.exclude(public_id__in=kept).delete()
    for typed in draft.roles:
        role = standing.get(typed.public_id) if typed.public_id is not None else None
        if role is None:
            role = Role(speaker=speaker)
        role.title, role.organisation = typed.title.strip(), typed.organisation.strip()
        role.place, role.held_printed = typed.place.strip(), typed.held_printed.strip()
        role.held_edtf = typed.held_edtf.strip()
        role.held_earliest_on, role.held_latest_on = days_of(typed.held_edtf)
        role.save()


def _snapshot(speaker: Speaker) -> dict[str, object]:
    return {
        "kind": speaker.kind,
        "name": speaker.name,
        "disambiguation": speaker.disambiguation,
        "description": speaker.description,
        "is_private_person": speaker.is_private_person,
        "aliases": list(speaker.aliases.values_list("name", flat=True)),
        "roles": [
            {"title": role.title, "organisation": role.organisation, "place": role.place, "held": role.held_edtf}
            for role in speaker.roles.order_by("pk")
        ],
    }
