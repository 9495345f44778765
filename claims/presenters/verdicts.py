"""The verdict block and the reviewers' table, from a record."""

from collections.abc import Iterable
from dataclasses import replace

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from claims.domain.record_v1 import RecordCitation, RecordFinding, RecordRating, RevisionRecord
from claims.domain.scales import Scale, scale
from claims.presenters.labels import REVIEWERS_DIFFER, places_on, spoken, verdict_words, view_of
from claims.presenters.lines import joined, ours, theirs
from claims.presenters.parts import Fact, FindingView, LabelView, Line, PartView, RatingRow, Verdict
from claims.presenters.wording import day, listed, sentence, term

NUMBERS = (
    gettext_noop("no"),
    gettext_noop("one"),
    gettext_noop("two"),
    gettext_noop("three"),
    gettext_noop("four"),
    gettext_noop("five"),
    gettext_noop("six"),
    gettext_noop("seven"),
    gettext_noop("eight"),
    gettext_noop("nine"),
)
HOW = {
    "agreed": gettext_noop("agreed, each rating blind"),
    "agreed_after_discussion": gettext_noop("agreed after discussion"),
    "adjudicated": gettext_noop("differed, settled by an adjudicator"),
    "reviewers_differ": gettext_noop("who differ"),
}


def label_of(record: RevisionRecord) -> LabelView:
    """The verdict's label, or that reviewers differ."""
    if not record.verdict.support:
        return spoken(REVIEWERS_DIFFER)
    return view_of(scale(record.verdict.rubric).support_label(record.verdict.support))


def verdict_of(record: RevisionRecord) -> Verdict:
    """The verdict block."""
    rubric = scale(record.verdict.rubric)
    label = label_of(record)
    return Verdict(
        label=label,
        words=verdict_words(label, is_demonstration=record.claim.demonstration),
        scale=places_on(rubric, record.verdict.support),
        off_scale=_("This answer stands off the scale from contradicted to supported and carries no number."),
        facts=_facts(record, rubric),
        parts=tuple(_part(part.letter, part.text, record, rubric) for part in record.claim.parts),
    )


def attribution_of(record: RevisionRecord) -> LabelView | None:
    """The answer to “did they say it”, or ``None`` where reviewers differ on it."""
    code = record.verdict.shared_attribution
    return view_of(scale(record.verdict.rubric).attribution_label(code)) if code else None


def rated_by(record: RevisionRecord) -> str:
    """How many reviewers, and how they came to it."""
    verdict = record.verdict
    count = term(NUMBERS[verdict.raters]) if verdict.raters < len(NUMBERS) else str(verdict.raters)
    if verdict.raters == 1:
        words = _("One reviewer")
    else:
        words = _("{count} reviewers, {how}").format(count=sentence(count), how=term(HOW[verdict.how]))
    again = _("{reviewers}, re-rated by the same reviewers")
    return again.format(reviewers=words) if verdict.re_rated_by_same_reviewers else words


def _facts(record: RevisionRecord, rubric: Scale) -> tuple[Fact, ...]:
    verdict = record.verdict
    is_speaker = record.attributed_link.who.kind == "speaker"
    question = _("Did they say it?") if is_speaker else _("Whose words are these?")
    attribution = attribution_of(record)
    said = (
        Fact(question, attribution.text, attribution.shape) if attribution else Fact(question, _("Reviewers differ"))
    )
    facts = [said]
    if verdict.confidence:
        facts.append(Fact(_("Confidence"), term(rubric.confidence_label(verdict.confidence).label)))
    for labels in verdict.differing:
        who = ngettext("Reviewer {letters}", "Reviewers {letters}", len(labels.letters))
        who = who.format(letters=listed(list(labels.letters)))
        answer = term(rubric.attribution_label(labels.attribution).label)
        support = term(rubric.support_label(labels.support).label)
        facts.append(Fact(who, f"{support}. {answer}."))
    facts.append(Fact(_("Rated by"), rated_by(record)))
    facts.append(Fact(_("Revision"), f"{record.revision.number}, {day(record.revision.published_at)}"))
    return tuple(facts)


def standing_findings(citation: RecordCitation) -> list[RecordFinding]:
    """The findings that stand: of each reviewer and part the later stage."""
    newest: dict[tuple[str, str], RecordFinding] = {}
    for finding in citation.findings:
        key = (finding.letter, finding.part)
        if key not in newest or finding.stage != "first":
            newest[key] = finding
    return list(newest.values())


