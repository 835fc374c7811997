"""A document sent to a reader: with what a browser must know of it, and without the means to do anything."""

import logging

from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import http_date, quote_etag

from committee.documents_formats import FORMATS
from committee.models import Document

logger = logging.getLogger(__name__)

ISOLATED = "default-src 'none'; frame-ancestors 'none'; sandbox"
"""The file loads nothing, runs nothing and is of no origin. Chromium's PDF viewer opens it all the same."""


def document_response(request: HttpRequest, document: Document) -> HttpResponseBase:
    """The file, or that it has not changed. Raises Http404 if it is gone from the store.

    Browsers keep it, but ask each time: what is unpublished is gone at the next look.
    """
    etag, changed_at = quote_etag(document.sha256), int(document.edited_at.timestamp())
    response: HttpResponseBase | None = get_conditional_response(request, etag, changed_at)
    if response is None:
        response = _file_response(document)
    response["ETag"] = etag
    response["Last-Modified"] = http_date(changed_at)
    response["Accept-Ranges"] = "none"
    response["Content-Security-Policy"] = ISOLATED
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["X-Content-Type-Options"] = "nosniff"
    patch_cache_control(response, no_cache=True)
    return response


def _file_response(document: Document) -> FileResponse:
    file_format = FORMATS.get(document.media_type)
    try:
        content = document.file.open("rb")
    except FileNotFoundError:
        logger.error("The file of document %s is missing: %s", document.pk, document.file.name)
        raise Http404("Filen saknas.") from None
    return FileResponse(
        content,
        as_attachment=file_format is None or not file_format.is_shown,
        filename=document.file_name,
        content_type=document.media_type,
    )
