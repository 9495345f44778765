"""Synthetic index rows for ``bench.search``: made straight in the tables, with words as unevenly spread as in prose.

Only what lists and search read is filled. Rows point at parents that are not there (revisions, captures), so that
foreign keys are not checked while they are made.
"""

import itertools
import random
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import connection, models

from claims.domain.scales import SUPPORT_CODES
from claims.models import (
    Claim,
    NameKind,
    PublicClaim,
    PublicCorrection,
    PublicName,
    PublicSource,
    PublicSpeaker,
    PublicTopic,
    PublicWords,
    Revision,
    Speaker,
    Topic,
)
from claims.search.facets import facet_line
from claims.search.tsvector import vector_of
from claims.search.words import stem
from sources.models import Publisher, Source

WORDS, SPEAKERS, TOPICS, OUTLETS, SOURCES = 30_000, 2_000, 100, 300, 20_000
BATCH = 10_000
SINCE = datetime(2016, 1, 1, tzinfo=UTC)
DECADE = 10 * 365 * 24 * 60


def vocabulary(chance: random.Random) -> list[str]:
    """Words that are their own stems, the commonest first."""
    syllables = [a + b for a in "bcdfghjklmnprstvz" for b in "aeiou"]
    found: dict[str, None] = {}
    while len(found) < WORDS:
        word = "".join(chance.choices(syllables, k=chance.choice((2, 2, 3, 3, 3, 4)))) + chance.choice("bdgkmnp")
        if stem("en", word) == word:
            found[word] = None
    return list(found)


@dataclass(frozen=True)
class World:
    """What the claims name, the same in every run."""

    words: list[str]
    speakers: list[tuple[int, uuid.UUID, str]]
    topics: list[str]
    outlets: list[tuple[int, uuid.UUID, str]]
    sources: list[tuple[int, uuid.UUID, str]]


def make_world() -> World:
    chance = random.Random(20161)
    words = vocabulary(chance)

    def things(count: int, length: int) -> list[tuple[int, uuid.UUID, str]]:
        names = (" ".join(chance.sample(words, length)).title() for _ in range(count))
        return [
            (pk, uuid.UUID(int=chance.getrandbits(128), version=4), f"{name} {pk}")
            for pk, name in enumerate(names, 1)
        ]

    topics = [f"{word}-{number}" for number, word in enumerate(words[200 : 200 + TOPICS])]
    return World(words, things(SPEAKERS, 2), topics, things(OUTLETS, 2), things(SOURCES, 5))


def load(model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert ``rows`` of the columns of these fields, every other with its default."""
    fields = {field.name: field for field in model._meta.concrete_fields}
    more = [field for field in fields.values() if field.name not in names and not field.primary_key]
    columns = [fields[name].column for name in names] + [field.column for field in more]
    every = [_default(field) for field in more]
    fresh = [number for number, field in enumerate(more) if isinstance(field, models.UUIDField)]

    def whole(row: Sequence[Any]) -> tuple[Any, ...]:
        for number in fresh:
            every[number] = uuid.uuid4()
        return (*row, *every)

    insert(model._meta.db_table, columns, map(whole, rows))


def _default(field: Any) -> Any:
    return (
        SINCE if getattr(field, "auto_now_add", False) or getattr(field, "auto_now", False) else field.get_default()
    )


def insert(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    quoted = ", ".join(f'"{column}"' for column in columns)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor, cursor.cursor.copy(f'COPY "{table}" ({quoted}) FROM STDIN') as copy:
            for row in rows:
                copy.write_row(row)
        return
    holes = ", ".join("?" * len(columns))
    connection.ensure_connection()
    connection.connection.executemany(
        f'INSERT INTO "{table}" ({quoted}) VALUES ({holes})', (tuple(map(_plain, row)) for row in rows)
    )


def _plain(value: Any) -> Any:
    if isinstance(value, uuid.UUID):
        return value.hex
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ")
    return value


def unchecked() -> None:
    """Check no foreign key on this connection from now on."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")
            cursor.execute("SET maintenance_work_mem = '512MB'")
        else:
            cursor.execute("PRAGMA foreign_keys = OFF")
            cursor.execute("PRAGMA synchronous = OFF")


