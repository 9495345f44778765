"""The rows by which archived texts are found, and each database's index of them."""

from django.db import connection

from sources.models import Artefact, Capture, TextWords

_LEARN = {
    "sqlite": (
        "INSERT INTO sources_textsearch (rowid, words)"
        " SELECT artefact_id, words FROM sources_textwords WHERE artefact_id = %s"
    ),
    "postgresql": (
        "UPDATE sources_textwords SET vector = array_to_tsvector(array_remove(string_to_array(words, ' '), ''))"
        " WHERE artefact_id = %s"
    ),
}
_FORGET = (
    "INSERT INTO sources_textsearch (sources_textsearch, rowid, words)"
    " SELECT 'delete', artefact_id, words FROM sources_textwords WHERE artefact_id = %s"
)


def keep_words(artefact: Artefact, words: str) -> bool:
    """Have ``artefact`` found by ``words``; ``False`` where it is. The caller's transaction holds its capture."""
    row, is_new = TextWords.objects.get_or_create(artefact=artefact, defaults={"words": words})
    if is_new:
        with connection.cursor() as cursor:
            cursor.execute(_LEARN[connection.vendor], [row.pk])
    return is_new


def forget_words(capture: Capture) -> None:
    """Find the texts of ``capture`` no more; called inside the transaction that removes it."""
    keys = list(TextWords.objects.filter(artefact__capture=capture).values_list("pk", flat=True))
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            for key in keys:
                cursor.execute(_FORGET, [key])
    TextWords.objects.filter(pk__in=keys).delete()
