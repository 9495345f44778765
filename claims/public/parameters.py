"""Reading a query string: what no database stores is taken out, and nothing in it can raise."""

from collections.abc import Callable, Mapping

from django.http import HttpRequest


def typed_in(parameters: Mapping[str, object]) -> Callable[[str], str]:
    """A function that gives the text of a parameter without NUL and lone surrogates; ``""`` if it is missing."""

    def typed(name: str) -> str:
        return str(parameters.get(name) or "").replace("\x00", "").encode("utf-8", "ignore").decode()

    return typed


def typed(request: HttpRequest, name: str) -> str:
    """One parameter of ``request``, as :func:`typed_in` reads it."""
    return typed_in(request.GET)(name)
