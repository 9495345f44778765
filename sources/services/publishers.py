"""Publishers and the domains under which they put sources out."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction

from sources.domain.errors import BadInput, DeskError, Several
from sources.domain.folding import fold
from sources.domain.typed_text import check_typed
from sources.models import Publisher, PublisherDomain
from sources.permissions import require
from sources.services.history import record_event

_HOST = re.compile(r"(?=.{1,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?\Z")


@dataclass(frozen=True)
class PublisherDraft:
    """A publisher as typed; domains that it does not name are taken out."""

    name: str
    owner: str = ""
    reliability_note: str = ""
    domains: tuple[str, ...] = ()


def tidy_domain(typed: str) -> str:
    """A host name in lower case ASCII, without scheme, path, port, closing dot or leading ``www.``."""
    host = typed.strip().lower()
    host = host.partition("://")[2] or host
    host = re.split(r"[/?#:]", host, maxsplit=1)[0].rstrip(".")
    try:
        host = host.encode("idna").decode("ascii")
    except UnicodeError:
        return host
    return host.removeprefix("www.")


def check_publisher(*, by: User, draft: PublisherDraft, publisher: Publisher | None = None) -> None:
    """Raise ``Several`` with what is wrong; ``WrongPerson`` for somebody who may not."""
    require(by, "add_publisher" if publisher is None else "change_publisher")
    errors = [*_name_errors(draft, publisher), *_domain_errors(draft, publisher)]
    if errors:
        raise Several(errors)


def _name_errors(draft: PublisherDraft, publisher: Publisher | None) -> Iterator[DeskError]:
    yield from check_typed(draft.name, field="name", what="The publisher’s name", limit=300, is_required=True)
    yield from check_typed(draft.owner, field="owner", what="The owner’s name", limit=300)
    yield from check_typed(draft.reliability_note, field="reliability_note", what="The note", limit=5_000)
    namesakes = Publisher.objects.filter(name_folded=fold(draft.name))
    if publisher is not None:
        namesakes = namesakes.exclude(pk=publisher.pk)
    if draft.name.strip() and namesakes.exists():
        yield BadInput("publisher_taken", "There is a publisher of that name already.", field="name")


def _domain_errors(draft: PublisherDraft, publisher: Publisher | None) -> Iterator[DeskError]:
    seen: set[str] = set()
    for number, typed in enumerate(draft.domains):
        field, domain = f"domains-{number}-domain", tidy_domain(typed)
        if not _HOST.match(domain):
            yield BadInput("domain_invalid", "That is no domain. Write one such as “example.org”.", field=field)
            continue
        owner = PublisherDomain.objects.filter(domain=domain).select_related("publisher").first()
        if domain in seen:
            yield BadInput("domain_twice", "This domain is on the list already.", field=field)
        elif owner is not None and (publisher is None or owner.publisher_id != publisher.pk):
            yield BadInput("domain_taken", f"This domain belongs to {owner.publisher} already.", field=field)
        seen.add(domain)


def save_publisher(*, by: User, draft: PublisherDraft, publisher: Publisher | None = None) -> Publisher:
    """Add a publisher, or make ``publisher`` read as ``draft``."""
    check_publisher(by=by, draft=draft, publisher=publisher)
    with transaction.atomic():
        is_new = publisher is None
        row = Publisher() if publisher is None else Publisher.objects.select_for_update().get(pk=publisher.pk)
        before = {} if is_new else _snapshot(row)
        row.name, row.name_folded = draft.name.strip(), fold(draft.name)
        row.owner, row.reliability_note = draft.owner.strip(), draft.reliability_note.strip()
        row.save()
        domains = {tidy_domain(domain) for domain in draft.domains}
        row.domains.exclude(domain__in=domains).delete()
        for domain in sorted(domains):
            PublisherDomain.objects.get_or_create(publisher=row, domain=domain)
        after = _snapshot(row)
        if before != after:
            record_event(
                by=by,
                action="publisher_added" if is_new else "publisher_edited",
                subject=row,
                before=before,
                after=after,
            )
    return row


def _snapshot(publisher: Publisher) -> dict[str, object]:
    return {
        "name": publisher.name,
        "owner": publisher.owner,
        "reliability_note": publisher.reliability_note,
        "domains": list(publisher.domains.order_by("domain").values_list("domain", flat=True)),
    }
