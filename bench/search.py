"""How lists and search bear a hundred times as many claims, as ratios in one run.

Run as ``python -m bench.search`` (SQLite, then PostgreSQL; 10,000 and 1,000,000 claims; about twenty minutes and 4 GB
below the temporary folder, which are given back). ``--database`` takes one of them, ``--rows`` other sizes.

Each case asks for a page through Django's test client, with other words each time. Printed are p50 and p95 in
milliseconds at both sizes, and the ratio of the p95: at most 3 is wanted. What is hostile may take a hundred times as
long as a search for a usual word at the same size, and no longer. SQLite works in this process, so processor
time is taken there, which others' load does not change; for PostgreSQL it is time on the wall. Ratios of one run can
be compared; figures of different machines cannot. To measure in steps, with ``DATABASE_URL`` set to one's
own database: ``--fill N``, ``--measure FILE``, and at the end ``--compare FILE FILE``.

Every list, feed, sitemap and API list that grows with the number of claims is a case. A page of at most so many lines
is asked for of what fills it at both sizes (``bench.search_records``), since a fuller page takes longer however it is
found; where a search finds more at the larger size, that is part of what it costs.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import quote, urlencode

ASKED = 40
WARM = 5
MOST = 3.0
MOST_HOSTILE = 100.0
USUAL = "search: usual word"

Case = Callable[[random.Random], str]


def cases(total: int) -> dict[str, Case]:
    """Each case by name: an address, made with other words each time."""
    from bench.search_records import CITED, CORRECTED, OUTLETS, PRINTED
    from bench.search_rows import SPEAKERS, make_world
    from claims.models import Revision
    from claims.models.index import PART

    world = make_world()
    words = world.words
    corrected = [CORRECTED * (total // 2 // CORRECTED + number) for number in range(100)]
    corrections = [str(one) for one in Revision.objects.filter(pk__in=corrected).values_list("public_id", flat=True)]

    def search(q: Callable[[random.Random], str], **more: str) -> Case:
        return lambda chance: f"/search/?{urlencode({'q': q(chance), **more})}"

    def one(low: int, high: int) -> Callable[[random.Random], str]:
        return lambda chance: words[chance.randrange(low, high)]

    def two(first: tuple[int, int], second: tuple[int, int], form: str) -> Callable[[random.Random], str]:
        return lambda chance: form.format(one(*first)(chance), one(*second)(chance))

    def middle(chance: random.Random) -> str:
        return f"claim-{total // 2 + chance.randrange(1000)}"

    def of_source(address: str, numbers: Sequence[int], *, is_deep: bool = False) -> Case:
        def made(chance: random.Random) -> str:
            path = address.format(world.sources[chance.choice(numbers)][1])
            return f"{path}?after={middle(chance)}" if is_deep else path

        return made

    def deep_in_ranked(chance: random.Random) -> str:
        return search(one(*common), after=f"claim-{total - 300 - chance.randrange(300)}")(chance)

    common, usual, rare = (0, 20), (300, 1_000), (20_000, 30_000)
    speaker = lambda chance: world.speakers[chance.randrange(0, SPEAKERS)]  # noqa: E731
    topic = lambda chance: world.topics[chance.randrange(0, 30)]  # noqa: E731
    return {
        "home": lambda _: "/",
        "claims": lambda _: "/claims/",
        "claims, deep": lambda chance: f"/claims/?after={middle(chance)}",
        "claims by verdict": lambda _: "/claims/?support=mixed",
        "claims by topic": lambda chance: f"/claims/?topic={topic(chance)}",
        "claims by verdict and topic, deep": lambda chance: (
            f"/claims/?support=mixed&topic={topic(chance)}&after={middle(chance)}"
        ),
        "topic": lambda chance: f"/topics/{topic(chance)}/",
        "speakers": lambda _: "/speakers/",
        "speakers, deep": lambda chance: f"/speakers/?after={speaker(chance)[1]}",
        "speaker": lambda chance: f"/speakers/{world.speakers[chance.randrange(0, 50)][1]}/",
        "sources": lambda _: "/sources/",
        "sources, deep": lambda chance: f"/sources/?after={world.sources[chance.randrange(0, 20_000)][1]}",
        "source’s page": of_source("/sources/{}/", CITED),
        "source’s page, deep": of_source("/sources/{}/", CITED, is_deep=True),
        "article": of_source("/articles/{}/", PRINTED),
        "publisher": lambda chance: f"/publishers/{world.outlets[chance.randrange(OUTLETS)][1]}/",
        "topics": lambda _: "/topics/",
        "corrections": lambda _: "/corrections/",
        "corrections, deep": lambda chance: f"/corrections/?after={chance.choice(corrections)}",
        "feed of verdicts, Atom": lambda _: "/feeds/verdicts.atom",
        "feed of verdicts, JSON": lambda _: "/feeds/verdicts.json",
        "feed of corrections": lambda _: "/feeds/corrections.atom",
        "feed of a topic": lambda chance: f"/feeds/topics/{topic(chance)}.atom",
        "feed of a search": lambda chance: f"/feeds/search.atom?q={quote(one(*usual)(chance))}",
        "claimreview.json": lambda _: "/claimreview.json",
        "sitemap.xml": lambda _: "/sitemap.xml",
        "sitemap: pages": lambda _: "/sitemap-pages.xml",
        "sitemap: claims of the middle": lambda _: f"/sitemap-{total // 2 // PART}.xml",
        "sitemap: articles": lambda _: "/sitemap-articles-0.xml",
        "source": lambda chance: f"/claims/?source={world.sources[chance.randrange(0, 50)][1]}",
        "hostile: a word 150 times": lambda chance: search(lambda _: f"{one(*common)(chance)[:1]} " * 150)(chance),
        "hostile: prefixes and exclusions": lambda chance: search(
            lambda _: " ".join(f"{word} -{word}x" for word in chance.sample(words[:20], 5)) + " bab"
        )(chance),
        "hostile: a phrase of common words": search(lambda chance: f'"{" ".join(chance.choices(words[:20], k=40))}"'),
        "hostile: signs without spaces": search(lambda _: "人口東京" * 75),
        "API claims": lambda _: "/api/v1/claims/",
        "API search": lambda chance: f"/api/v1/claims/?q={quote(one(*usual)(chance))}",
        "API speakers": lambda _: "/api/v1/speakers/",
        "API sources": lambda _: "/api/v1/sources/",
        "API source": of_source("/api/v1/sources/{}/", CITED),
        "API source, deep": of_source("/api/v1/sources/{}/", CITED, is_deep=True),
        "API speaker": lambda chance: f"/api/v1/speakers/{world.speakers[chance.randrange(0, 3)][1]}/",
        "search: rare word": search(one(*rare)),
        "search: usual word": search(one(*usual)),
        "search: common word": search(one(*common)),
        "search: two words": search(two(common, usual, "{} {}")),
        "search: two common words": search(two(common, common, "{} {}")),
        "search: common phrase": search(two(common, common, '"{} {}"')),
        "search: rare phrase": search(two(usual, rare, '"{} {}"')),
        "search: prefix of 3": search(lambda chance: one(0, 2_000)(chance)[:3]),
        "search: prefix of 5": search(lambda chance: one(0, 2_000)(chance)[:5]),
        "search: exclusion": search(two(common, usual, "{} -{}")),
        "search: only exclusion": search(lambda chance: f"-{one(*common)(chance)}"),
        "search: common word, by topic": lambda chance: search(one(*common), topic=topic(chance))(chance),
        "search: outlet and verdict": lambda chance: (
            f"/search/?support=mixed&outlet={world.outlets[chance.randrange(0, 50)][1]}"
        ),
        "search: common word, newest": search(one(*common), sort="date"),
        "search: common word, newest, deep": lambda chance: search(one(*common), sort="date", after=middle(chance))(
            chance
        ),
        "search: common word, ranked, deep": deep_in_ranked,
        "search: nothing found": search(two(rare, rare, "{} {}x")),
    }


def measured(total: int) -> dict[str, tuple[float, float]]:
    """p50 and p95 of every case, in milliseconds."""
    from django.db import connection
    from django.test import Client

    clock = time.thread_time if connection.vendor == "sqlite" else time.perf_counter
    client, found = Client(), {}
    for name, case in cases(total).items():
        chance = random.Random(name)
        taken = []
        for number in range(WARM + ASKED):
            path = case(chance)
            since = clock()
            status = client.get(path).status_code
            if number >= WARM:
                taken.append((clock() - since) * 1000)
            assert status == 200, (status, path)
        taken.sort()
        found[name] = (taken[len(taken) // 2], taken[int(len(taken) * 0.95)])
        print(f"{name:40} {found[name][0]:8.1f} {found[name][1]:8.1f}", file=sys.stderr, flush=True)
    return found


def compare(title: str, small: dict[str, Sequence[float]], large: dict[str, Sequence[float]]) -> bool:
    """Print the table; whether every ratio is at most ``MOST``, and nothing hostile over ``MOST_HOSTILE``."""
    print(f"\n{title}\n{'':40} {'p50':>8} {'p95':>8} {'p50':>8} {'p95':>8} {'ratio':>6}")
    is_well = True
    for name, (p50, p95) in small.items():
        ratio = large[name][1] / p95
        is_hostile = name.startswith("hostile")
        usual = large[name][1] / large[USUAL][1]
        is_over = usual > MOST_HOSTILE if is_hostile else ratio > MOST
        is_well = is_well and not is_over
        mark = (f"  {usual:.1f} x the usual" if is_hostile else "") + ("  over" if is_over else "")
        print(f"{name:40} {p50:8.1f} {p95:8.1f} {large[name][0]:8.1f} {large[name][1]:8.1f} {ratio:6.2f}{mark}")
    return is_well


def step(arguments: argparse.Namespace) -> None:
    """Fill or measure the database of ``DATABASE_URL``."""
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "factcheck.settings"
    django.setup()
    from django.core.management import call_command

    from bench.search_rows import fill, make_world
    from claims.models import PublicClaim

    if arguments.fill:
        call_command("migrate", verbosity=0)
        fill(make_world(), arguments.fill)
    else:
        from django.conf import settings
        from django.test.utils import setup_test_environment

        settings.STORAGES = {
            **settings.STORAGES,
            "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
        }
        settings.ALLOWED_HOSTS = ["testserver"]
        setup_test_environment()
        total = PublicClaim.objects.order_by("-pk").values_list("pk", flat=True)[0]
        Path(arguments.measure).write_text(json.dumps(measured(total)))


def run(database: str, rows: Sequence[int]) -> bool:
    """The whole of it on one database."""
    from tests.plugins.servers import Postgres

    with tempfile.TemporaryDirectory(prefix="fc-bench-") as folder:
        server = Postgres().start() if database == "postgres" else None
        url = server.url if server else ""
        env = {**os.environ, "DATABASE_URL": url, "FACTCHECK_VAR": folder, "SECRET_KEY": "bench"}
        results = []
        for count in rows:
            for words in (["--fill", str(count)], ["--measure", f"{folder}/{count}.json"]):
                subprocess.run([sys.executable, "-m", "bench.search", *words], env=env, check=True)
            results.append(json.loads(Path(f"{folder}/{count}.json").read_text()))
        if server:
            server.stop()
        return compare(f"{database}: {rows[0]:,} and {rows[-1]:,} claims", results[0], results[-1])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--database", choices=("sqlite", "postgres"), action="append")
    parser.add_argument("--rows", type=int, nargs=2, default=(10_000, 1_000_000))
    parser.add_argument("--fill", type=int)
    parser.add_argument("--measure")
    parser.add_argument("--compare", nargs=2)
    arguments = parser.parse_args()
    if arguments.fill or arguments.measure:
        step(arguments)
        return 0
    if arguments.compare:
        small, large = (json.loads(Path(file).read_text()) for file in arguments.compare)
        return 0 if compare(" and ".join(arguments.compare), small, large) else 1
    databases = arguments.database or ("sqlite", "postgres")
    return 0 if sum(not run(database, arguments.rows) for database in databases) == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
