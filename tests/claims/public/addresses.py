"""Every public address, found in the URLconf, filled in with what is published: a new page is tested unlisted."""

import ast
import itertools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from claims.models import Claim, PublicClaim, Revision, Speaker, Topic
from claims.search.facets import FACETS
from sources.models import Capture, Publisher, Source

ROOT = Path(__file__).parents[3]
INSIDE = ("admin/", "desk/", "account/", "healthz")
_HOLE = re.compile(r"<(?:(\w+):)?(\w+)>")
_CHOICE = re.compile(r"\(\?P<\w+>([^()]*)\)")


def routes() -> list[str]:
    """The routes that readers and programs may ask for, with their holes."""
    return [route for route in _walk(get_resolver().url_patterns, "") if not route.startswith(INSIDE)]


def _walk(patterns: list[Any], before: str) -> Iterator[str]:
    for pattern in patterns:
        route = before + str(pattern.pattern).removeprefix("^").removesuffix("$")
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern):
            yield route


def addresses(client: Client) -> dict[str, int]:
    """A path for each route, with its status: one that answers 200, where anything published fills its holes so."""
    return dict(answers(client).values())


def answers(client: Client) -> dict[str, tuple[str, int]]:
    """What :func:`addresses` finds, by route."""
    found = {}
    for route in routes():
        tried = {path: client.get(path).status_code for path in itertools.islice(_filled(route), 60)}
        best = min(tried, key=lambda path: (tried[path] != 200, tried[path]))
        found[route] = (best, tried[best])
    return found


def _filled(route: str) -> Iterator[str]:
    if "(?P<" in route:
        chosen = {".*": "no/such/thing", r"[-\w]+": "<slug:slug>"}
        route = _CHOICE.sub(lambda hole: chosen.get(hole[1], hole[1].split("|")[0]), route).replace("\\.", ".")
    holes = _HOLE.findall(route)
    slugs = [
        *PublicClaim.objects.values_list("slug", flat=True)[:2],
        *Topic.objects.values_list("slug", flat=True)[:2],
    ]
    models = (Claim, Speaker, Source, Capture, Revision, Publisher)
    ids = [str(one) for model in models for one in model._default_manager.values_list("public_id", flat=True)[:2]]
    pools = [
        ids if kind == "uuid" else slugs if kind == "slug" else ["0" if kind == "int" else "1"] for kind, _ in holes
    ]
    for values in itertools.product(*pools):
        one = iter(values)
        yield "/" + _HOLE.sub(lambda _: next(one), route)  # noqa: B023


def parameters() -> list[str]:
    """The names of query parameters that any public view reads, found in the code."""
    found = {*FACETS}
    for folder in ("claims/public", "claims/api", "sources/web", "factcheck"):
        for file in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                    called = ast.unparse(node.func)
                    if called.endswith(("GET.get", "query_params.get", "GET.getlist")) or called in (
                        "typed",
                        "typed_in(request.GET)",
                        "typed_in(request.query_params)",
                    ):
                        found.add(str(node.args[0].value))
                elif isinstance(node, ast.Subscript) and ast.unparse(node.value).endswith((".GET", ".query_params")):
                    found |= {str(node.slice.value)} if isinstance(node.slice, ast.Constant) else set()
    return sorted(found)
