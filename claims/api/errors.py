"""Refusals of the API: always ``{"code": …, "sentence": …}``."""

from typing import Any

from django.http import HttpRequest, JsonResponse
from rest_framework.exceptions import APIException
from rest_framework.response import Response
from rest_framework.views import exception_handler

from sources.domain.errors import DeskError

SENTENCES = {
    404: ("not_found", "There is nothing at this address."),
    405: ("method_not_allowed", "This interface is for reading only: use GET."),
    406: ("not_acceptable", "This interface answers in JSON only."),
}


def answer(error: Exception, context: dict[str, Any]) -> Response | None:
    """The answer to a refusal of ours or of the framework; ``None`` for a fault, which is answered with 500."""
    if isinstance(error, DeskError):
        return Response({"code": error.code, "sentence": error.sentence}, status=error.status)
    response: Response | None = exception_handler(error, context)
    if response is None:
        return None
    fallback = (error.default_code if isinstance(error, APIException) else "refused", "This cannot be answered.")
    code, sentence = SENTENCES.get(response.status_code, fallback)
    response.data = {"code": code, "sentence": sentence}
    return response


def nothing_here(request: HttpRequest, rest: str = "") -> JsonResponse:
    """Any address below ``/api/v1/`` that is none."""
    code, sentence = SENTENCES[404]
    return JsonResponse({"code": code, "sentence": sentence}, status=404)
