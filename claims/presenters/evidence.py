"""Chain, citations and appearances of a record, as the page draws them."""

from dataclasses import replace
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from claims.domain.record_parts import RecordCapture, RecordDate, RecordSource
from claims.domain.record_v1 import RecordAppearance, RecordCitation, RecordLink, RevisionRecord
from claims.domain.records import Removed
from claims.domain.scales import scale
from claims.models import CitationKind
from claims.presenters.dates import shown_date
from claims.presenters.excerpts import Mark
from claims.presenters.lines import joined, ours, theirs, told
from claims.presenters.parts import AppearanceView, ChainStep, CitationView, FindingView, Line, NoteView, PassageView
from claims.presenters.today import SourceToday, Today
from claims.presenters.verdicts import attribution_of, findings_of, standing_findings
from claims.presenters.wording import day, from_archive, sentence, short_digest, term
from sources.domain.ocr import USABLE_REASON

BEARS = {
    "who_said_it": gettext_noop("Bears on who said it"),
    "whether_it_is_so": "",
    "both": gettext_noop("Bears on who said it, and on whether it is so"),
}
SHOWN = {
    "shown": gettext_noop("shown by the sources"),
    "not_shown": gettext_noop("not shown by the sources"),
    "contradicted": gettext_noop("contradicted by the sources"),
}
PROTECTED_TITLE = gettext_noop("A source we cannot name")
UNCHANGED = SourceToday("", False)


def date_line(when: RecordDate, language: str) -> Line:
    """The date with its real precision, and as it was printed where that says something else."""
    shown = shown_date(when)
    is_told = bool(when.printed) and when.printed.casefold() not in (shown.casefold(), when.display.casefold())
    printed = told(_("printed as “{words}”"), language=language, words=when.printed) if is_told else ()
    return joined((ours(shown or _("undated")), printed))


def chain_of(record: RevisionRecord) -> tuple[ChainStep, ...]:
    """The chain from who said it to who printed it."""
    sources = [citation.source for citation in record.citations]
    sources += [appearance.source for appearance in record.appearances]
    known = {source.id for source in sources if source.id}
    return tuple(_step(link, record, known) for link in sorted(record.chain, key=lambda link: link.position))


def bare_chain_of(record: RevisionRecord) -> tuple[ChainStep, ...]:
    """The chain without what the reviewers answered on it, for a page whose verdict is hidden."""
    return tuple(replace(step, state="", shown="") for step in chain_of(record))


def _step(link: RecordLink, record: RevisionRecord, known_sources: set[str]) -> ChainStep:
    who, role, language = link.who, link.who.role, record.claim.language
    path = ""
    if who.kind == "speaker" and link.is_attributed and not who.is_private:
        path = f"/speakers/{who.id}/"
    elif who.kind == "source" and who.id in known_sources:
        path = f"/sources/{who.id}/"
    state, shown = _answer(link, record)
    return ChainStep(
        who=who.name,
        role=joined(theirs(part, language) for part in (role.title, role.organisation, role.place)) if role else (),
        how=joined((theirs(link.verb, language), date_line(link.date, language), theirs(link.place, language))),
        path=path,
        is_attributed=link.is_attributed,
        state=state,
        shown=shown,
    )


def _answer(link: RecordLink, record: RevisionRecord) -> tuple[str, str]:
    """How the step is drawn, and what is said of it."""
    if not link.is_attributed:
        drawn = {"not_shown": "not-shown", "contradicted": "contradicted"}
        return drawn.get(link.answer, ""), term(
            SHOWN.get(link.answer, gettext_noop("the reviewers differ on this step"))
        )
    attribution = attribution_of(record)
    code = attribution.code if attribution else ""
    is_borne_out = code in ("said_it", "own_words", "no_one_named")
    words = (
        attribution.text[:1].lower() + attribution.text[1:] if attribution else _("reviewers differ on who said it")
    )
    return "" if is_borne_out else "not-shown", words


