"""The catalogue of open data at the address where Sveriges dataportal looks for it. A top."""

from functools import lru_cache

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from calendar_app.feeds import base_url
from sodertorn.api_answers import checked_response
from sodertorn.dcat import Catalogue
from sodertorn.dcat_catalogue import catalogue

RDF_XML = "application/rdf+xml"
KEPT = 4
"""How many catalogues are kept as files: one for each name that the portal is reached by."""


@require_safe
def dcat(request: HttpRequest) -> HttpResponse:
    """DCAT-AP-SE 3.0.1 in RDF/XML, whatever is asked for: those who harvest ask for all sorts of things."""
    described = catalogue(base_url(request))
    content = _file(described)
    response = checked_response(request, content, content_type=RDF_XML, changed_at=described.changed_at)
    response["Access-Control-Allow-Origin"] = "*"
    return response


@lru_cache(maxsize=KEPT)
def _file(described: Catalogue) -> bytes:
    """The library for RDF is read in here, by the first who asks: it takes 20 MB of memory."""
    from sodertorn.dcat_rdf import rdf_xml

    return rdf_xml(described)
