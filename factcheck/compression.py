"""Compression of what readers and programs get.

BREACH reads a secret out of a compressed page that also repeats what an attacker typed. No readers' page holds one:
there is no session there, and a form's signed time is given to anybody. The desk, the admin and the log-in pages do
hold secrets and are left alone. See docs/decisions/readers-forms.md.
"""

from typing import Any

from django.http import HttpRequest
from django.middleware.gzip import GZipMiddleware

WITH_SECRETS = ("/admin/", "/desk/", "/account/")
COMPRESSED = ("text/html", "application/json", "application/ld+json", "application/atom+xml", "application/xml")


class ReadersGzip(GZipMiddleware):
    """Django's own, for texts outside of the house, without its random padding: the same page has the same bytes."""

    max_random_bytes = 0

    def process_response(self, request: HttpRequest, response: Any) -> Any:
        is_text = response.get("Content-Type", "").split(";", 1)[0] in COMPRESSED
        if request.path.startswith(WITH_SECRETS) or not is_text:
            return response
        return super().process_response(request, response)
