"""The product's Python files, parsed once: what imports what, and what is called."""

import ast
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("factcheck", "sources", "claims", "seeds")
DOORS = ("tasks", "admin", "desk", "public", "api", "web", "management")


@dataclass(frozen=True)
class Module:
    """One file: its dotted name and its tree."""

    name: str
    path: Path
    tree: ast.Module

    @property
    def place(self) -> tuple[str, str]:
        """The application and the part of it that the module belongs to."""
        application, _, rest = self.name.partition(".")
        return application, rest.partition(".")[0]

    @property
    def imports(self) -> list[tuple[int, str]]:
        """Line and full dotted name of everything imported, wherever in the file."""
        found = []
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                found += [(node.lineno, alias.name) for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                base = node.module or ""
                if node.level:
                    base = ".".join(filter(None, [*self.name.split(".")[: -node.level], base]))
                found += [(node.lineno, f"{base}.{alias.name}") for alias in node.names]
        return found

    def at(self, line: int) -> str:
        return f"{self.path.relative_to(ROOT)}:{line}"


def parse(name: str, text: str) -> Module:
    """A module from its text: what the rules' own tests are made of."""
    return Module(name, ROOT / (name.replace(".", "/") + ".py"), ast.parse(text))


@cache
def modules() -> tuple[Module, ...]:
    """Every module of the product, migrations left out."""
    found = []
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            if "migrations" in parts:
                continue
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            found.append(Module(name, path, ast.parse(path.read_text(encoding="utf-8"))))
    return tuple(found)
