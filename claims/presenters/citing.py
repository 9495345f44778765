"""How to cite a page, in three styles. The text is finished; nothing in it is markup of ours."""

import re
from datetime import datetime

from claims.presenters.parts import CiteStyle
from claims.presenters.wording import moment

_BIBTEX = re.compile(r"([\\{}&%$#_^~])")
_WIKI = re.compile(r"[|{}\[\]<>]")


def styles_of(
    *, statement: str, url: str, desk: str, number: int, published_at: str | datetime
) -> tuple[CiteStyle, ...]:
    """Plain words, BibTeX, and Wikipedia's template."""
    at = moment(published_at)
    day, iso = f"{at.day} {at:%B} {at.year}", at.date().isoformat()
    key = re.sub(r"[^a-z0-9]+", "-", url.rstrip("/").rsplit("/", 1)[-1].lower())[:40].strip("-") or "claim"
    name = _BIBTEX.sub(r"\\\1", desk)
    escaped = _BIBTEX.sub(r"\\\1", statement)
    bibtex = (
        f"@misc{{{key},\n  title = {{{escaped}}},\n  author = {{{{{name}}}}},\n"
        f"  year = {{{at.year}}},\n  note = {{Revision {number}, {day}}},\n  url = {{{url}}}\n}}"
    )
    wiki = (
        f"{{{{cite web |title={_WIKI.sub(' ', statement)} |website={_WIKI.sub(' ', desk)} |date={iso} |url={url}}}}}"
    )
    return (
        CiteStyle("In words", f"{desk}: “{statement}” Revision {number}, {day}. {url}"),
        CiteStyle("BibTeX", bibtex),
        CiteStyle("Wikipedia", wiki),
    )
