"""A shared set of published claims, and what each search finds among them, in which order, on either database."""

import uuid
from dataclasses import dataclass, replace

from claims.domain import record_v1 as v1
from claims.domain.record_parts import RecordPublisher, RecordTopic
from tests.claims.presenters.records import a_citation, a_record, a_source, with_claim, with_verdict


def an_id(name: str) -> str:
    """The id of the thing of that name, the same in every run."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, name))


@dataclass(frozen=True)
class Told:
    """One published claim of the shared set."""

    slug: str
    statement: str
    headline: str = "What the register says"
    summary: str = "The register was read."
    quote: str = ""
    language: str = "en"
    support: str = "mixed"
    attribution: str = "said_it"
    speaker: str = "Ana Ruiz"
    topic: str = "harbours"
    outlet: str = "Harbour Post"
    source: str = "Yearbook"
    day: str = "2026-03-02"
    state: str = "up"


CLAIMS = (
    Told("crane", "The café on the quay sold 27,000 cranes in São Tomé.", day="2024-05-02", source="Crane register"),
    Told("ferry", "The ferry was late on every second day of the year.", support="supported", day="2025-11-02"),
    Told(
        "school",
        "The school’s new roof cost more than the ferry.",
        summary="Roofers were paid by the council; the school governors agreed.",
        topic="schools",
        speaker="Tom Ferry",
        day="2026-01-02",
    ),
    Told(
        "governing",
        "Governments have governed badly.",
        headline="Nobody counted the elections",
        topic="elections",
        support="not_enough_evidence",
        outlet="Evening News",
    ),
    Told(
        "election",
        "An election was held in Porto.",
        quote="Houve uma eleição no Porto.",
        topic="elections",
        attribution="said_something_else",
        outlet="Evening News",
        source="Election results",
    ),
    Told(
        "inflacion",
        "La inflación subyacente bajó en los países del sur.",
        headline="Las inflaciones de Europa",
        summary="Los precios.",
        language="es-MX",
        topic="prices",
    ),
    Told("inflacao", "As inflações caíram.", headline="Preços", summary="Os preços.", language="pt", topic="prices"),
    Told("tokyo", "東京の人口は増えた。", headline="人口", summary="統計", language="ja", topic="prices"),
    Told("arabic", "ارتفعت الأسعار في القاهرة", headline="الأسعار", summary="أرقام", language="ar", topic="prices"),
    Told("hidden", "The lighthouse was sold.", headline="A hidden verdict", state="suspended"),
    Told("gone", "The lighthouse was moved.", headline="A retracted verdict", state="retracted"),
    Told("hostile", "<script>alert(1)</script> {{ 7|add:7 }} \u202eleft", headline="<img src=x onerror=alert(2)>"),
    Told("title", "The bridge is closed.", source="The lighthouse keeper’s diary"),
    Told("summary", "The dam is safe.", summary="A lighthouse stands beside it."),
    Told("speaker", "The mill is old.", speaker="Lena Lighthouse"),
    Told("headline", "The road is long.", headline="No lighthouse by the road, and one by the sea: lighthouse"),
)

NEWEST_FIRST = tuple(one.slug for one in reversed(CLAIMS))

SEARCHES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("one word", "quay", ("crane",)),
    ("capitals and accents", "CAFÉ sao tome", ("crane",)),
    ("a number", "27,000", ("crane",)),
    ("an apostrophe", "school's", ("school",)),
    ("all words", "ferry late", ("ferry",)),
    ("the last word goes on", "ferr", ("school", "ferry")),
    ("only the last word goes on", "ferr late", ()),
    ("a phrase", '"second day"', ("ferry",)),
    ("a phrase keeps its order", '"day second"', ()),
    ("a phrase keeps to one text", '"year what"', ()),
    ("a phrase keeps to one field", '"says ana"', ()),
    ("a longer phrase", '"quay sold 27,000 cranes"', ("crane",)),
    ("pairs that stand apart are no phrase", '"what the register was"', ()),
    ("a phrase and a word that goes on", '"second day" ferr', ("ferry",)),
    ("exclusion", "ferry -late", ("school",)),
    ("exclusion of a phrase", 'ferry -"second day"', ("school",)),
    ("exclusion finds no longer words", "ferry -schoo", ("school", "ferry")),
    ("nothing but exclusion", '-"the" -register -o -a', ("arabic", "tokyo", "inflacao", "inflacion")),
    ("English stems", "governed election", ("governing",)),
    ("a longer word than its stem", "governmen", ("governing",)),
    ("a longer word in the summary", "gover", ("governing", "school")),
    ("Spanish stems", "inflaciones", ("inflacion",)),
    ("Spanish without accents", "inflacion", ("inflacion",)),
    ("Spanish plural", "pais", ("inflacion",)),
    ("Portuguese without accents", "inflacoes cair", ("inflacao", )),
    ("a quote in the original", "eleicao", ("election",)),
    ("signs without spaces", "人口", ("tokyo",)),
    ("signs in another order", "口人", ()),
    ("Arabic", "القاهرة", ("arabic",)),
    ("where it stands decides", "lighthouse", ("headline", "gone", "hidden", "speaker", "summary", "title")),
    ("words side by side first", "the ferry", ("school", "ferry")),
    ("a hidden verdict has no headline", "hidden", ()),
    ("a retracted verdict has no headline", "retracted", ()),
    ("markup is words", "script alert", ("hostile",)),
    ("nothing", "zzz", ()),
    ("a word in more fields", "elections", ("election", "governing")),
    ("a source title", '"election results"', ("election",)),
    ("operators are words", "ferry OR late", ()),
    ("NEAR is a word", "NEAR(ferry late)", ()),
    ("a column is a word", "headline_words:ferry", ()),
    ("stars are nothing", "ferry*", ("school", "ferry")),
)  # fmt: skip


def record_for(told: Told) -> v1.RevisionRecord:
    """The record of one of the shared claims."""
    record = with_verdict(a_record(), support=told.support, attribution=told.attribution)
    record = with_claim(
        record,
        slug=told.slug,
        statement=told.statement,
        language=told.language,
        parts=(),
        topics=(RecordTopic(told.topic, told.topic.capitalize()),),
        quote=replace(record.claim.quote, original=told.quote, translation=""),
    )
    attributed = record.chain[0]
    who = replace(attributed.who, id=an_id(told.speaker), name=told.speaker)
    outlet = RecordPublisher(an_id(told.outlet), told.outlet)
    cited = a_citation(source=a_source(id=an_id(told.source), title=told.source, publisher=None))
    printed = a_source(id=an_id(f"{told.outlet} {told.slug}"), title="In print", publisher=outlet)
    appearance = replace(record.appearances[0], source=printed)
    at = f"{told.day}T12:00:00Z"
    return replace(
        record,
        headline=told.headline,
        summary=told.summary,
        chain=(replace(attributed, who=who),),
        citations=(cited,),
        appearances=(appearance,),
        revision=replace(record.revision, published_at=at, first_published_at=at),
    )
