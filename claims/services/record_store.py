"""Keeping a sealed text's removable parts beside it; they are read back by ``claims.querysets``."""

from claims.domain.records import Sealed
from claims.models import RecordPart


def keep_parts(sealed: Sealed) -> None:
    """Write the removable parts of a sealed dossier or record."""
    RecordPart.objects.bulk_create(
        RecordPart(record_sha256=sealed.sha256, key=part.key, salt=part.salt, text=part.text) for part in sealed.parts
    )
