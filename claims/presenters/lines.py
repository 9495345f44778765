"""Lines of ours with somebody's words in them, each run marked with its language for browsers and screen readers."""

from collections.abc import Iterable
from string import Formatter

from claims.presenters.parts import Line, Run


def ours(text: str) -> Line:
    """A line in the language of the page; nothing for no words."""
    return (Run(text),) if text else ()


def theirs(text: str, language: str) -> Line:
    """A line of somebody's words, written in ``language``; nothing for no words."""
    return (Run(text, language),) if text else ()


def told(sentence: str, *, language: str, of_ours: dict[str, str] | None = None, **words: str) -> Line:
    """``sentence``, translated already, its fields filled in.

    What ``of_ours`` names is in the language of the page, and ``words`` are in ``language``. Raises ``KeyError``
    where the sentence has a field that neither names.
    """
    known = of_ours or {}
    runs: list[Run] = []
    for literal, field, _spec, _conversion in Formatter().parse(sentence):
        runs += ours(literal)
        if field is not None:
            runs += ours(known[field]) if field in known else theirs(words[field], language)
    return _merged(runs)


def joined(lines: Iterable[Line], between: str = ", ") -> Line:
    """The lines that say something as one, with ``between`` in the language of the page."""
    runs: list[Run] = []
    for line in filter(None, lines):
        runs += (*ours(between), *line) if runs else line
    return _merged(runs)


def plain(line: Line) -> str:
    """The words of ``line`` without their languages."""
    return "".join(run.text for run in line)


def _merged(runs: Iterable[Run]) -> Line:
    """Neighbours of one language as one run."""
    made: list[Run] = []
    for run in runs:
        if made and made[-1].language == run.language:
            made[-1] = Run(made[-1].text + run.text, run.language)
        else:
            made.append(run)
    return tuple(made)
