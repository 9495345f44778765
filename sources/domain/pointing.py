"""Pointing the images of an archived page at the archive, where it has them.

It only decides what a reader sees, not what is safe: the page is shown under a policy that lets no image be loaded
from anywhere else. Hence a plain search for ``img`` tags, linear in the length of the page whatever stands in it, and
no parser for markup that was made to hurt one.
"""

import html
import re
from collections.abc import Mapping

import ada_url

_IMAGE = re.compile(r"<img\b[^<>]{0,4096}>", re.IGNORECASE)
_SOURCE = re.compile(r"""(?<=[\s"'/])src\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+)""", re.IGNORECASE)
_CHOICES = re.compile(r"""(?<=[\s"'/])srcset(?=\s*=)""", re.IGNORECASE)


def point_images(markup: str, *, page_url: str, addresses: Mapping[str, str]) -> str:
    """``markup`` with each image that ``addresses`` has (by its absolute URL, without fragment) taken from there."""
    if not addresses:
        return markup

    def pointed(tag: re.Match[str]) -> str:
        return _SOURCE.sub(named, _CHOICES.sub("data-srcset", tag.group(0)), count=1)

    def named(source: re.Match[str]) -> str:
        url = html.unescape(source.group(1).strip("\"'")).strip()
        address = addresses.get(_absolute(page_url, url))
        return f'src="{html.escape(address)}"' if address else source.group(0)

    return _IMAGE.sub(pointed, markup)


def _absolute(page_url: str, url: str) -> str:
    try:
        joined = ada_url.join_url(page_url, url) if page_url else ada_url.URL(url).href
    except ValueError:
        return ""
    return joined.partition("#")[0]