def citation_of(citation: RecordCitation, record: RevisionRecord, today: Today) -> CitationView:
    """One citation with its findings, passages and the state of its source today."""
    source = citation.source
    state = today.sources.get(source.id, UNCHANGED)
    findings = findings_of(citation, scale(record.verdict.rubric))
    if source.protected or state.is_protected:
        reason = source.protected_reason if source.protected else state.protected_reason
        return _protected(citation, theirs(reason, record.claim.language), findings)
    capture = citation.capture
    archived = archived_path(source, capture, today)
    passages = _passages(citation, state, today, archived)
    return CitationView(
        title=source.title or source.url,
        path=f"/sources/{source.id}/",
        language=source.language,
        findings=findings,
        passages=passages,
        warnings=tuple(_reasons(citation, record.claim.language)),
        notes=_notes(citation, record.claim.language),
        archived_path=passages[0].path if passages and archived else archived,
        live_url=source.url if source.kind == "web" and source.url.startswith(("http://", "https://")) else "",
        facts=_facts(citation, source, capture, today),
        today=state.sentence,
        is_changed=state.is_changed,
        is_withdrawn=citation.withdrawn is not None,
        sha256=short_digest(capture.body_sha256) if capture else "",
        file_path=f"{archived}copy.wacz" if archived and state.rights == "full" and _has_file(capture) else "",
    )


def _has_file(capture: RecordCapture | None) -> bool:
    return capture is not None and bool(capture.warc_sha256)


def archived_path(source: RecordSource, capture: RecordCapture | None, today: Today) -> str:
    """Where our copy is read; empty where there is none any more."""
    if capture is None or not source.id or capture.id in today.removed_captures:
        return ""
    return f"/sources/{source.id}/captures/{capture.id}/"


def _notes(citation: RecordCitation, language: str) -> tuple[NoteView, ...]:
    """What reviewers and editor remark on this source, each under a letter and part; the same words once."""
    notes: dict[tuple[str, str], NoteView] = {}
    for finding in standing_findings(citation):
        if finding.note:
            note = NoteView(_whose(finding.letter, finding.part), finding.note, language)
            notes.setdefault((finding.letter, finding.note), note)
    for passage in citation.passages:
        if passage.note:
            chooser = _("Editor") if passage.chosen_by == "editor" else passage.chosen_by
            note = NoteView(_whose(chooser, passage.part), passage.note, language)
            notes.setdefault((chooser, passage.note), note)
    return tuple(notes.values())


def _whose(who: str, part: str) -> str:
    return _("{who} on part {part}").format(who=who, part=part) if part else who


def _protected(citation: RecordCitation, reason: Line, findings: tuple[FindingView, ...]) -> CitationView:
    return CitationView(
        title=term(PROTECTED_TITLE),
        path="",
        language="",
        findings=findings,
        passages=(),
        warnings=(reason,) if reason else (),
        notes=(),
        archived_path="",
        live_url="",
        facts=(),
        today="",
        is_changed=False,
        is_withdrawn=citation.withdrawn is not None,
        sha256="",
    )


def _passages(citation: RecordCitation, state: SourceToday, today: Today, archived: str) -> tuple[PassageView, ...]:
    """Each passage once, wherever several reviewers chose it; none where only the digest may be shown."""
    if state.rights == "digest" or citation.source.rights == "digest":
        return ()
    seen: dict[tuple[int, int, str], PassageView] = {}
    for passage in citation.passages:
        is_removed = isinstance(passage.exact, Removed)
        view = PassageView(
            exact=passage.exact,
            before="" if is_removed else _tail(passage.prefix),
            after="" if is_removed else _head(passage.suffix),
            path=f"{archived}#{Mark(passage.start, passage.end).anchor}" if archived else "",
            today=today.passages.get(passage.id, ""),
        )
        seen.setdefault((passage.start, passage.end, passage.text_sha256), view)
    return tuple(seen.values())


def _tail(prefix: str) -> str:
    """The end of the words before, from the start of a paragraph or word on."""
    words = prefix.rsplit("\n\n", 1)[-1]
    return f"… {words.split(' ', 1)[1]}" if words == prefix and " " in words.strip() and len(prefix) >= 30 else words


def _head(suffix: str) -> str:
    """The beginning of the words after, up to the end of a paragraph or word."""
    words = suffix.split("\n\n", 1)[0]
    return f"{words.rsplit(' ', 1)[0]} …" if words == suffix and " " in words.strip() and len(suffix) >= 30 else words


