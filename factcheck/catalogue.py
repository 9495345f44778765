"""What readers' pages say that can be translated: gathered from templates, code, and the tables of words.

Django's ``makemessages`` sees only what is called by ``gettext``. The labels of the scale, of choices and of moves
are words too, translated where a page shows them; they are gathered here, so that none is forgotten.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation.template import templatize

from claims.domain import lifecycle, scales, sightings
from claims.models import CitationKind, CorrectionOutcome, NoticeKind, RevisionKind
from sources.domain.custody import custody_of
from sources.domain.failures import FAILURES
from sources.models import CaptureMethod, CaptureState, RemovalReason, UsabilityVerdict
from sources.services.standing import NOT_TIMESTAMPED

ROOT = Path(__file__).parent.parent
LOCALE = Path(__file__).parent / "locale"
TEMPLATES = ("base.html", "claims", "components", "errors", "sources")
CODE = (
    "claims/presenters",
    "claims/public",
    "claims/search",
    "claims/services/requesting_corrections.py",
    "claims/services/suggesting.py",
    "sources/services/originals.py",
    "factcheck",
)
ARCHIVE = (
    "sources/domain/address_policy.py",
    "sources/domain/http_messages.py",
    "sources/domain/sayings.py",
    "sources/domain/usability.py",
    "sources/extractors",
    "sources/fetchers/decoding.py",
    "sources/services/keeping_read.py",
)
"""Where the archive's own sentences are made; they are kept in English, and said anew where a page shows them."""
CALLS = {"_": 1, "gettext": 1, "gettext_lazy": 1, "gettext_noop": 1, "ngettext": 2, "ngettext_lazy": 2}
REFUSALS = ("BadInput", "NotFound", "WrongPerson", "WrongState")
GROUPS = (lifecycle.EDITOR, lifecycle.REVIEWER, lifecycle.ADJUDICATOR, lifecycle.PUBLISHER)
CHOICES = (
    CitationKind,
    CorrectionOutcome,
    NoticeKind,
    RevisionKind,
    CaptureMethod,
    CaptureState,
    RemovalReason,
    UsabilityVerdict,
)
_SENTENCE = re.compile(r"[A-Z“{][^\n\\]* [^\n\\]*\.")
_TRANSLATED = re.compile(
    r"""\s(?:_|gettext|pgettext|ngettext)\(\s*(?P<texts>u?(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
    r"""(?:\s*,\s*u?(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'))?)"""
)


@dataclass(frozen=True, order=True)
class Message:
    """One text. ``plural`` is empty where it counts nothing, ``context`` where it needs no telling apart."""

    text: str
    plural: str = ""
    context: str = ""


def messages() -> dict[Message, list[str]]:
    """Every text and where it stands: a file, or the table it comes from."""
    found: dict[Message, list[str]] = {}
    for message, place in (*_of_templates(), *_of_code(), *_of_archive(), *_of_tables()):
        places = found.setdefault(message, [])
        if place not in places:
            places.append(place)
    return found


def _of_templates() -> Iterator[tuple[Message, str]]:
    folder = ROOT / "templates"
    for name in TEMPLATES:
        files = [folder / name] if name.endswith(".html") else sorted((folder / name).rglob("*.html"))
        for file in files:
            for message in in_template(file.read_text(encoding="utf-8")):
                yield message, f"templates/{file.relative_to(folder)}"


def in_template(source: str) -> Iterator[Message]:
    """The texts of a template, as Django itself reads them for xgettext."""
    prepared = templatize(source)
    for match in _TRANSLATED.finditer(" " + prepared):
        function = match[0].strip().split("(", 1)[0]
        texts = [str(text) for text in ast.literal_eval(f"[{match['texts']}]")]
        texts = [text.replace("%%", "%") for text in texts]
        if function == "pgettext":
            yield Message(texts[1], context=texts[0])
        else:
            yield Message(texts[0], plural=texts[1] if function == "ngettext" else "")


def _of_code() -> Iterator[tuple[Message, str]]:
    for file in _files(CODE):
        for message in in_code(file.read_text(encoding="utf-8")):
            yield message, str(file.relative_to(ROOT))


def _of_archive() -> Iterator[tuple[Message, str]]:
    for file in _files(ARCHIVE):
        for message in sentences_in(file.read_text(encoding="utf-8")):
            yield message, str(file.relative_to(ROOT))


def _files(names: tuple[str, ...]) -> Iterator[Path]:
    for name in names:
        path = ROOT / name
        yield from [path] if path.is_file() else sorted(path.rglob("*.py"))


def sentences_in(source: str) -> Iterator[Message]:
    """Every text of ``source`` that is a sentence for people: its docstrings are none of them."""
    tree = ast.parse(source)
    docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or id(node) in docs:
            continue
        if _SENTENCE.fullmatch(node.value):
            yield Message(node.value)


def in_code(source: str) -> Iterator[Message]:
    """The texts that ``source`` hands to gettext, and the sentences of its refusals."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        given = [one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
        wanted = CALLS.get(node.func.id, 0)
        if wanted and len(given) >= wanted:
            yield Message(given[0], plural=given[1] if wanted == 2 else "")
        elif node.func.id in REFUSALS and len(given) == 2:
            yield Message(given[1])


def _of_tables() -> Iterator[tuple[Message, str]]:
    for version in scales.versions():
        rubric = scales.scale(version)
        labels = (*rubric.attribution, *rubric.support, *rubric.finding, *rubric.confidence, *rubric.link)
        for label in labels:
            for text in filter(None, (label.label, label.meaning)):
                yield Message(text), "claims/domain/scale.yaml"
    moves = [(move.label, move.second_person) for move in lifecycle.ROUND_MOVES.values()]
    moves += [(move.label, move.second_person) for move in lifecycle.PUBLICATION_MOVES.values()]
    for text in filter(None, (text for move in moves for text in move)):
        yield Message(text), "claims/domain/lifecycle.py"
    for text in (*GROUPS, *(word.capitalize() for word in ("suspended", "retracted"))):
        yield Message(text), "claims/domain/states.py"
    graded = [custody_of(method) for method in CaptureMethod.values]
    for text in (*(text for custody in graded for text in (custody.label, custody.meaning)), NOT_TIMESTAMPED):
        yield Message(text), "sources/domain/custody.py"
    for text in sightings.SENTENCES.values():
        yield Message(text), "claims/domain/sightings.py"
    for failure in FAILURES.values():
        yield Message(failure.sentence), "sources/domain/failures.py"
    for choices in CHOICES:
        for choice in choices.labels:
            yield Message(str(choice)), f"{choices.__module__.replace('.', '/')}.py"
