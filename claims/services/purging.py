"""Telling a shared cache in front of the site that pages changed (``PURGE_URL``; off by default).

Whoever takes what is due of a page leaves a row here in the same transaction; a worker sends the requests afterwards,
outside any transaction, and takes the row away once the cache has answered all of them. One that does not answer is
asked again. The cache is asked with the method PURGE, which Varnish and nginx's modules know, under the site's host.
"""

import logging
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from django.conf import settings

from claims.models import PurgeDue

logger = logging.getLogger(__name__)

SECONDS = 5.0
SHARED = ("/", "/claims/", "/corrections/", "/sitemap.xml", "/claimreview.json")
FEEDS = tuple(f"/feeds/{name}.{form}" for name in ("verdicts", "corrections") for form in ("atom", "json"))


def paths_of(slug: str) -> tuple[str, ...]:
    """The addresses whose answers change with the claim at ``slug``."""
    page = f"/claims/{slug}/"
    own = (page, f"{page}card.png", f"{page}claimreview.json", f"{page}record.json", f"/embed{page}")
    return (*own, *SHARED, *FEEDS)


def purge_due(most: int) -> int:
    """Ask the cache to drop what changed, for at most ``most`` pages; returns for how many it answered."""
    if not settings.PURGE_URL:
        return 0
    waiting: dict[str, list[int]] = {}
    for pk, slug in PurgeDue.objects.order_by("pk").values_list("pk", "page__slug")[:most]:
        waiting.setdefault(slug, []).append(pk)
    done = 0
    for slug, keys in waiting.items():
        if not all(_purge(path) for path in paths_of(slug)):
            return done
        PurgeDue.objects.filter(pk__in=keys).delete()
        done += 1
    return done


def _purge(path: str) -> bool:
    """Whether the cache answered; that it did not hold the page (404) is an answer too."""
    request = Request(  # noqa: S310 - the operator's own address, http or https
        settings.PURGE_URL + path, method="PURGE", headers={"Host": urlsplit(settings.SITE_URL).netloc}
    )
    try:
        with urlopen(request, timeout=SECONDS):  # noqa: S310
            return True
    except URLError as error:
        if getattr(error, "code", None) == 404:
            return True
        logger.warning("The cache did not take a purge of %s and will be asked again: %s", path, error)
    except OSError as error:
        logger.warning("The cache did not answer and will be asked again: %s", error)
    return False
