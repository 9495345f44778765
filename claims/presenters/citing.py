"""How to cite a page, in three styles. The text is finished; nothing in it is markup of ours."""

import re
from datetime import datetime

from django.utils.translation import gettext as _

from claims.presenters.parts import CiteStyle
from claims.presenters.wording import day as day_words
from claims.presenters.wording import moment

_BIBTEX = re.compile(r"([\\{}&%$#_^~])")
_WIKI = re.compile(r"[|{}\[\]<>]")


def styles_of(
    *, statement: str, url: str, desk: str, number: int, published_at: str | datetime
) -> tuple[CiteStyle, ...]:
    """Plain words, BibTeX, and Wikipedia's template."""
    at = moment(published_at)
    day, iso = day_words(at), at.date().isoformat()
    key = re.sub(r"[^a-z0-9]+", "-", url.rstrip("/").rsplit("/", 1)[-1].lower())[:40].strip("-") or "claim"
    revision = _("Revision {number}, {day}").format(number=number, day=day)
    name = _BIBTEX.sub(r"\\\1", desk)
    escaped = _BIBTEX.sub(r"\\\1", statement)
    bibtex = (
        f"@misc{{{key},\n  title = {{{escaped}}},\n  author = {{{{{name}}}}},\n"
        f"  year = {{{at.year}}},\n  note = {{{revision}}},\n  url = {{{url}}}\n}}"
    )
    wiki = (
        f"{{{{cite web |title={_WIKI.sub(' ', statement)} |website={_WIKI.sub(' ', desk)} |date={iso} |url={url}}}}}"
    )
    return (
        CiteStyle(_("In words"), f"{desk}: “{statement}” {revision}. {url}"),
        CiteStyle("BibTeX", bibtex),
        CiteStyle("Wikipedia", wiki),
    )
