"""The normalised form of an address: it finds duplicates, and is never fetched or shown.

Version 1: parsed as browsers do (ada), then w3lib's ``canonicalize_url`` (parameters sorted, fragment dropped, blank
parameters kept), known tracking parameters dropped, ``http`` and ``https`` and a leading ``www.`` told apart no more.
"""

import hashlib
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import ada_url
from w3lib.url import canonicalize_url

VERSION = 1

_TRACKERS = frozenset(
    {
        "fbclid", "gclid", "dclid", "gbraid", "wbraid", "msclkid", "mc_cid", "mc_eid", "igshid", "yclid",
        "twclid", "ttclid", "_ga", "_gl", "_hsenc", "_hsmi", "mkt_tok", "oly_anon_id", "oly_enc_id", "vero_id",
    }
)  # fmt: skip
_TRACKER_PREFIXES = ("utm_", "pk_", "piwik_", "matomo_")


def url_key(url: str) -> str:
    """Return the key of an absolute http(s) URL. Raises ValueError for what is no URL."""
    parts = urlsplit(canonicalize_url(ada_url.URL(url.strip()).href, keep_blank_values=True, keep_fragments=False))
    # Bytes that are no UTF-8 survive as they are: replaced, two addresses would become one.
    pairs = parse_qsl(parts.query, keep_blank_values=True, errors="surrogateescape")
    kept = [(name, value) for name, value in pairs if not _is_tracker(name)]
    host = (parts.hostname or "").removeprefix("www.")
    port = f":{parts.port}" if parts.port and parts.port not in (80, 443) else ""
    return urlunsplit(("http", host + port, parts.path or "/", urlencode(kept, errors="surrogateescape"), ""))


def url_key_sha256(key: str) -> str:
    """The SHA-256 of a key, as 64 hexadecimal digits."""
    return hashlib.sha256(key.encode()).hexdigest()


def _is_tracker(name: str) -> bool:
    lower = name.lower()
    return lower in _TRACKERS or lower.startswith(_TRACKER_PREFIXES)
