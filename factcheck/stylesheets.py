"""One style sheet a page: the files that a page needs, folded into one when static files are found.

The sources stay apart (tokens → elements → components); nothing is built by hand and nothing can be stale: the folded
file is made anew whenever one of its parts is newer, by the finder that both ``collectstatic`` and the development
server ask.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

SHEETS = {"css/site.css": ("css/tokens.css", "css/base.css", "css/page.css")}
"""Each folded file and its parts in the order of the cascade; all in one folder, so that ``url()`` holds."""

STATIC = Path(__file__).parent / "static"


def folded(name: str) -> str:
    """The text of the folded file of that name."""
    return "\n".join((STATIC / part).read_text(encoding="utf-8").strip() for part in SHEETS[name]) + "\n"


class SheetFinder(BaseFinder):
    """Finds the files of :data:`SHEETS`, written below ``FACTCHECK_VAR``."""

    @property
    def _folder(self) -> Path:
        return Path(settings.FACTCHECK_VAR) / "sheets"

    def check(self, **kwargs: Any) -> list[Any]:
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        if path not in SHEETS:
            return []
        found = str(self._made(path))
        return [found] if find_all else found

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[Any]:
        storage = FileSystemStorage(location=self._folder)
        for name in SHEETS:
            self._made(name)
            yield name, storage

    def _made(self, name: str) -> Path:
        """The folded file, written again where it is missing or one of its parts has changed since."""
        file = self._folder / name
        text = folded(name)
        if not file.is_file() or file.read_text(encoding="utf-8") != text:
            file.parent.mkdir(parents=True, exist_ok=True)
            fresh = file.with_suffix(".new")
            fresh.write_text(text, encoding="utf-8")
            fresh.replace(file)
        return file
