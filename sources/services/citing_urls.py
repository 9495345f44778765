"""From an address as somebody typed it to the one source that has it."""

from django.conf import settings
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from sources.domain import address_policy, url_keys
from sources.domain.address_policy import AddressPolicy, Target
from sources.domain.folding import fold
from sources.models import Publisher, Source, SourceKind
from sources.services.history import record_event
from sources.services.statements import insert


def policy() -> AddressPolicy:
    """The desk's address policy, from the settings."""
    return AddressPolicy(ports=settings.CAPTURE_PORTS, private=settings.CAPTURE_ALLOW_PRIVATE)


def target_of(url: str) -> Target:
    """The address, judged by its text. Raises :class:`~sources.domain.address_policy.AddressRefused`."""
    return address_policy.check_url(url, policy())


def check_url(url: str) -> str:
    """The digest of the address's key, by which duplicates are found. Raises ``AddressRefused``."""
    return url_keys.url_key_sha256(url_keys.url_key(target_of(url).url))


def find_or_make_web_source(*, by: User, url: str, title: str = "", is_demonstration: bool = False) -> Source:
    """The source with this address, made if there is none. What was typed first is kept and is what is fetched.

    Raises ``AddressRefused`` for an address that is never fetched.
    """
    target = target_of(url)
    key = url_keys.url_key(target.url)
    sha256 = url_keys.url_key_sha256(key)
    found = Source.objects.filter(url_key_sha256=sha256, kind=SourceKind.WEB).first()
    if found is not None:
        return found
    try:
        with transaction.atomic():
            source = insert(
                Source(
                    kind=SourceKind.WEB,
                    url=url.strip(),
                    url_key=key,
                    url_key_sha256=sha256,
                    url_key_version=url_keys.VERSION,
                    title=title.strip(),
                    title_folded=fold(title),
                    publisher=_publisher_of(target.host),
                    is_demonstration=is_demonstration,
                    created_by=by,
                )
            )
            record_event(by=by, action="source_made", subject=source, after={"url": url.strip()})
    except IntegrityError:
        return Source.objects.get(url_key_sha256=sha256, kind=SourceKind.WEB)
    return source


def _publisher_of(host: str) -> Publisher | None:
    """The publisher to whom the host, or a domain above it, belongs."""
    labels = host.removeprefix("www.").split(".")
    names = [".".join(labels[start:]) for start in range(len(labels) - 1)]
    for name in names:
        publisher = Publisher.objects.filter(domains__domain=name).first()
        if publisher is not None:
            return publisher
    return None
