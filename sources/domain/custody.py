"""By whose hands the bytes of a capture came, graded: what a copy can show depends on it."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Custody:
    """``grade`` counts from 1, the strongest; ``meaning`` says in a sentence what such a copy can show."""

    method: str
    grade: int
    label: str
    meaning: str

    @property
    def words(self) -> str:
        """Label, grade and meaning in one line."""
        return f"{self.label}, grade {self.grade} of {MOST}. {self.meaning}"


_GRADES: Final = (
    Custody(
        "http",
        1,
        "fetched by us",
        "Our own program asked the server and kept the bytes of its answer as they came.",
    ),
    Custody(
        "browser",
        2,
        "rendered by us",
        "Our own browser opened the page and ran its scripts; what is kept is what it then showed.",
    ),
    Custody(
        "memento",
        3,
        "third-party archive",
        "We fetched it from an archive: that the site once sent it rests on that archive’s word.",
    ),
    Custody(
        "upload",
        4,
        "uploaded by hand",
        "A person handed us this file: that the site once sent it rests on their word.",
    ),
)
MOST = len(_GRADES)
_BY_METHOD: Final = {custody.method: custody for custody in _GRADES}


def custody_of(method: str) -> Custody:
    """The custody of a capture by ``method``. Raises KeyError for a method that does not exist."""
    return _BY_METHOD[method]
