import pytest

from sources.domain.extracted import Extracted
from sources.extractors.html import HtmlExtractor
from sources.extractors.protocol import Hints


def read(body: bytes | str, declared: str = "") -> Extracted:
    raw = body.encode() if isinstance(body, str) else body
    return HtmlExtractor().extract(raw, Hints("text/html", declared))


BLOCKS = {
    "paragraphs": ("<p>One<p>Two", "One\n\nTwo"),
    "inline markup parts no word": ("<p>h<b>al</b>f a <i>word</i>", "half a word"),
    "a line break is a space": ("<p>One<br>two", "One two"),
    "two line breaks end a block": ("<p>One<br><br>two", "One\n\ntwo"),
    "cells of a row stay together": ("<table><tr><th>Year<td>5<tr><td>6</table>", "Year 5\n\n6"),
    "list items": ("<ul><li>one<li>two</ul>", "one\n\ntwo"),
    "words after a block": ("<div>one</div>two<div>three</div>", "one\n\ntwo\n\nthree"),
    "navigation is kept": ("<nav><a>Home</a></nav><main>Text", "Home\n\nText"),
    "scripts, styles, templates are not": (
        "<script>a()</script><style>b{}</style><template>c</template><noscript>d</noscript><p>e",
        "e",
    ),
    "a page without head and body": ("<title>T</title><meta name=a><nav>Home</nav><h1>H</h1>", "Home\n\nH"),
    "a feed's titles are text": (
        "<?xml version='1.0'?><rss><channel><title>F</title><item><title>I</title></item></channel>",
        "F\n\nI",
    ),
    "comments are not": ("<p>one<!-- two -->three", "onethree"),
    "words after a skipped element are kept": ("<p>one<script>x</script> two", "one two"),
    "entities": ("<p>caf&eacute; &lt;b&gt; &#8220;x&#8221; &nbsp;y", "café <b> “x” y"),
    "hidden until unfolded": ("<details><summary>More</summary><p>Text</details>", "More\n\nText"),
    "an XML declaration": ('<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html><p>Text', "Text"),
}


@pytest.mark.parametrize(("page", "text"), BLOCKS.values(), ids=BLOCKS.keys())
def test_the_text_has_the_pages_blocks(page: str, text: str) -> None:
    assert read(page).text == text


CHARSETS = {
    "the header": ("Привет мир".encode("cp1251"), "text/html; charset=windows-1251", "cp1251"),
    "a mark against the header": (
        b"\xef\xbb\xbf" + "Привет мир".encode(),
        "text/html; charset=windows-1251",
        "utf-8",
    ),
    "the header against the page": (
        '<meta charset="utf-8"><p>Привет мир'.encode("cp1251"),
        "text/html; charset=windows-1251",
        "cp1251",
    ),
    "the page": ('<meta charset="windows-1251"><p>Привет мир'.encode("cp1251"), "", "cp1251"),
    "detection": (("Привет мир, это обычный русский текст. " * 5).encode("cp1251"), "", "cp1251"),
    "UTF-8 by its look": ("Привет мир".encode(), "", "utf-8"),
    "UTF-16 with its mark": ("Привет мир".encode("utf-16"), "", "utf-16-le"),
    "an unknown name": ("Привет мир".encode(), "text/html; charset=nonsense", "utf-8"),
}


@pytest.mark.parametrize(("body", "declared", "charset"), CHARSETS.values(), ids=CHARSETS.keys())
def test_the_charset_is_found(body: bytes, declared: str, charset: str) -> None:
    extracted = read(body, declared)
    assert "Привет мир" in extracted.text
    assert extracted.charset == charset


@pytest.mark.parametrize("charset", ["shift_jis", "gb18030", "euc-kr", "big5"])
def test_declared_asian_charsets_are_read(charset: str) -> None:
    words = {"shift_jis": "日本語の文章", "gb18030": "中文文章", "euc-kr": "한국어", "big5": "中文文章"}[charset]
    assert read(words.encode(charset), f"text/html; charset={charset}").text == words


def test_bytes_that_are_no_text_become_replacement_characters() -> None:
    extracted = read(b"<p>a\x00b\xffc", "text/html; charset=utf-8")
    assert extracted.text == "a\ufffdb\ufffdc"


