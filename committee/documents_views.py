"""The documents, listed and each by itself."""

from django.core.paginator import InvalidPage, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from committee.documents_filter import DocumentFilter
from committee.documents_response import document_response
from committee.models import Document
from sodertorn.publishing import audience_of

DOCUMENTS_PER_PAGE = 50


@require_safe
def document_list(request: HttpRequest) -> HttpResponse:
    """Every document, newest first, some at a time."""
    visible = Document.objects.visible_to(audience_of(request)).select_related("body")
    form = DocumentFilter(request.GET, visible)
    try:
        page = Paginator(form.documents, DOCUMENTS_PER_PAGE).page(request.GET.get("sida", 1))
    except InvalidPage as error:
        raise Http404("Så många sidor finns inte.") from error
    context = {
        "form": form,
        "page": page,
        "newer": form.page_address(page.number - 1) if page.has_previous() else "",
        "older": form.page_address(page.number + 1) if page.has_next() else "",
    }
    return render(request, "committee/document_list.html", context)


@require_safe
def document_file(request: HttpRequest, pk: int, file_name: str) -> HttpResponseBase:
    """The file itself, under its own name."""
    document = get_object_or_404(Document.objects.visible_to(audience_of(request)), pk=pk)
    if file_name != document.file_name:
        return redirect(document)
    return document_response(request, document)
