"""robots.txt by RFC 9309: groups, the longest match, and files that want to keep us busy."""

import time

import pytest

from sources.domain.robots import allows, rules_for

RFC = b"""
User-Agent: *
Disallow: *.gif$
Disallow: /example/
Allow: /publications/

User-Agent: foobot
Disallow:/
Allow:/example/page.html
Allow:/example/allowed.gif

User-Agent: barbot
User-Agent: bazbot
Disallow: /example/page.html

User-Agent: quxbot
"""


@pytest.mark.parametrize(
    ("product", "path", "expected"),
    [
        ("other", "/", True),
        ("other", "/a.gif", False),
        ("other", "/a.gif?x", True),
        ("other", "/example/page.html", False),
        ("other", "/publications/a", True),
        ("foobot", "/", False),
        ("foobot", "/example/page.html", True),
        ("foobot", "/example/page.htm", False),
        ("barbot", "/example/page.html", False),
        ("bazbot", "/example/page.html", False),
        ("bazbot", "/example/", True),
        ("quxbot", "/example/", True),
    ],
)
def test_the_standards_own_example(product: str, path: str, expected: bool) -> None:
    assert allows(rules_for(RFC, product), path) is expected


@pytest.mark.parametrize(
    ("rule", "path", "expected"),
    [
        ("Disallow: /", "/", False),
        ("Disallow:", "/a", True),
        ("Disallow: /a", "/about", False),
        ("Disallow: /a$", "/about", True),
        ("Disallow: /a$", "/a", False),
        ("Disallow: /*.php$", "/x.php?y=.php", False),
        ("Disallow: /*.php$", "/x.php5", True),
        ("Disallow: /*/b/*c", "/a/b/xc", False),
        ("Disallow: /*aa$", "/a", True),
        ("Disallow: /a\nAllow: /a", "/a", True),
        ("Disallow: /a/b\nAllow: /a", "/a/b", False),
        ("Disallow: /", "/robots.txt", True),
        ("Disallow: /bücher", "/b%C3%BCcher", False),
        ("Disallow: /%7ea", "/~a", False),
        ("Disallow: /a%2fb", "/a/b", True),
        ("Disallow: /a%2fb", "/a%2Fb", False),
        ("Disallow: /a # why", "/a", False),
        ("disallow :/a", "/a", False),
        ("Crawl-delay: 5\nDisallow: /a", "/a", False),
        ("<html>not found</html>", "/a", True),
    ],
)
def test_a_rule_and_a_path(rule: str, path: str, expected: bool) -> None:
    assert allows(rules_for(f"User-agent: *\n{rule}\n".encode()), path) is expected


@pytest.mark.parametrize("name", ["Factcheck", "FACTCHECK", "factcheck/1.0"])
def test_groups_that_name_us_are_taken_together_and_nobody_elses(name: str) -> None:
    text = f"User-agent: {name}\nDisallow: /a\n\nUser-agent: *\nDisallow: /\n\nUser-agent: {name}\nDisallow: /b\n"
    rules = rules_for(text.encode())
    assert [allows(rules, path) for path in ("/a", "/b", "/c")] == [False, False, True]


def test_a_group_that_names_us_and_forbids_nothing_sets_us_free() -> None:
    assert allows(rules_for(b"User-agent: *\nDisallow: /\nUser-agent: factcheck\nDisallow:\n"), "/a")


def test_a_file_made_to_keep_us_busy_does_not() -> None:
    """What turns ``*`` into a regular expression takes longer than anybody waits for this."""
    text = b"\xef\xbb\xbfUser-agent: *\n" + b"Disallow: /" + b"*a" * 2000 + b"b\n"
    text += b"Disallow: /*a*b*c*d*e$\n" * 20_000
    began = time.process_time()
    assert allows(rules_for(text), "/" + "a" * 4000)
    assert time.process_time() - began < 5
