"""Names in lists and facets: what is published, less who is private by now and what is protected."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Q

from claims.models import NameKind, PublicName, Speaker
from sources.domain.errors import BadInput
from sources.models import Source

SIZE: Final = 60
_PATHS: Final = {NameKind.SPEAKER: "/speakers/{}/", NameKind.SOURCE: "/sources/{}/", NameKind.TOPIC: "/topics/{}/"}


@dataclass(frozen=True)
class NameLine:
    """Something in a list of names: ``id`` is a slug, or a UUID with its hyphens."""

    id: str
    name: str
    path: str


@dataclass(frozen=True)
class NamePage:
    """Names in the order of their folded letters; ``after`` is the cursor of what follows, ``""`` at the end."""

    lines: tuple[NameLine, ...]
    after: str


def name_page(kind: NameKind, after: str = "", size: int = SIZE) -> NamePage:
    """At most ``size`` names after the cursor ``after``, the id of the last name shown.

    Raises ``BadInput`` (``cursor_unknown``). Names that must not be shown are left out: a page may be shorter.
    """
    rows = PublicName.objects.filter(kind=kind)
    if after:
        last = rows.filter(key=key_of(kind, after)[:120]).first()
        if last is None:
            raise BadInput("cursor_unknown", "This list does not go on there. Start again at its top.")
        folded = last.name_folded
        rows = rows.filter(Q(name_folded__gt=folded) | Q(key__gt=last.key), name_folded__gte=folded)
    found = list(rows.order_by("name_folded", "key")[: size + 1])
    shown = found[:size]
    lines = _lines(kind, shown)
    return NamePage(lines, id_of(kind, shown[-1].key) if len(found) > size else "")


def name_at(kind: NameKind, public_id: str) -> NameLine | None:
    """The line of one thing by its id; ``None`` where no published claim names it, or it must not be shown."""
    rows = list(PublicName.objects.filter(kind=kind, key=key_of(kind, public_id)))
    return next(iter(_lines(kind, rows)), None)


def names_of(keys: Mapping[str, Iterable[str]]) -> Mapping[tuple[str, str], NameLine]:
    """The lines of these keys by kind, in one query and one for each kind that may be hidden."""
    asked = Q(pk__in=[])
    for kind, some in keys.items():
        asked |= Q(kind=kind, key__in=list(some))
    rows = list(PublicName.objects.filter(asked))
    found: dict[tuple[str, str], NameLine] = {}
    for kind in NameKind:
        of_kind = [row for row in rows if row.kind == kind]
        if of_kind:
            found |= {(kind.value, key_of(kind, line.id)): line for line in _lines(kind, of_kind)}
    return found


def id_of(kind: str, key: str) -> str:
    """The id that addresses have, of a key."""
    return key if kind == NameKind.TOPIC else str(uuid.UUID(key))


def key_of(kind: str, public_id: str) -> str:
    """The key of an id in an address."""
    return public_id.lower() if kind == NameKind.TOPIC else public_id.replace("-", "").lower()


def _lines(kind: NameKind, rows: Sequence[PublicName]) -> tuple[NameLine, ...]:
    hidden = _hidden(kind, [row.key for row in rows])
    shown = [(id_of(kind, row.key), row.name) for row in rows if row.key not in hidden]
    path = _PATHS.get(kind, "")
    return tuple(NameLine(one, name, path.format(one)) for one, name in shown)


def _hidden(kind: NameKind, keys: Sequence[str]) -> set[str]:
    if kind not in (NameKind.SPEAKER, NameKind.SOURCE):
        return set()
    ids = [uuid.UUID(key) for key in keys]
    if kind == NameKind.SPEAKER:
        speakers = Speaker.objects.filter(public_id__in=ids, is_private_person=True)
        return {one.hex for one in speakers.values_list("public_id", flat=True)}
    sources = Source.objects.filter(public_id__in=ids, is_protected=True)
    return {one.hex for one in sources.values_list("public_id", flat=True)}
