"""Which addresses a worker may connect to (DESIGN 5.11).

An address is judged twice: as an URL, before any name is looked up, and as the list of IP addresses that its name
resolves to, of which *every* one has to be public. URLs are parsed as browsers parse them (WHATWG URL Standard, by
ada), so that no trick of spelling means one host here and another one on the wire. ``ipaddress.is_global`` is not
enough (on Python 3.11 it lets 64:ff9b::/96, ::127.0.0.1, 2002:7f00:1::, fec0::1 and multicast pass), so the blocks
stand here: IANA's special-purpose registries for IPv4 and IPv6 (RFC 6890 and its updates), multicast, 6to4 relays,
and cloud metadata addresses. Pure: nothing here opens a connection or asks a resolver.
"""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeAlias

import ada_url

from sources.domain import sayings
from sources.domain.errors import BadInput

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address

LONGEST_URL = 4096
DEFAULT_PORTS = {"http": 80, "https": 443}

_CLOSED_V4 = tuple(
    ipaddress.IPv4Network(block)
    for block in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
        "168.63.129.16/32",
    )
)
_OPEN_V6 = ipaddress.IPv6Network("2000::/3")
_CLOSED_V6 = tuple(
    ipaddress.IPv6Network(block)
    for block in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "2620:4f:8000::/48")
)
_CLOSED_NAMES = (
    "localhost",
    "local",
    "internal",
    "intranet",
    "lan",
    "home",
    "corp",
    "private",
    "onion",
    "test",
    "invalid",
    "example",
    "home.arpa",
    "in-addr.arpa",
    "ip6.arpa",
    "alt",
)


class AddressRefused(BadInput):
    """We do not connect there; ``code`` is stable, ``sentence`` says why."""


@dataclass(frozen=True)
class Target:
    """A URL that may be fetched as far as its text tells. ``host`` is ASCII, an IPv6 address without brackets."""

    url: str
    scheme: str
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """``host`` or ``host:port`` as a Host header has it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"


@dataclass(frozen=True)
class AddressPolicy:
    """What this desk allows. ``private`` names hosts with ports that may be private all the same."""

    ports: frozenset[int] = frozenset({80, 443})
    private: frozenset[tuple[str, int]] = field(default_factory=frozenset)

    def allows_private(self, host: str, port: int) -> bool:
        """Whether the desk named this very host and port."""
        return (host.lower(), port) in self.private


def check_url(text: str, policy: AddressPolicy) -> Target:
    """Judge a URL by its text. Raises :class:`AddressRefused`, its field left to the caller.

    Codes: ``url_missing``, ``url_too_long``, ``url_invalid``, ``scheme_refused``, ``credentials_refused``,
    ``host_missing``, ``port_refused``, ``host_refused``, ``address_private``.
    """
    stripped = text.strip()
    if not stripped:
        raise AddressRefused("url_missing", "There is no address here.")
    if len(stripped) > LONGEST_URL:
        raise AddressRefused("url_too_long", sayings.URL_TOO_LONG.format(most=LONGEST_URL))
    try:
        parsed = ada_url.URL(stripped)
    except ValueError as error:
        raise AddressRefused(
            "url_invalid", "This is no web address. It should begin with http:// or https://."
        ) from error
    scheme = parsed.protocol.rstrip(":")
    if scheme not in DEFAULT_PORTS:
        raise AddressRefused("scheme_refused", sayings.SCHEME_REFUSED.format(scheme=scheme))
    if parsed.username or parsed.password or "@" in _authority_as_typed(stripped):
        raise AddressRefused("credentials_refused", "An address with a user name or password is not fetched.")
    host = parsed.hostname.strip("[]").lower()
    if not host:
        raise AddressRefused("host_missing", "This address names no host.")
    port = int(parsed.port) if parsed.port else DEFAULT_PORTS[scheme]
    target = Target(parsed.href, scheme, host, port, (parsed.pathname or "/") + parsed.search)
    if policy.allows_private(host, port):
        return target
    if port not in policy.ports:
        raise AddressRefused("port_refused", sayings.PORT_REFUSED.format(port=port))
    _check_host(host)
    return target


def check_answers(target: Target, answers: Iterable[str], policy: AddressPolicy) -> list[str]:
    """Judge what a name resolved to, and return the addresses in order; one closed answer refuses them all.

    Raises :class:`AddressRefused` (``host_unknown``, ``address_private``).
    """
    addresses = list(dict.fromkeys(answers))
    if not addresses:
        raise AddressRefused("host_unknown", sayings.NAME_UNKNOWN.format(host=target.host))
    if policy.allows_private(target.host, target.port):
        return addresses
    for address in addresses:
        if not is_public(address):
            raise AddressRefused("address_private", sayings.LEADS_INSIDE.format(host=target.host))
    return addresses


def is_public(text: str) -> bool:
    """Whether an IP address is one on the public internet, IPv4 inside IPv6 unwrapped."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        if address.scope_id:
            return False
        if address.ipv4_mapped is not None:
            return _is_public_v4(address.ipv4_mapped)
        isatap = _isatap(address)
        if isatap is not None and not _is_public_v4(isatap):
            return False
        return address in _OPEN_V6 and not any(address in block for block in _CLOSED_V6)
    return _is_public_v4(address)


def _is_public_v4(address: ipaddress.IPv4Address) -> bool:
    return not any(address in block for block in _CLOSED_V4)


def _isatap(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address inside an ISATAP interface identifier (RFC 5214, section 6.1)."""
    low = int(address) & (2**64 - 1)
    if low >> 32 in (0x00005EFE, 0x02005EFE):
        return ipaddress.IPv4Address(low & 0xFFFFFFFF)
    return None


def _check_host(host: str) -> None:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        _check_name(host)
        return
    if not is_public(host):
        raise AddressRefused("address_private", "This address is not on the public internet.")


def _check_name(host: str) -> None:
    bare = host.rstrip(".")
    labels = bare.split(".")
    if len(labels) < 2:
        raise AddressRefused("host_refused", sayings.NAME_INSIDE.format(host=host))
    if any(bare == name or bare.endswith(f".{name}") for name in _CLOSED_NAMES):
        raise AddressRefused("host_refused", sayings.ENDING_INSIDE.format(ending=labels[-1]))
    if not all(labels) or len(bare) > 253 or any(len(label) > 63 for label in labels):
        raise AddressRefused("host_refused", "This is no well-formed host name.")


def _authority_as_typed(text: str) -> str:
    """What stands between ``//`` and the first slash, backslash, ``?`` or ``#``, as typed."""
    _, slashes, rest = text.replace("\\", "/").partition("//")
    if not slashes:
        return ""
    for stop in "/?#":
        rest = rest.partition(stop)[0]
    return rest
