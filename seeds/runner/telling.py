"""What the demonstration says of itself on the pages about the desk; what somebody changed since stays."""

from pathlib import Path

import yaml

from claims.models import DeskPage
from claims.services.writing_desk_pages import write_desk_page
from seeds.runner.desk import Desk

FILE = Path(__file__).parent.parent / "data" / "desk_pages.yaml"


def tell(desk: Desk) -> None:
    """Write each text that is not there yet."""
    for page in yaml.safe_load(FILE.read_text(encoding="utf-8"))["pages"]:
        if not DeskPage.objects.filter(kind=page["kind"], language=page["language"]).exists():
            write_desk_page(by=desk.people["publisher"], **page)
