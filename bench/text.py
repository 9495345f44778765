"""What the text of a page costs, its child's share included, against a bare parse of the same bytes in the same run.

Run as ``python -m bench.text [--pages N] [--rounds N]``. Two sets of pages, of a mean of 144 kB: *words* are mostly
prose; *markup* are as news sites send them, with menus, cards, scripts and linked data around an article. In turn:

- *parse*: lxml makes a tree of the bytes, and nothing else: the floor;
- *in process*: the extractor's own work;
- *in a child*: as the product does it, the CPU time of both sides of the pipe added up.

Printed are milliseconds of CPU a page (the median of the rounds) and the ratio to the floor.
"""

import argparse
import json
import random
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from lxml import etree

from bench.servers import MEAN_BYTES, make_pages
from sources.extractors.html import HtmlExtractor
from sources.extractors.pool import CPU_SECONDS, MEMORY_BYTES, Pool
from sources.extractors.protocol import Hints

DECLARED = "text/html; charset=utf-8"


class Words:
    """Words drawn from a fixed seed."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self._words = [
            "".join(self.chance.choices("etaoinshrdlu", k=self.chance.randint(2, 10))) for _ in range(5000)
        ]

    def some(self, count: int) -> str:
        return " ".join(self.chance.choices(self._words, k=count))

    def mark(self) -> str:
        """Attributes as they come: a class of several names, data for a program."""
        one, two, number = *self.chance.choices(self._words, k=2), self.chance.randint(1, 10**8)
        return f'class="{one}__{two} {one}--{two} u-{number % 97}" data-track="{number}"'


def article(words: Words) -> str:
    """Some thirty paragraphs, each with a link and an emphasis."""
    paragraphs = (
        f'<p {words.mark()}>{words.some(25)} <a href="/{words.some(1)}/{number}">{words.some(3)}</a> {words.some(20)}'
        f" <em>{words.some(2)}</em> {words.some(9)}.</p>"
        for number in range(30)
    )
    return f"<article {words.mark()}><h1>{words.some(9)}</h1>{''.join(paragraphs)}</article>"


def surroundings(words: Words, count: int) -> str:
    """A menu, then cards with a picture, a heading and a teaser."""
    link = '<li {}><a {} href="/{}/{}"><span>{}</span></a></li>'.format
    menu = "".join(link(words.mark(), words.mark(), words.some(1), n, words.some(2)) for n in range(90))
    cards = "".join(
        f'<div {words.mark()}><div {words.mark()}><a href="/{words.some(1)}/{n}"><img {words.mark()} src="/{n}.webp" '
        f'alt="{words.some(5)}"></a></div><h3 {words.mark()}>{words.some(8)}</h3><p>{words.some(16)}</p></div>'
        for n in range(count)
    )
    return f"<nav><ul>{menu}</ul></nav><section>{cards}</section>"


def program(words: Words, size: int) -> str:
    """A script of about ``size`` bytes, as bundles are."""
    statements = (f'a.b("{words.some(3)}",{{c:{n},d:function(e){{return e<{n}}}}});' for n in range(size // 60))
    return f"<script>{''.join(statements)}</script>"


def make_news_pages(count: int, seed: int = 11) -> list[bytes]:
    """Pages of a news site, sizes spread around the mean."""
    words = Words(seed)
    pages = []
    for number in range(count):
        linked = json.dumps({"@type": "NewsArticle", "headline": words.some(9), "datePublished": "2018-05-03"})
        size = words.chance.uniform(0.4, 1.6)
        pages.append(
            f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Page {number}</title>'
            f'<meta property="og:title" content="{words.some(8)}"><style>{".a{color:red}" * 500}</style>'
            f'<script type="application/ld+json">{linked}</script>{program(words, int(42_000 * size))}</head><body>'
            f"{surroundings(words, int(42 * size))}{article(words)}{surroundings(words, int(20 * size))}"
            f"{program(words, int(20_000 * size))}</body></html>".encode()
        )
    return pages


def parse(page: bytes) -> None:
    etree.fromstring(page, etree.HTMLParser(encoding="utf-8", huge_tree=True))


def child_seconds(pool: Pool) -> float:
    """CPU time of the pool's children so far."""
    ran = (Path(f"/proc/{child.pid}/schedstat").read_text(encoding="ascii").split()[0] for child in pool._idle)
    return sum(map(int, ran)) / 1e9


def milliseconds(do: Callable[[bytes], object], pages: list[bytes], theirs: Callable[[], float]) -> float:
    """CPU time a page, of this process and of ``theirs``."""
    mine, others = time.process_time(), theirs()
    for page in pages:
        do(page)
    return (time.process_time() - mine + theirs() - others) * 1000 / len(pages)


def measure(name: str, pages: list[bytes], rounds: int) -> None:
    """Print the table of one set of pages."""
    pool, extractor, hints = Pool(size=1), HtmlExtractor(), Hints("text/html", DECLARED)

    def in_child(page: bytes) -> None:
        extracted = pool.extract(
            page,
            media_type="text/html",
            declared=DECLARED,
            password="",
            cpu_seconds=CPU_SECONDS,
            memory_bytes=MEMORY_BYTES,
        )
        if not extracted.is_ok:
            raise SystemExit(f"A page could not be read: {extracted.sentence}")

    ways: dict[str, Callable[[bytes], object]] = {
        "parse": parse,
        "in process": lambda page: extractor.extract(page, hints),
        "in a child": in_child,
    }
    found: dict[str, list[float]] = {way: [] for way in ways}
    for do in ways.values():
        milliseconds(do, pages[:5], lambda: 0.0)
    for _ in range(rounds):
        for way, do in ways.items():
            found[way].append(milliseconds(do, pages, lambda: child_seconds(pool)))
    pool.close()
    floor = statistics.median(found["parse"])
    mean = statistics.mean(map(len, pages)) / 1000
    text = statistics.mean(len(extractor.extract(page, hints).text) for page in pages) / 1000
    print(f"{name}: {len(pages)} pages, mean {mean:.0f} kB, text {text:.0f} thousand characters")
    for way, figures in found.items():
        figure = statistics.median(figures)
        print(f"  {way:12} {figure:6.2f} ms of CPU a page {figure / floor:6.2f} x parse")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--pages", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    words = make_pages(options.pages)
    scale = MEAN_BYTES / statistics.mean(map(len, words))
    if not 0.7 < scale < 1.4:
        print(f"The pages of words are {1 / scale:.2f} times the mean: take more of them.")
    measure("words", words, options.rounds)
    measure("markup", make_news_pages(options.pages), options.rounds)


if __name__ == "__main__":
    main()