def findings_of(citation: RecordCitation, rubric: Scale) -> tuple[FindingView, ...]:
    """One line a part where all reviewers answer alike, else one an answer with the letters who gave it."""
    answers: dict[str, dict[str, list[str]]] = {}
    for finding in standing_findings(citation):
        answers.setdefault(finding.part, {}).setdefault(finding.answer, []).append(finding.letter)
    lines = []
    for part, given in sorted(answers.items()):
        for answer, letters in given.items():
            label = view_of(rubric.finding_label(answer))
            by = "" if len(given) == 1 else f" ({listed(sorted(filter(None, letters)))})"
            lines.append(FindingView(label, _on_part(label, part) + by))
    return tuple(lines)


def _on_part(label: LabelView, part: str) -> str:
    if not part:
        return label.text
    if label.code in ("silent", "could_not_be_read"):
        return _("{finding} on part {part}").format(finding=label.text, part=part)
    return _("{finding} part {part}").format(finding=label.text, part=part)


def _say(answer: str, count: int) -> str:
    lines = {
        "supports": ngettext("{count} source supports", "{count} sources support", count),
        "partly_supports": ngettext("{count} source partly supports", "{count} sources partly support", count),
        "contradicts": ngettext("{count} source contradicts", "{count} sources contradict", count),
        "silent": ngettext("{count} source is silent", "{count} sources are silent", count),
        "could_not_be_read": ngettext("{count} source could not be read", "{count} sources could not be read", count),
    }
    return lines[answer].format(count=count)


def _part(letter: str, text: str, record: RevisionRecord, rubric: Scale) -> PartView:
    """A part with what the sources say on it, and the shape of their answer where it is one."""
    counts, differing = _counts_on(letter, record.citations)
    lines = [_say(answer, count) for answer, count in counts.items()]
    if differing:
        on = ngettext("the reviewers differ on {count} source", "the reviewers differ on {count} sources", differing)
        lines.append(on.format(count=differing))
    found = sentence(listed(lines)) + "." if lines else ""
    if differing or len(counts) != 1:
        return PartView(letter, text, found)
    label = view_of(rubric.finding_label(next(iter(counts))))
    return PartView(letter, text, found, label.shape, label.tone)


def _counts_on(letter: str, citations: Iterable[RecordCitation]) -> tuple[dict[str, int], int]:
    """How many sources say what on one part, where all reviewers read them alike, and on how many they differ."""
    counts: dict[str, int] = {}
    differing = 0
    for citation in citations:
        given = {finding.answer for finding in standing_findings(citation) if finding.part == letter}
        if citation.withdrawn is None and len(given) == 1:
            answer = given.pop()
            counts[answer] = counts.get(answer, 0) + 1
        elif citation.withdrawn is None and given:
            differing += 1
    return counts, differing


def rating_rows(record: RevisionRecord) -> tuple[RatingRow, ...]:
    """Each rating under its letter, first ratings kept beside what was changed after the discussion.

    Reasons that a second rating repeats word for word stand once.
    """
    rubric = scale(record.verdict.rubric)
    again = {rating.letter for rating in record.ratings if rating.stage != "first"}
    rows = []
    first: dict[str, str] = {}
    for rating in record.ratings:
        row = _row(rating, rubric, _who(rating, again))
        is_repeated = rating.stage != "first" and first.get(rating.letter) == rating.reasons
        rows.append(replace(row, reasons="") if is_repeated else row)
        first.setdefault(rating.letter, rating.reasons)
    if record.adjudication and record.adjudication.blind:
        rows.append(_row(record.adjudication.blind, rubric, _("Adjudicator, blind")))
    return tuple(rows)


def _who(rating: RecordRating, again: set[str]) -> str:
    if rating.stage != "first":
        return _("{letter}, after discussion").format(letter=rating.letter)
    return _("{letter}, first").format(letter=rating.letter) if rating.letter in again else rating.letter


def _row(rating: RecordRating, rubric: Scale, who: str) -> RatingRow:
    return RatingRow(
        who=who,
        attribution=term(rubric.attribution_label(rating.attribution).label),
        support=term(rubric.support_label(rating.support).label),
        confidence=term(rubric.confidence_label(rating.confidence).label),
        reasons=rating.reasons,
        change_reason=rating.change_reason,
    )


def settlement_of(record: RevisionRecord) -> Line:
    """The adjudicator's decision and reasons, or nothing."""
    settled = record.adjudication
    if settled is None:
        return ()
    how = {
        "for_one": _("The adjudicator decided for reviewer {letter}.").format(letter=settled.chosen),
        "own": _("The adjudicator decided for an answer of their own."),
        "differ": _("The adjudicator left both answers standing."),
    }[settled.kind]
    return joined((ours(how), theirs(settled.reasons, record.claim.language)), " ")
