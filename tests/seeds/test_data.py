"""The data of the seeds: complete, honest about what it is, and true to the documents that it quotes."""

from functools import cache
from pathlib import Path

import pytest

from claims.domain.edtf import parse
from claims.domain.headlines import contradicts
from claims.domain.scales import automatic_attribution, current
from claims.models import Bearing, RelationKind, SpeakerKind
from seeds.documents_server import DOCUMENTS
from seeds.runner.plan import ClaimPlan, FindingPlan, RatingPlan
from seeds.runner.reading import read_plan
from sources.extractors.protocol import Hints
from sources.extractors.registry import extractor_for

PLAN = read_plan()
ARTICLE = [claim for claim in PLAN.claims.values() if claim.number <= 22]
INVENTED = [claim for claim in PLAN.claims.values() if claim.number > 22]
PUBLISHED_OF_THE_ARTICLE = {3, 4, 6, 7, 8, 14, 17, 22}
NOTHING_BUT_A_REPETITION = {4, 14, 17}
DOCUMENT_FILES = sorted(path for path in DOCUMENTS.rglob("*") if path.suffix in (".html", ".pdf"))


@cache
def text_of(path: Path) -> str:
    """The words of a document, as the archive's own extractor reads them."""
    media_type = "application/pdf" if path.suffix == ".pdf" else "text/html"
    extractor = extractor_for(media_type)
    assert extractor is not None
    read = extractor.extract(path.read_bytes(), Hints(media_type=media_type, declared=f"{media_type}; charset=utf-8"))
    assert read.is_ok
    return read.text


def findings() -> list[tuple[int, str, FindingPlan]]:
    rows = []
    for number, review in PLAN.reviews.items():
        ratings = dict(review.ratings)
        if review.adjudication:
            ratings["adjudicator"] = review.adjudication.blind
        rows += [(number, who, finding) for who, rating in ratings.items() for finding in rating.findings]
    return rows


def test_all_22_rows_of_the_article_are_there() -> None:
    assert sorted(claim.number for claim in ARTICLE) == list(range(1, 23))


@pytest.mark.parametrize("claim", PLAN.claims.values(), ids=lambda claim: claim.key)
def test_exactly_one_link_is_attributed_and_each_names_one_who(claim: ClaimPlan) -> None:
    assert sum(link.is_attributed for link in claim.links) == 1
    for link in claim.links:
        assert sum(bool(who) for who in (link.speaker, link.source, link.unnamed)) == 1
        assert not link.speaker or link.speaker in PLAN.speakers
        assert not link.source or link.source in {**PLAN.works, **PLAN.documents}
        if link.role:
            assert link.role in {role.key for role in PLAN.speakers[link.speaker].roles}


@pytest.mark.parametrize("claim", PLAN.claims.values(), ids=lambda claim: claim.key)
def test_every_date_is_one(claim: ClaimPlan) -> None:
    for link in claim.links:
        assert not link.date or parse(link.date)


@pytest.mark.parametrize("claim", PLAN.claims.values(), ids=lambda claim: claim.key)
def test_codes_and_keys_are_known(claim: ClaimPlan) -> None:
    for citation in claim.citations:
        assert citation.document in PLAN.documents
        assert citation.bears_on in Bearing.values
        assert not citation.is_repetition or citation.bears_on == Bearing.WHO_SAID_IT
    assert {relation.kind for relation in claim.relations} <= set(RelationKind.values)
    assert set(claim.leads) <= set(PLAN.leads)


def test_row_19_qualifies_1_17_and_18() -> None:
    assert {(row.kind, row.other) for row in PLAN.claims[19].relations} == {
        ("qualifies", 1),
        ("qualifies", 17),
        ("qualifies", 18),
    }


def test_speakers_are_persons_or_organisations_and_no_outlet_voice() -> None:
    assert {speaker.kind for speaker in PLAN.speakers.values()} <= set(SpeakerKind.values)
    assert not {"article", "official statistics"} & set(PLAN.speakers)


def test_at_least_twelve_claims_of_the_article_cite_a_demonstration_document() -> None:
    assert len([claim for claim in ARTICLE if claim.citations]) >= 12


@pytest.mark.parametrize("path", DOCUMENT_FILES, ids=lambda path: path.name)
def test_every_document_says_on_its_face_what_it_is(path: Path) -> None:
    text = text_of(path)
    assert text.count("Demonstration document") >= 2
    assert "It is a summary" in text
    assert "public record" in text
    if path.is_relative_to(DOCUMENTS / "quillhaven"):
        assert "no real place or body is meant" in text


