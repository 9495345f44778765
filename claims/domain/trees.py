"""Frozen dataclasses to plain trees and back, strictly: an unknown, missing or wrongly typed member is an error.

Fields are ``str``, ``int``, ``bool``, a frozen dataclass, ``X | None`` of one of those, or ``tuple[X, ...]``. A field
annotated :data:`Words` is text that may have to be destroyed: it becomes :class:`~claims.domain.records.Removable`.
"""

import dataclasses
import types
from functools import cache
from typing import Annotated, Any, Final, TypeAlias, TypeVar, Union, get_args, get_origin, get_type_hints

from claims.domain.records import RecordError, Removable, Removed, Tree

REMOVABLE: Final = "removable"
Words: TypeAlias = Annotated[str, REMOVABLE]
"""Text that may name a person or quote one. Read back, it may be a :class:`~claims.domain.records.Removed`."""

T = TypeVar("T")


def to_tree(value: object) -> dict[str, Tree]:
    """The plain tree of a dataclass, its :data:`Words` wrapped, ready to be sealed."""
    cls: Any = type(value)
    return {name: _written(getattr(value, name), hint) for name, hint in _hints(cls).items()}


def from_tree(cls: type[T], tree: Tree, at: str = "") -> T:
    """The dataclass of an unsealed tree; raises :class:`RecordError` with the place of what does not fit."""
    kind: Any = cls
    hints = _hints(kind)
    if not isinstance(tree, dict):
        raise RecordError(f"{at or '/'} is no object")
    if tree.keys() != hints.keys():
        raise RecordError(f"{at or '/'} has other members than it should: {sorted(tree.keys() ^ hints.keys())}")
    return cls(**{name: _read(tree[name], hint, f"{at}/{name}") for name, hint in hints.items()})


@cache
def _hints(cls: Any) -> dict[str, Any]:
    hints = get_type_hints(cls, include_extras=True)
    return {field.name: hints[field.name] for field in dataclasses.fields(cls)}


def _written(value: Any, hint: Any) -> Tree:
    if get_origin(hint) is Annotated:
        return value if isinstance(value, Removed) else Removable(value)
    if value is None or isinstance(value, (str, int)):
        return value
    if isinstance(value, tuple):
        return [_written(item, get_args(hint)[0]) for item in value]
    return to_tree(value)


def _read(value: Tree, hint: Any, at: str) -> Any:
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        if value is None:
            return None
        return _read(value, next(arg for arg in get_args(hint) if arg is not type(None)), at)
    if origin is tuple:
        if not isinstance(value, list):
            raise RecordError(f"{at} is no list")
        return tuple(_read(item, get_args(hint)[0], f"{at}/{index}") for index, item in enumerate(value))
    if origin is Annotated:
        hint = str
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return from_tree(hint, value, at)
    if not isinstance(value, hint) or (hint is int and isinstance(value, bool)):
        raise RecordError(f"{at} is no {hint.__name__}")
    return value