def test_what_the_page_claims_is_told() -> None:
    extracted = read(
        '<html lang="es"><meta property="og:title" content="Shown title"><title>Tab title</title>'
        '<meta name="author" content=" A  Writer "><meta property="og:site_name" content="Gazette">'
        '<script type="application/ld+json">{"@graph":[{"@type":"NewsArticle","datePublished":"2018-05-03",'
        '"isAccessibleForFree":"False"}]}</script><form><input type=password></form>'
    )
    assert (extracted.title, extracted.author, extracted.published) == ("Shown title", "A Writer", "2018-05-03")
    assert (extracted.site_name, extracted.language) == ("Gazette", "es")
    assert extracted.signals == ("password_field", "not_free")


def test_a_test_of_being_human_is_seen_in_markup_and_not_in_words() -> None:
    assert read("<div class='g-recaptcha'></div>").signals == ("captcha",)
    assert read("<p>They used g-recaptcha there.").signals == ()


def test_broken_linked_data_does_no_harm() -> None:
    assert read("<script type='application/ld+json'>{broken</script><p>x").text == "x"


def test_a_page_nested_too_deeply_is_refused_and_not_cut() -> None:
    assert read("<p>start" + "<div>" * 2_000 + "deep").text.endswith("deep")
    assert read("<p>start" + "<div>" * 3_000 + "deep").code == "too_deep"


def test_headings_keep_their_level() -> None:
    extracted = read("<h1>A</h1><p>b</p><h3>C</h3>")
    assert extracted.headings == ((0, 1), (extracted.text.index("C"), 3))


SEEN_ELSEWHERE = {
    "a shadow tree takes its host's words into its slots": (
        "<p>a</p><x-card><template shadowrootmode=open><h2><slot name=t>else</slot></h2><p>said <slot>none</slot>."
        "</template>light <b slot=t>Title</b>words <i>x</i></x-card><p>z",
        "a\n\nTitle\n\nsaid light words x.\n\nz",
    ),
    "a slot without words keeps its own": (
        "<x-a><template shadowrootmode=closed><p><slot>By nobody</slot></p></template></x-a>",
        "By nobody",
    ),
    "words that fit no slot follow": (
        "<x-a><template shadowrootmode=open><p>Shown</p></template>left over</x-a> tail",
        "Shown\n\nleft over\n\ntail",
    ),
    "a slot handed on to an inner tree": (
        "<x-o><template shadowrootmode=open><x-i><template shadowrootmode=open><p>in <slot></slot></p></template>"
        "<slot name=q></slot></x-i></template><b slot=q>deep</b></x-o>",
        "in deep",
    ),
    "an inline tree parts no word": (
        "<p>on <x-t><template shadowrootmode=open><slot></slot></template>5 May</x-t>, they",
        "on 5 May, they",
    ),
    "any other template is not read": ("<template shadowrootmode=none><p>no</template><p>yes", "yes"),
    "what a frame held": (
        '<p>a</p>before<iframe data-archived-frame="https://posts.example/1" '
        'data-archived-document="&lt;p&gt;in &amp;amp; out">instead</iframe>after',
        "a\n\nbefore\n\n[In a frame from posts.example:]\n\nin & out\n\n[End of the frame from posts.example.]\n\nafter",
    ),
    "a frame's document in the page": (
        "<iframe srcdoc='<h2>Two</h2>words'></iframe>",
        "[In a frame of the page itself:]\n\nTwo\n\nwords\n\n[End of the frame of the page itself.]",
    ),
    "a frame without words says nothing": ("<p>a<iframe srcdoc='<img src=x>'></iframe>b", "ab"),
    "a frame that is empty": ("<p>a<iframe src=x>no</iframe>b", "ab"),
}


@pytest.mark.parametrize(("page", "text"), SEEN_ELSEWHERE.values(), ids=SEEN_ELSEWHERE.keys())
def test_shadow_trees_and_frames_are_read_where_they_are_seen(page: str, text: str) -> None:
    assert read(page).text == text


def test_a_heading_in_a_frame_is_a_heading() -> None:
    extracted = read("<p>a</p><iframe srcdoc='<h2>Two</h2>words'></iframe>")
    assert extracted.headings == ((extracted.text.index("Two"), 2),)
