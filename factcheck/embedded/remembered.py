"""What a start has to know at the next one: ``start.json`` in the folder of everything that is kept."""

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from factcheck.embedded.guards import CannotStart


@dataclass(frozen=True)
class Remembered:
    """The choices of the first start. ``documents_port`` stays, since archived addresses name it."""

    is_demonstration: bool = True
    desk_name: str = ""
    documents_port: int = 0
    has_administrator: bool = False
    is_seeded: bool = False
    is_seeded_live: bool = False
    static_stamp: str = ""
    tables_stamp: str = ""
    database: str = ""

    def of(self, database: str) -> "Remembered":
        """The same for this database (a digest of its address): another one has no tables, seeds or people yet."""
        if database == self.database:
            return self
        return replace(
            self,
            database=database,
            tables_stamp="",
            has_administrator=False,
            is_seeded=False,
            is_seeded_live=False,
        )

    def but(self, **changes: Any) -> "Remembered":
        """The same with some changes."""
        return replace(self, **changes)


def recall(var: Path) -> Remembered | None:
    """What an earlier start left; None at the first."""
    path = var / "start.json"
    if not path.exists():
        return None
    try:
        return Remembered(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise CannotStart(f"{path} cannot be read: {error}. Put it right, or start from an empty folder.") from error


def remember(var: Path, what: Remembered) -> None:
    """Write it so that a reader sees the old or the new text, never half of one."""
    path = var / "start.json"
    draft = path.with_suffix(".new")
    draft.write_text(json.dumps(asdict(what), indent=1) + "\n", encoding="utf-8")
    draft.replace(path)
