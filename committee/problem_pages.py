"""The pages on which anyone reports what is not accessible."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from committee.models import ProblemReport
from committee.problem_form import ProblemForm
from committee.problem_reports import mail, store, submission_of
from sodertorn import rate_limits

BAD_REQUEST, TOO_MANY = 400, 429


# A forged request from another site would only make a report, as anyone may, in nobody's name: there is no
# cookie to ride on. The usual protection would set one, and visitors get none.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(no_store=True)
def report_problem(request: HttpRequest) -> HttpResponse:
    """The form, and once it is filled in rightly, on to the thanks. What was typed is never lost."""
    if request.method != "POST":
        return _form_page(request, ProblemForm(initial={"address": _asked_page(request)}), 200)
    form = ProblemForm(request.POST)
    if not form.is_valid():
        return _form_page(request, form, BAD_REQUEST)
    report = form.instance
    report.submission = submission_of(form.token, report)
    seconds = _seconds_to_wait(request, report)
    if seconds:
        response = _form_page(request, form, TOO_MANY)
        response["Retry-After"] = str(seconds)
        return response
    return _received(request, report)


def _asked_page(request: HttpRequest) -> str:
    """The page that the link was on, or that someone has written in the address: shown, and not trusted."""
    asked = "".join(sign for sign in request.GET.get("sida", "") if sign.isprintable())
    return asked[: ProblemReport._meta.get_field("address").max_length]


def _form_page(request: HttpRequest, form: ProblemForm, status: int) -> HttpResponse:
    context = {"form": form, "is_too_many": status == TOO_MANY}
    return render(request, "committee/problem_report.html", context, status=status)


def _seconds_to_wait(request: HttpRequest, report: ProblemReport) -> int:
    """Until one more may be sent from there. What is stored already is thanked for again."""
    if ProblemReport.objects.filter(submission=report.submission).exists():
        return 0
    return rate_limits.seconds_to_wait(request, rate_limits.REPORTS)


def _received(request: HttpRequest, report: ProblemReport) -> HttpResponseRedirect:
    stored, is_new = store(report)
    if is_new:
        rate_limits.count(request, rate_limits.REPORTS)
        path = reverse("admin:committee_problemreport_change", args=[stored.pk])
        mail(stored, request.build_absolute_uri(path))
    return redirect("committee:problem-received")


@require_safe
def problem_received(request: HttpRequest) -> HttpResponse:
    return render(request, "committee/problem_received.html")
