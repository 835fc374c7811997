"""Pages and files of the invoicing basis, for staff only: working papers until they have been sent."""

from collections.abc import Callable
from typing import Any

from django.contrib.admin.views.decorators import staff_member_required
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from budget.models import FeeNotice
from budget.notice_pdf import issue_pdf, notice_pdf, title_of
from budget.notice_table import notices_dataset
from sodertorn.responses import CsvResponse
from sodertorn.spreadsheets import XlsxResponse

View = Callable[..., HttpResponseBase]


def _for_staff(view: View) -> View:
    """Ask who one is, refuse those who may not see notices, and let nothing in between keep a copy."""
    allowed = permission_required("budget.view_feenotice", raise_exception=True)(view)
    return require_safe(never_cache(staff_member_required(allowed)))


@_for_staff
def fee_notice(request: HttpRequest, number: int) -> HttpResponse:
    """One notice, with what it was worked out from, its files, and those issued together with it."""
    notice = _notice(number)
    issue = list(FeeNotice.objects.issued_with(notice).with_relations())
    context = {
        "notice": notice,
        "title": title_of(notice),
        "issue": issue,
        "issue_total": sum(each.amount for each in issue),
        "may_issue": request.user.has_perm("budget.add_feenotice"),
    }
    return render(request, "budget/fee_notice.html", context)


@_for_staff
def fee_notice_file(request: HttpRequest, number: str, suffix: str) -> HttpResponseBase:
    """One notice as a file."""
    notice = _notice(int(number))
    name = f"underlag-{notice.number}-{notice.municipality.slug}"
    if suffix == "pdf":
        return _pdf(notice_pdf(notice), name)
    return _table([notice], name, title_of(notice), suffix)


@_for_staff
def fee_issue_file(request: HttpRequest, number: str, suffix: str) -> HttpResponseBase:
    """All notices that were issued in one go with a notice, as one file."""
    notices = list(FeeNotice.objects.issued_with(_notice(int(number))).with_relations())
    name = f"underlag-{notices[0].number}-{notices[-1].number}"
    if suffix == "pdf":
        return _pdf(issue_pdf(notices), name)
    title = f"Underlag för avgift {notices[0].number}–{notices[-1].number}"
    return _table(notices, name, title, suffix)


def _notice(number: int) -> FeeNotice:
    if number > 2**31 - 1:  # larger than the column can hold
        raise Http404
    return get_object_or_404(FeeNotice.objects.with_relations(), number=number)


def _pdf(content: bytes, name: str) -> HttpResponse:
    headers: dict[str, Any] = {"Content-Disposition": f'inline; filename="{name}.pdf"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


def _table(notices: list[FeeNotice], name: str, title: str, suffix: str) -> HttpResponseBase:
    dataset = notices_dataset(notices, name, title)
    return XlsxResponse(dataset) if suffix == "xlsx" else CsvResponse(dataset)
