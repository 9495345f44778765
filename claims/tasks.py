"""What the clock asks of the fact-check. Each task is safe to run twice."""

import logging

from celery import shared_task

from claims.presenters.rendered_claim import html_of, languages, variant_of
from claims.querysets import revisions_at
from claims.services import indexing, noticing, publishing, purging, reminding, rendering
from claims.services.finding_pages import find_page
from sources.models import Door
from sources.services.history import acting_through

logger = logging.getLogger(__name__)

MOST_PAGES = 200


@shared_task(name="claims.tasks.publish_due", time_limit=120, soft_time_limit=100)
def publish_due() -> None:
    """Publish what is scheduled and due."""
    with acting_through(Door.WORKER.value):
        publishing.publish_due()


@shared_task(name="claims.tasks.notice_changes", time_limit=300, soft_time_limit=280)
def notice_changes() -> None:
    """Put up notices for cited sources that changed or are gone."""
    with acting_through(Door.WORKER.value):
        noticing.notice_changes()


@shared_task(name="claims.tasks.veil_protected", time_limit=120, soft_time_limit=100)
def veil_protected() -> None:
    """Take what was protected since out of lists and search, and index what is in none."""
    with acting_through(Door.WORKER.value):
        indexing.veil_protected()
        indexing.index_missing()


@shared_task(name="claims.tasks.render_due", time_limit=300, soft_time_limit=280)
def render_due() -> None:
    """Render again whatever is due, in each language; a page that fails keeps no other waiting."""
    for slug in rendering.pages_due(MOST_PAGES):
        try:
            for language in languages():
                render_page(slug, language)
        except Exception:
            logger.exception("The page %s could not be rendered; its readers get it drawn anew.", slug)
    purging.purge_due(MOST_PAGES)
    rendering.forget_other_variants([variant_of(language) for language in languages()])


def render_page(slug: str, language: str) -> None:
    """Render the page at ``slug`` in ``language`` and keep it, if what is kept is not true."""
    found = find_page(slug=slug, variant=variant_of(language))
    if found is None or found.is_true:
        return
    published = revisions_at(slug)
    if published is None or published[2]:
        rendering.keep_nothing(found=found)
        return
    text = html_of(published[0], published[1], language=language)
    rendering.keep_page(found=found, variant=variant_of(language), content=text.encode())


@shared_task(name="claims.tasks.send_reminders", time_limit=300, soft_time_limit=280)
def send_reminders() -> None:
    """Remind by mail of what is due, and tell of rounds that closed."""
    with acting_through(Door.WORKER.value):
        reminding.send_reminders()
