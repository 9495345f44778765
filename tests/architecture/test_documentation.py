"""What the environment can choose is written down, in the same words, where people look."""

import re

from factcheck.env import VARIABLES
from tests.architecture.code import ROOT


def test_the_readme_lists_every_variable_with_its_default_and_meaning() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    table = re.findall(r"^\| `([A-Z_]+)` \| (.*?) \| (.*) \|$", text, re.MULTILINE)
    wanted = [
        (variable.name, f"`{variable.default}`" if variable.default else "empty", variable.meaning)
        for variable in VARIABLES
    ]
    assert table == wanted


def test_the_example_environment_lists_every_variable_with_its_default() -> None:
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    given = re.findall(r"^#?\s?([A-Z_]+)=(.*)$", text, re.MULTILINE)
    assert given == [(variable.name, variable.default) for variable in VARIABLES]
