"""The evidence of a record: appearances and citations, with copies, passages and findings."""

from dataclasses import dataclass, field

from django.utils import timezone

from claims.domain import dossier_v1, record_v1
from claims.domain.record_parts import RecordPassage, RecordPublisher, RecordSource, protected_source
from claims.models import Finding, Pin, RatingStage, RevisionKind, Round, Writeup
from claims.services.lettering import letters_of
from claims.services.redacting import left_out_of, redacted
from sources.models import Source


@dataclass
class EvidenceWriter:
    """Writes the evidence of one record; reads pins and findings of its round once."""

    round_: Round
    sources: dict[str, Source]
    writeup: Writeup
    previous: record_v1.RevisionRecord | None
    letters: dict[int, str] = field(init=False)
    pins: dict[str, list[Pin]] = field(init=False)
    findings: dict[str, list[Finding]] = field(init=False)
    redactions: dict[int, list[str]] = field(init=False)

    def __post_init__(self) -> None:
        """Read what the raters chose and found."""
        self.letters = letters_of(self.round_)
        self.pins, self.findings, self.redactions = {}, {}, left_out_of(self.round_)
        for pin in self.round_.pins.select_related("passage").order_by("pk"):
            if pin.person_id in self.letters:
                self.pins.setdefault(str(pin.citation_id), []).append(pin)
        for rating in self.round_.ratings.prefetch_related("findings"):
            if rating.stage == RatingStage.ADJUDICATOR:
                continue
            for finding in rating.findings.all():
                self.findings.setdefault(str(finding.citation_id), []).append(finding)

    def appearance(self, frozen: dossier_v1.DossierAppearance) -> record_v1.RecordAppearance:
        """One appearance as the record shows it; of a protected source only that it is one."""
        source = self._source(frozen.source)
        shown = not source.protected
        return record_v1.RecordAppearance(
            id=frozen.id,
            source=source,
            wording=frozen.wording if shown else "",
            locator=frozen.locator if shown else "",
            capture=frozen.capture if shown else None,
            why_no_capture=frozen.why_no_capture if shown else "",
        )

    def citation(self, frozen: dossier_v1.DossierCitation) -> record_v1.RecordCitation:
        """One citation as the record shows it."""
        source = self._source(frozen.source)
        shown = not source.protected
        return record_v1.RecordCitation(
            id=frozen.id,
            number=frozen.number,
            kind=frozen.kind,
            bears_on=frozen.bears_on,
            is_repetition=frozen.is_repetition,
            part=frozen.part,
            origin=frozen.origin if shown else "",
            note=frozen.note if shown else "",
            url_typed=frozen.url_typed if shown else "",
            unobtainable_reason=frozen.unobtainable_reason if shown else "",
            source=source,
            capture=frozen.capture if shown else None,
            passages=(*frozen.passages, *self._pinned(frozen.id)) if shown else (),
            findings=tuple(self._finding(finding, shown) for finding in self._ordered(frozen.id)),
            withdrawn=self._withdrawal(frozen.id, shown),
        )

    def _source(self, frozen: dossier_v1.DossierSource) -> RecordSource:
        live = self.sources[frozen.id]
        if live.is_protected:
            return protected_source(live.protected_reason)
        publisher = live.publisher
        return RecordSource(
            id=frozen.id,
            kind=frozen.kind,
            title=frozen.title,
            url=frozen.url,
            publisher=RecordPublisher(id=str(publisher.public_id), name=publisher.name) if publisher else None,
            author=frozen.author,
            published=frozen.published,
            language=live.language,
            description=frozen.description,
            rights=live.rights,
            is_demonstration=frozen.is_demonstration,
        )

    def _pinned(self, citation_id: str) -> list[RecordPassage]:
        passages = [
            RecordPassage(
                id=str(pin.passage.public_id),
                exact=pin.passage.exact,
                prefix=pin.passage.prefix,
                suffix=pin.passage.suffix,
                start=pin.passage.start,
                end=pin.passage.end,
                text_sha256=pin.passage.text_sha256,
                chosen_by=self.letters[pin.person_id],
                part=pin.part,
                note=redacted(pin.note, self.redactions.get(pin.person_id, [])),
            )
            for pin in self.pins.get(citation_id, [])
        ]
        return sorted(passages, key=lambda passage: (passage.chosen_by, passage.start))

    def _ordered(self, citation_id: str) -> list[Finding]:
        stages = list(RatingStage)
        return sorted(
            self.findings.get(citation_id, []),
            key=lambda row: (
                self.letters[row.rating.person_id],
                stages.index(RatingStage(row.rating.stage)),
                row.part,
            ),
        )

    def _finding(self, finding: Finding, shown: bool) -> record_v1.RecordFinding:
        note = redacted(finding.note, self.redactions.get(finding.rating.person_id, [])) if shown else ""
        return record_v1.RecordFinding(
            letter=self.letters[finding.rating.person_id],
            stage=finding.rating.stage,
            part=finding.part,
            answer=finding.answer,
            note=note,
        )

    def _withdrawal(self, citation_id: str, shown: bool) -> record_v1.RecordWithdrawal | None:
        """Struck through now, or by an earlier revision of the same round."""
        struck = self.writeup.withdrawn_citation
        if struck is not None and str(struck.public_id) == citation_id:
            reason = self.writeup.note if shown else "The source was withdrawn."
            return record_v1.RecordWithdrawal(reason=reason, on=timezone.localdate().isoformat())
        if self.previous is None or self.writeup.kind == RevisionKind.CHANGED_VERDICT:
            return None
        return next((item.withdrawn for item in self.previous.citations if item.id == citation_id), None)
