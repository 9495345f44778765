"""Lines of ours with somebody's words in them."""

import pytest

from claims.presenters.lines import joined, ours, theirs, told
from claims.presenters.parts import Run


def test_words_put_into_a_sentence_keep_their_language_and_ours_have_none() -> None:
    line = told("Withdrawn on {day}: {reason}", language="ar", of_ours={"day": "1 March"}, reason="خطأ")
    assert line == (Run("Withdrawn on 1 March: "), Run("خطأ", "ar"))


def test_braces_in_somebodys_words_are_words() -> None:
    assert told("Because {reason}", language="en", reason="{day} {0.__class__}") == (
        Run("Because "),
        Run("{day} {0.__class__}", "en"),
    )


def test_a_field_that_nobody_names_is_an_error() -> None:
    with pytest.raises(KeyError):
        told("{who} said so", language="en")


def test_lines_that_say_nothing_leave_no_comma_behind() -> None:
    assert joined((theirs("said", "es"), ours(""), ours("May 2018"), theirs("", "es"))) == (
        Run("said", "es"),
        Run(", May 2018"),
    )
    assert joined((ours(""),)) == ()
