"""What pages, feeds and answers are made of. Frozen, finished, in words for people."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Run:
    """Words of a line; ``language`` is empty where they are ours, in the language of the page."""

    text: str
    language: str = ""


Line = tuple[Run, ...]
"""A line as ``claims.presenters.lines`` makes it."""


@dataclass(frozen=True)
class LabelView:
    """A label of the scale as it is drawn: word, meaning, shape (a symbol of the sprite) and tone (a class)."""

    code: str
    text: str
    means: str
    shape: str
    tone: str


@dataclass(frozen=True)
class ScalePlace:
    """One place on the scale of support."""

    text: str
    is_current: bool


@dataclass(frozen=True)
class Fact:
    """A name and what is so."""

    name: str
    text: str
    shape: str = ""


@dataclass(frozen=True)
class PartView:
    """A lettered part of the claim, and what the sources say on it; drawn where they all say the same."""

    letter: str
    text: str
    found: str = ""
    shape: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Verdict:
    """The verdict block. ``scale`` is empty for a label that stands off the scale, and ``off_scale`` says so."""

    label: LabelView
    words: str
    scale: tuple[ScalePlace, ...]
    off_scale: str
    facts: tuple[Fact, ...]
    parts: tuple[PartView, ...]


@dataclass(frozen=True)
class ChainStep:
    """One link. ``state`` is ``not-shown`` or ``contradicted`` where the sources do not bear it out, else empty."""

    who: str
    role: Line
    how: Line
    path: str
    is_attributed: bool
    state: str
    shown: str


@dataclass(frozen=True)
class FindingView:
    """What one source says on the claim, or on one part of it."""

    label: LabelView
    words: str


@dataclass(frozen=True)
class PassageView:
    """Words of an archived text with what stands around them.

    ``path`` leads to them in our copy, ``today`` tells what became of them since.
    """

    exact: str
    before: str
    after: str
    path: str = ""
    today: str = ""


@dataclass(frozen=True)
class NoteView:
    """A short remark on a source, whose and on which part it is, and the language it is written in."""

    who: str
    text: str
    language: str = ""


@dataclass(frozen=True)
class CitationView:
    """One source cited, as the page shows it. ``file_path`` is where readers may download its copy, if they may."""

    title: str
    path: str
    language: str
    findings: tuple[FindingView, ...]
    passages: tuple[PassageView, ...]
    warnings: tuple[Line, ...]
    notes: tuple[NoteView, ...]
    archived_path: str
    live_url: str
    facts: tuple[str, ...]
    today: str
    is_changed: bool
    is_withdrawn: bool
    sha256: str
    file_path: str = ""


@dataclass(frozen=True)
class RatingRow:
    """One rating, under its letter."""

    who: str
    attribution: str
    support: str
    confidence: str
    reasons: str
    change_reason: str


@dataclass(frozen=True)
class HistoryEntry:
    """A dated line of the page's history; ``language`` is that of ``text``, empty where it is the page's."""

    iso: str
    day: str
    title: str
    text: str
    language: str = ""


@dataclass(frozen=True)
class Banner:
    """A line at the top of the page that nobody should miss.

    ``lead`` is in the language of the page, ``text`` after it in ``language``.
    """

    title: str
    day: str
    text: str
    is_grave: bool
    language: str = ""
    lead: str = ""


@dataclass(frozen=True)
class AppearanceView:
    """A source in which the claim was printed or made; ``article_path`` leads to all its claims."""

    title: str
    path: str
    url: str
    wording: str
    facts: tuple[Line, ...]
    article_path: str = ""
    language: str = ""


@dataclass(frozen=True)
class RelatedClaim:
    """Another published claim and how it relates."""

    statement: str
    path: str
    how: str
    language: str = ""


@dataclass(frozen=True)
class TopicView:
    """A topic and its list."""

    name: str
    slug: str

    @property
    def path(self) -> str:
        """Where its claims are listed."""
        return f"/topics/{self.slug}/"


@dataclass(frozen=True)
class CiteStyle:
    """How to cite the page in one style."""

    name: str
    text: str
