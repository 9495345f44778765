"""Checks on text as people type it: presence, length, and characters that no text has."""

import re

from sources.domain.errors import BadInput, DeskError

LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,5}\Z")
"""The shape of a BCP 47 tag (RFC 5646, section 2.1), without the registry."""

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def check_typed(text: str, *, field: str, what: str, limit: int, is_required: bool = False) -> list[DeskError]:
    """Return what is wrong with ``text``; ``what`` names it with its article, such as “The statement”.

    Codes: ``text_missing``, ``text_too_long``, ``text_unprintable``. Lengths are Unicode code points.
    """
    if not text.strip():
        return [BadInput("text_missing", f"{what} is missing.", field=field)] if is_required else []
    if len(text) > limit:
        return [
            BadInput(
                "text_too_long",
                f"{what} has {len(text):,} characters; there is room for {limit:,}.",
                field=field,
            )
        ]
    if _CONTROL.search(text):
        return [
            BadInput(
                "text_unprintable",
                f"{what} holds a character that cannot be printed. Type it again, or paste it as plain text.",
                field=field,
            )
        ]
    return []


def check_language(tag: str, *, field: str, is_required: bool = False) -> list[DeskError]:
    """Return what is wrong with a language tag (``language_missing``, ``language_unknown``)."""
    if not tag:
        if is_required:
            return [BadInput("language_missing", "Say in which language it is, such as “en” or “es”.", field=field)]
        return []
    if len(tag) > 35 or not LANGUAGE.match(tag):
        return [
            BadInput(
                "language_unknown",
                f"“{tag[:40]}” is no language tag. Write one such as “en”, “es” or “pt-BR”.",
                field=field,
            )
        ]
    return []