def _reasons(citation: RecordCitation, language: str) -> list[Line]:
    reasons = []
    if citation.withdrawn:
        withdrawn, on = citation.withdrawn, {"day": day(date.fromisoformat(citation.withdrawn.on))}
        sentence_of = _("Withdrawn on {day}: {reason}")
        reasons.append(told(sentence_of, language=language, of_ours=on, reason=withdrawn.reason))
    if citation.unobtainable_reason:
        sentence_of = _("No readable copy could be had: {reason}")
        reasons.append(told(sentence_of, language=language, reason=citation.unobtainable_reason))
    elif citation.capture and citation.capture.usability not in ("", "usable"):
        sentence_of, reason = _("Our copy is not readable evidence: {reason}"), citation.capture.usability_reason
        if kept := from_archive(reason):
            reasons.append(told(sentence_of, language=language, of_ours={"reason": kept}))
        else:
            reasons.append(told(sentence_of, language=language, reason=reason))
    elif citation.capture and str(citation.capture.usability_reason).startswith(USABLE_REASON):
        reasons.append(ours(_("The text of our copy was read by OCR from its picture and may be wrong.")))
    return reasons


def _facts(
    citation: RecordCitation, source: RecordSource, capture: RecordCapture | None, today: Today
) -> tuple[str, ...]:
    kind = sentence(term(CitationKind(citation.kind).label)) if citation.kind in CitationKind.values else ""
    facts = [kind, term(BEARS.get(citation.bears_on, ""))]
    if citation.is_repetition:
        facts.append(_("Only repeats what is claimed"))
    if source.publisher:
        facts.append(source.publisher.name)
    if dated := shown_date(source.published):
        facts.append(_("Dated {date}").format(date=dated))
    if capture and capture.id in today.removed_captures:
        facts.append(_("Our copy was removed"))
    elif capture and capture.captured_at:
        facts.append(_captured(capture))
    return tuple(fact for fact in facts if fact)


def _captured(capture: RecordCapture) -> str:
    on = day(capture.captured_at)
    return _("Captured {day}, {how}").format(day=on, how=term(capture.custody)) if capture.custody else on


def appearance_of(appearance: RecordAppearance, today: Today, site_url: str, language: str) -> AppearanceView:
    """Where the claim, written in ``language``, appeared; of a protected source only that it cannot be named."""
    source = appearance.source
    state = today.sources.get(source.id, UNCHANGED)
    if source.protected or state.is_protected:
        reason = source.protected_reason if source.protected else state.protected_reason
        return AppearanceView(term(PROTECTED_TITLE), "", "", "", tuple(filter(None, [theirs(reason, language)])))
    path = f"/sources/{source.id}/"
    url = source.url if source.url.startswith(("http://", "https://")) else f"{site_url}{path}"
    return AppearanceView(
        title=source.title or source.url,
        path=path,
        url=url,
        wording=appearance.wording,
        article_path=f"/articles/{source.id}/",
        language=source.language,
        facts=tuple(filter(None, _printed(appearance, language))),
    )


def _printed(appearance: RecordAppearance, language: str) -> list[Line]:
    """Who printed it, where in it, when, and our copy or why there is none. Names are of no language."""
    source, capture = appearance.source, appearance.capture
    facts = [ours(source.publisher.name if source.publisher else ""), ours(source.author)]
    facts += [theirs(appearance.locator, language), ours(shown_date(source.published))]
    if capture is None and appearance.why_no_capture:
        facts.append(told(_("No archived copy: {reason}"), language=language, reason=appearance.why_no_capture))
    elif capture and capture.captured_at:
        facts.append(ours(_captured(capture)))
    return facts


def origins_of(record: RevisionRecord) -> Line:
    """How many sources are cited and how many origins they go back to, and why that had to do."""
    count, origins = len(record.citations), record.independent_origins
    sources = ngettext("{count} source cited", "{count} sources cited", count).format(count=count)
    independent = ngettext("{count} independent origin", "{count} independent origins", origins).format(count=origins)
    reason = theirs(record.single_origin_reason, record.claim.language)
    return joined((ours(f"{sources}, {independent}."), reason), " ")
