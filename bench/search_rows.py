"""Synthetic index rows for ``bench.search``: made straight in the tables, with words as unevenly spread as in prose.

Only what lists and search read is filled. Rows point at parents that are not there (rounds, most revisions), so that
foreign keys are not checked while they are made. An article of its own for each of the first claims fills a part of
the sitemap at every size. Real records: ``bench.search_records``.
"""

import itertools
import random
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import connection, transaction

from bench.loading import SINCE, insert, load, unchecked
from bench.search_records import (
    CITED,
    CORRECTED,
    NOTICES,
    PRINTED,
    capture_of,
    captures,
    is_in_an_article,
    is_told,
    record_of,
)
from bench.search_records import OUTLETS as NEWEST_OUTLETS
from claims.domain.records import Sealed
from claims.domain.scales import SUPPORT_CODES
from claims.models import (
    Claim,
    NameKind,
    Notice,
    PublicClaim,
    PublicCorrection,
    PublicName,
    PublicSource,
    PublicSpeaker,
    PublicTopic,
    RecordPart,
    Revision,
    Speaker,
    Topic,
)
from claims.models.index import PART
from claims.search.facets import facet_line
from claims.search.tsvector import vector_of
from claims.search.words import stem
from sources.models import Publisher, Source

WORDS, SPEAKERS, TOPICS, OUTLETS, SOURCES = 30_000, 2_000, 100, 300, 20_000
BATCH = 10_000
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
            with transaction.atomic():
                _batch(world, range(first, min(first + BATCH, until + 1)), until)
        if connection.vendor == "postgresql":
            cursor.execute(
                "CREATE INDEX public_words_vector ON claims_publicwords USING gin (vector) WITH (fastupdate = off)"
            )
            cursor.execute("VACUUM ANALYZE")
        else:
            cursor.execute("INSERT INTO claims_search (claims_search) VALUES ('rebuild')")
            cursor.execute("INSERT INTO claims_search (claims_search) VALUES ('optimize')")
            cursor.execute("ANALYZE")


def _parents(world: World) -> None:
    user = User.objects.create(username="bench")
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
    captures(user, sorted({*CITED, *PRINTED}))
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
    printed: tuple[int, ...]
    cited: tuple[int, ...]
    is_told: bool
    has_record: bool
    speaker: int
    is_established: bool


def _draw(world: World, keys: range, until: int) -> Iterator[Made]:
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
        told = is_told(pk, until)
        own = {pk - 1} if pk < PART else set()
        printed = {source, *own, *({PRINTED[pk % len(PRINTED)]} if told else ())}
        cited = {(source * 7 + 1) % SOURCES, *({CITED[pk % len(CITED)]} if told else ())}
        yield Made(
            pk=pk,
            claim_id=uuid.UUID(int=chance.getrandbits(128), version=4),
            at=SINCE + timedelta(minutes=DECADE * pk / 1_000_000),
            texts=(text(14), text(8), text(10), text(24), text(6)),
            support=support,
            topic=topic,
            outlet=pk % NEWEST_OUTLETS if told else outlet,
            printed=tuple(sorted(printed)),
            cited=tuple(sorted(cited)),
            is_told=told,
            has_record=told or is_in_an_article(pk, printed),
            speaker=speaker,
            is_established=chance.random() < 0.8,
        )


def _batch(world: World, keys: range, until: int) -> None:
    made = list(_draw(world, keys, until))
    load(
        Claim,
        ("id", "public_id", "statement", "publication_state", "created_by"),
        [(one.pk, one.claim_id, "x", "up", 1) for one in made],
    )
    names = "id claim revision slug state language headline statement attributed_name attribution support confidence"
    names += " outcome summary quote first_published_at revised_at part"
    load(PublicClaim, names.split(), (_claim(world, one) for one in made))
    _words(world, made)
    load(
        PublicSpeaker,
        ("public_claim", "speaker", "name", "name_folded", "is_attributed", "is_established"),
        [(one.pk, one.speaker + 1, world.speakers[one.speaker][2], "", True, one.is_established) for one in made],
    )
    load(
        PublicTopic,
        ("public_claim", "topic", "name", "slug", "revised_at"),
        [(one.pk, one.topic + 1, world.topics[one.topic], world.topics[one.topic], one.at) for one in made],
    )
    names = "public_claim source capture title title_folded publisher publisher_name is_appearance revised_at part"
    load(PublicSource, names.split(), (row for one in made for row in _uses(world, one)))
    changed = [one for one in made if one.pk % CORRECTED == 0]
    _revisions(world, [one for one in made if one.has_record or one.pk % CORRECTED == 0])
    load(
        PublicCorrection,
        ("public_claim", "revision", "kind", "published_at"),
        [(one.pk, one.pk, "clarification", one.at) for one in changed],
    )
    noticed = [one for one in made if one.pk % NOTICES == 0]
    load(
        Notice,
        ("claim", "kind", "text", "put_up_at"),
        [(one.pk, "source_changed" if one.pk % (NOTICES * 10) else "rechecking", "So.", one.at) for one in noticed],
    )