def fill(world: World, until: int) -> None:
    """Bring the tables up to ``until`` claims, and make the search index anew over them."""
    unchecked()
    since = (PublicClaim.objects.order_by("-pk").values_list("pk", flat=True).first() or 0) + 1
    if since == 1:
        _parents(world)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("DROP INDEX public_words_vector")
        for first in range(since, until + 1, BATCH):
            _batch(world, range(first, min(first + BATCH, until + 1)))
        if connection.vendor == "postgresql":
            cursor.execute(
                "CREATE INDEX public_words_vector ON claims_publicwords USING gin (vector) WITH (fastupdate = off)"
            )
            for model in (PublicClaim, PublicWords, PublicSpeaker, PublicTopic, PublicSource, PublicName, Revision):
                cursor.execute(f'VACUUM ANALYZE "{model._meta.db_table}"')
        else:
            cursor.execute("INSERT INTO claims_search (claims_search) VALUES ('rebuild')")
            cursor.execute("INSERT INTO claims_search (claims_search) VALUES ('optimize')")
            cursor.execute("ANALYZE")


def _parents(world: World) -> None:
    User.objects.create(username="bench")
    load(
        Speaker,
        ("id", "public_id", "kind", "name", "name_folded", "disambiguation"),
        [(pk, one, "person", name, name.lower(), str(pk)) for pk, one, name in world.speakers],
    )
    load(
        Topic,
        ("id", "slug", "name", "name_folded"),
        [(pk, slug, slug, slug) for pk, slug in enumerate(world.topics, 1)],
    )
    Publisher.objects.bulk_create(
        Publisher(pk=pk, public_id=one, name=name, name_folded=name.lower()) for pk, one, name in world.outlets
    )
    Source.objects.bulk_create(
        (
            Source(
                pk=pk,
                public_id=one,
                kind="web",
                url=f"https://s{pk}.example/",
                url_key_sha256=f"{pk:064x}",
                title=name,
                created_by_id=1,
            )
            for pk, one, name in world.sources
        ),
        batch_size=1000,
    )
    names = [(NameKind.SPEAKER, one.hex, name, name.lower()) for _, one, name in world.speakers]
    names += [(NameKind.OUTLET, one.hex, name, name.lower()) for _, one, name in world.outlets]
    names += [(NameKind.SOURCE, one.hex, name, name.lower()) for _, one, name in world.sources]
    names += [(NameKind.TOPIC, slug, slug, slug) for slug in world.topics]
    load(PublicName, ("kind", "key", "name", "name_folded"), [(str(kind.value), *more) for kind, *more in names])


@dataclass(frozen=True)
class Made:
    """One synthetic claim."""

    pk: int
    claim_id: uuid.UUID
    at: datetime
    texts: tuple[str, str, str, str, str]
    support: str
    topic: int
    outlet: int
    sources: tuple[int, int]
    speaker: int
    is_established: bool


def _draw(world: World, keys: range) -> Iterator[Made]:
    chance = random.Random(keys[0])
    common = list(itertools.accumulate(1 / (rank + 2.7) for rank in range(len(world.words))))
    pool = chance.choices(world.words, cum_weights=common, k=60_000)

    def among(count: int) -> list[int]:
        weights = list(itertools.accumulate(1 / (rank + 5) for rank in range(count)))
        return chance.choices(range(count), cum_weights=weights, k=len(keys))

    def text(length: int) -> str:
        start = int(chance.random() * (len(pool) - length))
        return " ".join(pool[start : start + length])

    supports = chance.choices(SUPPORT_CODES, k=len(keys))
    drawn = zip(keys, supports, among(TOPICS), among(OUTLETS), among(SPEAKERS), among(SOURCES), strict=True)
    for pk, support, topic, outlet, speaker, source in drawn:
        yield Made(
            pk=pk,
            claim_id=uuid.UUID(int=chance.getrandbits(128), version=4),
            at=SINCE + timedelta(minutes=DECADE * pk / 1_000_000),
            texts=(text(14), text(8), text(10), text(24), text(6)),
            support=support,
            topic=topic,
            outlet=outlet,
            sources=(source, (source * 7 + 1) % SOURCES),
            speaker=speaker,
            is_established=chance.random() < 0.8,
        )


