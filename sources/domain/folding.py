"""Folding of names and words, so that both databases search and sort alike.

Neither SQLite's ``NOCASE`` nor PostgreSQL's collations agree beyond ASCII; a stored folded column does.
"""

import unicodedata


def fold(text: str) -> str:
    """Return ``text`` without case, accents, compatibility forms and surplus white space.

    NFKD (Unicode Standard Annex #15), combining marks (category ``Mn``) removed, full case folding
    (Unicode Standard, section 3.13), runs of white space made one space, ends stripped.
    """
    decomposed = unicodedata.normalize("NFKD", text)
    bare = "".join(char for char in decomposed if unicodedata.category(char) != "Mn")
    return " ".join(unicodedata.normalize("NFKC", bare.casefold()).split())
