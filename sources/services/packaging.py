"""A capture as one file for replay programs (WACZ), made while it is sent."""

from sources.archive.wacz import About, TooLarge, Wacz, wacz_of
from sources.domain.errors import WrongState
from sources.models import Capture
from sources.services.originals import open_warc


def package(capture: Capture) -> Wacz:
    """The WACZ of a stored capture, its WARC's digest recomputed.

    Raises ``Gone`` (``copy_removed``), ``WrongState`` (``capture_not_stored``, ``file_missing``, ``file_damaged``,
    ``wacz_too_large``).
    """
    warc = open_warc(capture)
    url = capture.final_url or capture.url_requested or capture.source.url
    about = About(
        id=str(capture.public_id),
        url=url or f"urn:uuid:{capture.public_id}",
        title=capture.source.title or url or "A copy",
        at=capture.captured_at or capture.requested_at,
        software=capture.software or "Factcheck/1.0",
    )
    try:
        return wacz_of(warc, about)
    except TooLarge:
        warc.close()
        raise WrongState("wacz_too_large", "This copy is too large for a WACZ. Its WARC can be downloaded.") from None
    except BaseException:
        warc.close()
        raise