def _batch(world: World, keys: range) -> None:
    made = list(_draw(world, keys))
    load(
        Claim,
        ("id", "public_id", "statement", "publication_state", "created_by"),
        [(one.pk, one.claim_id, "x", "up", 1) for one in made],
    )
    names = "id claim revision slug state language headline statement attributed_name attribution support confidence"
    names += " outcome summary quote first_published_at revised_at"
    load(PublicClaim, names.split(), (_claim(world, one) for one in made))
    _words(world, made)
    load(
        PublicSpeaker,
        ("public_claim", "speaker", "name", "name_folded", "is_attributed", "is_established"),
        [(one.pk, one.speaker + 1, world.speakers[one.speaker][2], "", True, one.is_established) for one in made],
    )
    load(
        PublicTopic,
        ("public_claim", "topic", "name", "slug"),
        [(one.pk, one.topic + 1, world.topics[one.topic], world.topics[one.topic]) for one in made],
    )
    load(
        PublicSource,
        ("public_claim", "source", "title", "title_folded", "publisher", "publisher_name", "is_appearance"),
        [
            (
                one.pk,
                source + 1,
                world.sources[source][2],
                world.sources[source][2].lower(),
                one.outlet + 1,
                world.outlets[one.outlet][2],
                at == 0,
            )
            for one in made
            for at, source in enumerate(one.sources)
        ],
    )
    changed = [one for one in made if one.pk % 20 == 0]
    names = "id public_id claim number kind round schema record record_sha256 previous_sha256 written_by approved_by"
    load(Revision, [*names.split(), "published_at"], (_revision(one) for one in changed))
    load(
        PublicCorrection,
        ("public_claim", "revision", "kind", "published_at"),
        [(one.pk, one.pk, "clarification", one.at) for one in changed],
    )


def _revision(one: Made) -> tuple[Any, ...]:
    digest = f"{one.pk:064x}"
    return (one.pk, one.claim_id, one.pk, 2, "clarification", one.pk, 1, "{}", digest, digest, 1, 2, one.at)


def _claim(world: World, one: Made) -> tuple[Any, ...]:
    attribution = "said_it" if one.is_established else "said_something_else"
    name, (statement, headline, quote, summary, _) = world.speakers[one.speaker][2], one.texts
    shown = (f"claim-{one.pk}", "up", "en", headline, statement, name, attribution, one.support, "low", "agreed")
    return (one.pk, one.pk, one.pk, *shown, summary, quote, one.at, one.at)


def _words(world: World, made: Sequence[Made]) -> None:
    rows = []
    for one in made:
        fields = (
            f"{one.texts[0]} = {one.texts[1]}",
            f"{one.texts[2]} = {world.speakers[one.speaker][2].lower()}",
            f"{one.texts[3]} = {world.topics[one.topic].replace('-', ' ')}",
            " = ".join(world.sources[source][2].lower() for source in one.sources),
        )
        speaker = ("speaker" if one.is_established else "attributed", str(world.speakers[one.speaker][1]))
        facets = facet_line(
            [
                ("date", one.at.strftime("%Y")),
                ("date", one.at.strftime("%Y-%m")),
                ("topic", world.topics[one.topic]),
                ("support", one.support),
                *(("source", str(world.sources[source][1])) for source in one.sources[1:]),
                ("outlet", str(world.outlets[one.outlet][1])),
                speaker,
            ]
        )
        vector = (vector_of(one.pk, fields, facets),) if connection.vendor == "postgresql" else ()
        rows.append((one.pk, *fields, facets, *vector))
    columns = ["public_claim_id", "headline_words", "quote_words", "summary_words", "title_words", "facets"]
    insert("claims_publicwords", [*columns, *(["vector"] if connection.vendor == "postgresql" else [])], rows)
