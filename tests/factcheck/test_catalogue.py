"""Everything that readers' pages say can be read in Spanish, and the compiled file is that of the text beside it."""

import gettext
import re
from pathlib import Path

import polib
import pytest

from factcheck.catalogue import LOCALE, ROOT, TEMPLATES, Message, in_code, in_template, messages, sentences_in

FOLDER = LOCALE / "es" / "LC_MESSAGES"
PLACEHOLDER = re.compile(r"%\(\w+\)s|\{\w+\}|<[^>]+>")
NAMES = {"SHA-256", "Factcheck", "WARC", "BibTeX", "JSON", "Atom", "IFCN", "JSON Feed", "ClaimReview"}


def _files() -> list[Path]:
    folder = ROOT / "templates"
    return [
        file
        for name in TEMPLATES
        for file in ([folder / name] if name.endswith(".html") else sorted((folder / name).rglob("*.html")))
    ]


def _entries() -> dict[Message, polib.POEntry]:
    po = polib.pofile(str(FOLDER / "django.po"))
    return {Message(entry.msgid, entry.msgid_plural, entry.msgctxt or ""): entry for entry in po}


def bare(source: str) -> list[str]:
    """Words for people that stand in a template outside of what is translated."""
    text = re.sub(r"\{#.*?#\}|<!--.*?-->", " ", source, flags=re.DOTALL)
    text = re.sub(r"\{%\s*blocktrans(?:late)?\b.*?endblocktrans(?:late)?\s*%\}", " ", text, flags=re.DOTALL)
    attributes = re.findall(r'\b(?:aria-label|placeholder|title|alt|data-label)="([^"{]+)"', text)
    given = [word for tag in re.findall(r"\{%\s*include.*?%\}", text) for word in re.findall(r'="(\S* [^"]*)"', tag)]
    defaults = re.findall(r'\|default:"([^"]+)"', text)
    text = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", "", text, flags=re.DOTALL)
    text = re.sub(r"<[^>]*>", "\n", text)
    lines = (line.strip(" ·:→←“”.,()") for line in [*text.splitlines(), *attributes, *given, *defaults])
    return [line for line in lines if re.search(r"[A-Za-z]{3}", line) and line not in NAMES]


@pytest.mark.parametrize("file", _files(), ids=lambda file: str(file.relative_to(ROOT / "templates")))
def test_no_template_of_readers_says_anything_that_cannot_be_translated(file: Path) -> None:
    allowed = {"ltr", "info", "en"}
    assert [line for line in bare(file.read_text(encoding="utf-8")) if line not in allowed] == []


def test_the_rule_notices_bare_words() -> None:
    assert bare("<p>Hello there</p>") == ["Hello there"]
    assert bare('<a aria-label="Go there">{% translate "Go there" %}</a>') == ["Go there"]
    assert bare('{% include "components/x.html" with empty="Nothing here" %}') == ["Nothing here"]
    assert bare('{% translate "Hello" %}{% blocktranslate %}Hi {{ name }}{% endblocktranslate %}') == []


def test_every_text_has_a_spanish_one() -> None:
    entries = _entries()
    missing = [message for message in messages() if message not in entries or not entries[message].translated()]
    assert missing == [], "run `manage.py catalogue` and translate what it names"


def test_no_translation_is_kept_of_what_no_page_says() -> None:
    assert set(_entries()) - set(messages()) == set()


def test_translations_keep_what_is_filled_in() -> None:
    wrong = []
    for message, entry in _entries().items():
        for text in filter(None, (entry.msgstr, *(entry.msgstr_plural or {}).values())):
            if sorted(PLACEHOLDER.findall(text)) != sorted(PLACEHOLDER.findall(message.text)):
                wrong.append((message.text, text))
    assert wrong == []


def test_the_compiled_file_is_that_of_the_text() -> None:
    with (FOLDER / "django.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    wrong = []
    for message, entry in _entries().items():
        if message.plural:
            wrong += [
                n for n in (1, 2) if compiled.ngettext(message.text, message.plural, n) != entry.msgstr_plural[n - 1]
            ]
        elif message.context:
            wrong += [message] if compiled.pgettext(message.context, message.text) != entry.msgstr else []
        elif compiled.gettext(message.text) != entry.msgstr:
            wrong.append(message)
    assert wrong == [], "run `manage.py catalogue`"


def test_texts_are_found_in_templates_and_code() -> None:
    template = (
        '{% translate "A" %}{% translate "B" context "c" %}{{ x|default:_("D") }}{% include "y.html" with e=_("E") %}'
        "{% blocktranslate count n=n %}{{ n }} f{% plural %}{{ n }} fs{% endblocktranslate %}"
    )
    found = set(in_template(template))
    assert found == {
        Message("A"),
        Message("B", context="c"),
        Message("D"),
        Message("E"),
        Message("%(n)s f", plural="%(n)s fs"),
    }
    code = 'x = [_("A"), gettext_noop("B"), ngettext("{n} c", "{n} cs", 2), f"{_(\'D\')}"]\nraise NotFound("e", "F.")'
    assert set(in_code(code)) == {
        Message("A"),
        Message("B"),
        Message("{n} c", plural="{n} cs"),
        Message("D"),
        Message("F."),
    }


def test_the_sentences_of_the_archive_are_found_and_its_docstrings_are_not() -> None:
    code = '''
"""A module that says why. No sentence for people."""
CODE = "too_slow"
QUOTED: Final = "A page says “{words}”."
def read():
    """Read it."""
    return failed("none", "The document could not be read.", r"\\d a.")
'''
    assert set(sentences_in(code)) == {
        Message("A page says “{words}”."),
        Message("The document could not be read."),
    }