def _uses(world: World, one: Made) -> Iterator[tuple[Any, ...]]:
    for source, is_appearance in [*((two, True) for two in one.printed), *((two, False) for two in one.cited)]:
        title, is_looked_at = world.sources[source][2], source in PRINTED or source in CITED
        capture = capture_of(source) if one.is_told and is_looked_at else None
        outlet = (one.outlet + 1, world.outlets[one.outlet][2])
        yield (
            one.pk,
            source + 1,
            capture,
            title,
            title.lower(),
            *outlet,
            is_appearance,
            one.at,
            (source + 1) // PART,
        )


def _revisions(world: World, made: Sequence[Made]) -> None:
    sealed = {one.pk: record_of(world, one) for one in made if one.has_record}
    names = "id public_id claim number kind round schema record record_sha256 previous_sha256 written_by approved_by"
    load(Revision, [*names.split(), "published_at"], (_revision(one, sealed.get(one.pk)) for one in made))
    load(
        RecordPart,
        ("record_sha256", "key", "salt", "text"),
        [(one.sha256, part.key, part.salt, part.text) for one in sealed.values() for part in one.parts],
    )


def _revision(one: Made, sealed: Sealed | None) -> tuple[Any, ...]:
    digest = f"{one.pk:064x}"
    number, kind, previous = (1, "first", "") if one.pk % CORRECTED else (2, "clarification", digest)
    text = (sealed.text, sealed.sha256) if sealed else ("{}", digest)
    return (one.pk, one.claim_id, one.pk, number, kind, one.pk, 1, *text, previous, 1, 2, one.at)


def _claim(world: World, one: Made) -> tuple[Any, ...]:
    attribution = "said_it" if one.is_established else "said_something_else"
    name, (statement, headline, quote, summary, _) = world.speakers[one.speaker][2], one.texts
    shown = (f"claim-{one.pk}", "up", "en", headline, statement, name, attribution, one.support, "low", "agreed")
    return (one.pk, one.pk, one.pk, *shown, summary, quote, one.at, one.at, one.pk // PART)


def _words(world: World, made: Sequence[Made]) -> None:
    rows = []
    for one in made:
        fields = (
            f"{one.texts[0]} = {one.texts[1]}",
            f"{one.texts[2]} = {world.speakers[one.speaker][2].lower()}",
            f"{one.texts[3]} = {world.topics[one.topic].replace('-', ' ')}",
            " = ".join(world.sources[source][2].lower() for source in (*one.printed, *one.cited)),
        )
        speaker = ("speaker" if one.is_established else "attributed", str(world.speakers[one.speaker][1]))
        facets = facet_line(
            [
                ("date", one.at.strftime("%Y")),
                ("date", one.at.strftime("%Y-%m")),
                ("topic", world.topics[one.topic]),
                ("support", one.support),
                *(("source", str(world.sources[source][1])) for source in one.cited),
                ("outlet", str(world.outlets[one.outlet][1])),
                speaker,
            ]
        )
        vector = (vector_of(one.pk, fields, facets),) if connection.vendor == "postgresql" else ()
        rows.append((one.pk, *fields, facets, *vector))
    columns = ["public_claim_id", "headline_words", "quote_words", "summary_words", "title_words", "facets"]
    insert("claims_publicwords", [*columns, *(["vector"] if connection.vendor == "postgresql" else [])], rows)