def test_at_least_two_documents_are_small_pdfs() -> None:
    files = [path for path in DOCUMENT_FILES if path.suffix == ".pdf"]
    assert len(files) >= 2
    assert all(path.stat().st_size < 100_000 for path in files)


def test_every_document_of_the_data_is_in_the_folder_and_the_other_way_round() -> None:
    named = {DOCUMENTS / document.file for document in PLAN.documents.values()}
    assert named | {DOCUMENTS / "quillhaven" / "ferry-then.html"} == set(DOCUMENT_FILES)


@pytest.mark.parametrize(
    ("number", "finding"),
    [pytest.param(number, row, id=f"{number}-{who}-{row.document}-{row.part}") for number, who, row in findings()],
)
def test_every_passage_has_the_exact_words_of_its_document(number: int, finding: FindingPlan) -> None:
    assert finding.document in {citation.document for citation in PLAN.claims[number].citations}
    assert text_of(DOCUMENTS / PLAN.documents[finding.document].file).count(finding.passage) == 1


def ratings() -> list[tuple[str, ClaimPlan, RatingPlan]]:
    rows = []
    for number, review in PLAN.reviews.items():
        answers = dict(review.ratings)
        if review.adjudication:
            answers["adjudicator"] = review.adjudication.blind
        rows += [(f"{number}-{who}", PLAN.claims[number], rating) for who, rating in answers.items()]
    return rows


@pytest.mark.parametrize(
    ("claim", "rating"), [pytest.param(claim, rating, id=name) for name, claim, rating in ratings()]
)
def test_every_rating_is_whole_and_in_the_words_of_the_rubric(claim: ClaimPlan, rating: RatingPlan) -> None:
    scale = current()
    kind = "speaker" if claim.attributed.speaker else "source" if claim.attributed.source else "unnamed"
    if automatic_attribution(kind):
        assert rating.attribution == ""
    else:
        assert rating.attribution in {label.code for label in scale.rateable_attribution}
    assert scale.support_label(rating.support)
    assert scale.confidence_label(rating.confidence)
    letters = [letter for letter, _ in claim.parts] or [""]
    wanted = {(citation.document, letter) for citation in claim.citations for letter in letters}
    assert {(row.document, row.part) for row in rating.findings} == wanted
    others = {position for position, link in enumerate(claim.links, start=1) if not link.is_attributed}
    assert {position for position, _ in rating.links} == others


def test_only_the_allowed_claims_about_real_people_and_bodies_are_published() -> None:
    assert {claim.number for claim in ARTICLE if claim.stage == "published"} == PUBLISHED_OF_THE_ARTICLE


@pytest.mark.parametrize("number", sorted(NOTHING_BUT_A_REPETITION))
def test_a_repetition_establishes_nothing(number: int) -> None:
    assert all(citation.is_repetition for citation in PLAN.claims[number].citations)
    for rating in PLAN.reviews[number].ratings.values():
        assert (rating.attribution, rating.support) == ("cannot_be_established", "not_enough_evidence")


def test_the_judgement_is_not_checkable() -> None:
    assert {rating.support for rating in PLAN.reviews[3].ratings.values()} == {"not_checkable"}


def test_no_text_contradicts_the_labels_it_goes_up_under() -> None:
    for number, review in PLAN.reviews.items():
        if review.text is None or review.adjudication is not None or review.discussion:
            continue
        rating = next(iter(review.ratings.values()))
        fault = contradicts(
            attribution=rating.attribution or "own_words",
            support=rating.support,
            headline=review.text.headline,
            summary=review.text.summary,
        )
        assert fault is None, f"{number}: {fault}"


def test_trouble_is_shown_on_the_invented_article_only() -> None:
    assert {claim.scene for claim in INVENTED} == {
        "agreed after discussion",
        "settled by adjudication",
        "reviewers differ",
        "corrected",
        "source changed",
        "source gone",
        "two sources of one origin",
        "a redirect",
        "suspended",
        "retracted",
        "withdrawn",
    }
    assert not any(claim.scene for claim in ARTICLE)
    assert not any(PLAN.reviews[claim.number].after for claim in ARTICLE if claim.number in PLAN.reviews)


def test_everything_invented_says_so() -> None:
    for claim in INVENTED:
        for link in claim.links:
            assert not link.speaker or "(invented)" in PLAN.speakers[link.speaker].name
            assert not link.source or "invented" in PLAN.documents[link.source].title
        assert all("invented" in PLAN.documents[citation.document].title for citation in claim.citations)
