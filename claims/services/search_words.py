"""By which words and values a published claim is found, from its veiled record and its public row."""

from dataclasses import asdict, dataclass

from claims.domain.record_v1 import RevisionRecord
from claims.models import PublicClaim, PublicWords
from claims.search.facets import facet_line
from claims.search.words import language_of, tokens_of


@dataclass(frozen=True)
class SearchWords:
    """The columns of :class:`~claims.models.PublicWords`."""

    headline_words: str
    quote_words: str
    summary_words: str
    title_words: str
    facets: str

    def is_in(self, row: PublicWords) -> bool:
        """Whether ``row`` says the same."""
        return all(getattr(row, name) == value for name, value in asdict(self).items())


def words_of_record(record: RevisionRecord, row: PublicClaim) -> SearchWords:
    """The words of ``record``; its verdict's words, and its verdict, only while they stand on the page."""
    is_up = row.state == "up"
    language = language_of(record.claim.language)
    claim = record.claim
    quoted = (
        claim.quote.original,
        claim.quote.translation,
        *(part.text for part in claim.parts),
        *(link.who.name for link in record.chain),
    )
    used = [*(one.source for one in record.citations), *(one.source for one in record.appearances)]
    titles = (source.title for source in used if not source.protected)
    return SearchWords(
        headline_words=tokens_of((claim.statement, record.headline if is_up else ""), language),
        quote_words=tokens_of(quoted, language),
        summary_words=tokens_of((record.summary if is_up else "", *(topic.name for topic in claim.topics)), language),
        title_words=tokens_of(dict.fromkeys(titles), language),
        facets=facet_line(_facets(record, row)),
    )


def _facets(record: RevisionRecord, row: PublicClaim) -> list[tuple[str, str]]:
    """A speaker is one only where the words stand established as theirs (DESIGN.md 5.13), and has a page."""
    verdict = record.verdict
    month = row.first_published_at.strftime("%Y-%m")
    values = [("date", month[:4]), ("date", month), *(("topic", topic.slug) for topic in record.claim.topics)]
    if row.state == "up" and verdict.support:
        values.append(("support", verdict.support))
    for citation in record.citations:
        if not citation.source.protected:
            values.append(("source", citation.source.id))
    for appearance in record.appearances:
        if not appearance.source.protected and appearance.source.publisher:
            values.append(("outlet", appearance.source.publisher.id))
    who = record.attributed_link.who
    if who.kind == "speaker" and not who.is_private:
        is_established = row.state == "up" and verdict.shared_attribution == "said_it"
        values.append(("speaker" if is_established else "attributed", who.id))
    return values
