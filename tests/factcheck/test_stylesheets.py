"""A page's style sheet is its parts in order, found by the server and by collectstatic, and never stale."""

import re
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.contrib.staticfiles import finders
from django.core.management import call_command

from factcheck import stylesheets
from factcheck.stylesheets import SHEETS, STATIC, SheetFinder, folded


@pytest.fixture(autouse=True)
def _own_folder(settings: LazySettings, tmp_path: Path) -> None:
    settings.FACTCHECK_VAR = tmp_path


def test_holds_its_parts_in_order() -> None:
    text = folded("css/site.css")
    places = [
        text.index((STATIC / part).read_text(encoding="utf-8").strip()[:200]) for part in SHEETS["css/site.css"]
    ]
    assert places == sorted(places)


def test_is_found_where_static_files_are_looked_for() -> None:
    found = finders.find("css/site.css")
    assert isinstance(found, str)
    assert Path(found).read_text(encoding="utf-8") == folded("css/site.css")
    assert SheetFinder().find("css/none.css") == []


def test_is_made_anew_when_a_part_changed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    parts = tmp_path / "parts" / "css"
    parts.mkdir(parents=True)
    for part in SHEETS["css/site.css"]:
        (parts.parent / part).write_text("a {}")
    monkeypatch.setattr(stylesheets, "STATIC", parts.parent)
    finder = SheetFinder()
    assert Path(finder.find("css/site.css")).read_text() == "a {}\na {}\na {}\n"
    (parts / "page.css").write_text("b {}")
    assert Path(finder.find("css/site.css")).read_text() == "a {}\na {}\nb {}\n"


def test_is_collected_with_files_that_are_there(settings: LazySettings, tmp_path: Path) -> None:
    settings.STATIC_ROOT = tmp_path / "collected"
    call_command("collectstatic", interactive=False, verbosity=0)
    sheet = tmp_path / "collected" / "css" / "site.css"
    assert sheet.read_text(encoding="utf-8") == folded("css/site.css")
    fonts = re.findall(r'url\("([^"]+)"\)', sheet.read_text(encoding="utf-8"))
    assert fonts
    assert [font for font in fonts if not (sheet.parent / font).is_file()] == []
