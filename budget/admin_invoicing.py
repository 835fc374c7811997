"""The invoicing basis in the back office: a preview that is confirmed, a list, and credits with a reason."""

from collections.abc import Callable
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from budget.invoicing import (
    LONGEST_REASON,
    InvoicingError,
    credit_notices,
    draft_notices,
    issue_notices,
    numbers_text,
    standard_periods,
)
from budget.models import Budget, FeeNotice, NumberSeries
from sodertorn.back_office import LookOnlyAdmin, PortalAdmin
from sodertorn.dates import date_span
from sodertorn.money import kronor, number
from sodertorn.sign_in import require_fresh_sign_in

OWN_DATES = "egna"


def may_issue(request: HttpRequest) -> bool:
    return request.user.has_perm("budget.add_feenotice")


class PeriodForm(forms.Form):
    """What period to issue notices for: one of the usual ones in the year, or days of one's own."""

    period = forms.ChoiceField(label="Period")
    first_day = forms.DateField(
        label="Från och med", required=False, widget=forms.DateInput({"type": "date"})
    )
    last_day = forms.DateField(label="Till och med", required=False, widget=forms.DateInput({"type": "date"}))

    def __init__(self, *args: Any, year: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.periods = {period.name: period for period in standard_periods(year)}
        choices = [(name, period.label) for name, period in self.periods.items()]
        self.fields["period"].choices = [*choices, (OWN_DATES, "egna datum")]  # type: ignore[attr-defined]
        for name in ("first_day", "last_day"):
            self.fields[name].widget.format = "%Y-%m-%d"

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("period") == OWN_DATES:
            for name in ("first_day", "last_day"):
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, "Ange ett datum.")
        return data

    @property
    def days(self) -> tuple[date, date]:
        """The first and the last day of a valid form."""
        chosen = self.periods.get(self.cleaned_data["period"])
        if chosen:
            return chosen.first_day, chosen.last_day
        return self.cleaned_data["first_day"], self.cleaned_data["last_day"]


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label="Skäl",
        max_length=LONGEST_REASON,
        widget=forms.TextInput({"size": 80}),
        error_messages={
            "required": "Skriv varför underlaget krediteras.",
            "max_length": f"Skälet får ha högst {LONGEST_REASON} tecken.",
        },
        help_text="Står på kreditunderlaget, till exempel ”Folkmängden för Salem var fel”.",
    )
    whole_issue = forms.BooleanField(
        label="Kreditera alla som utfärdades tillsammans med det här och inte redan är krediterade",
        required=False,
    )


class NoticeIssuing(PortalAdmin):
    """A budget from whose page notices are issued."""

    change_form_template = "admin/budget/budget/change_form.html"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.issue_view)
        return [path("<int:pk>/underlag/", view, name="budget_budget_issue"), *super().get_urls()]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        return super().render_change_form(
            request, {**context, "may_issue": may_issue(request)}, *args, **kwargs
        )

    def issue_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Choose a period, see all eight notices as they would be, and confirm."""
        if not may_issue(request):
            raise PermissionDenied
        require_fresh_sign_in(request)
        budget = get_object_or_404(Budget.objects.select_related("plan"), pk=pk)
        form = PeriodForm(request.GET if "period" in request.GET else None, year=budget.plan.year)
        only = request.GET.getlist("kommun") or None
        context = {"budget": budget, "form": form, "only": only, "title": f"Utfärda underlag, {budget}"}
        if form.is_bound and form.is_valid():
            try:
                if request.method == "POST":
                    return self._issue(request, budget, form.days, only)
                context["draft"] = draft_notices(budget, *form.days, only)
            except InvoicingError as error:
                context["reasons"] = error.reasons
        return _page(self, request, "admin/budget/budget/issue.html", context)

    def _issue(
        self, request: HttpRequest, budget: Budget, days: tuple[date, date], only: list[str] | None
    ) -> HttpResponse:
        notices = issue_notices(
            budget,
            *days,
            request.user,  # type: ignore[arg-type]
            timezone.now(),
            only=only,
            fingerprint=request.POST.get("fingerprint", ""),
        )
        numbers = numbers_text([notice.number for notice in notices])
        total = kronor(sum(notice.amount for notice in notices))
        self.log_change(request, budget, f"Utfärdade underlag {numbers}, {total}.")
        messages.success(request, f"Utfärdade underlag {numbers}: {total}.")
        return HttpResponseRedirect(reverse("admin:budget_feenotice_changelist"))


class StateFilter(admin.SimpleListFilter):
    title = "läge"
    parameter_name = "lage"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("galler", "Gäller"), ("krediterat", "Krediterat"), ("kredit", "Kreditunderlag")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        chosen: dict[str | None, Callable[[], Any]] = {
            "galler": queryset.valid,
            "krediterat": lambda: queryset.exclude(credited_by=None),
            "kredit": lambda: queryset.exclude(credits=None),
        }
        return chosen.get(self.value(), queryset.all)()


@admin.register(FeeNotice)
class FeeNoticeAdmin(LookOnlyAdmin):
    """What is issued is credited, not edited."""

    list_display = ["number", "municipality", "period", "amount_in_kronor", "state", "issued_on"]
    list_filter = [StateFilter, "budget__plan", "municipality"]
    search_fields = ["number", "municipality__name", "reason"]
    search_help_text = "Sök på nummer, kommun eller skäl."
    change_form_template = "admin/budget/feenotice/change_form.html"
    readonly_fields = [
        *("number", "municipality", "budget", "period", "amount_in_kronor", "state", "why"),
        *("derivation", "rate", "number_of_inhabitants", "population_date", "population_source"),
        *("issued_at", "issued_by"),
    ]
    fieldsets = [
        (None, {"fields": ["number", "municipality", "budget", "period", "amount_in_kronor"]}),
        ("Läge", {"fields": ["state", "why"]}),
        (
            "Så är beloppet uträknat",
            {
                "fields": [
                    "derivation",
                    "rate",
                    "number_of_inhabitants",
                    "population_date",
                    "population_source",
                ]
            },
        ),
        ("Utfärdat", {"fields": ["issued_at", "issued_by"]}),
    ]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.credit_view)
        return [
            path("<int:notice_number>/kreditera/", view, name="budget_feenotice_credit"),
            *super().get_urls(),
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[FeeNotice]:
        queryset: Any = super().get_queryset(request)  # of the model's own manager
        return queryset.with_relations()

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        notice = self.get_object(request, object_id)
        offered: dict[str, Any] = {}
        if notice and may_issue(request):
            offered = {
                "may_credit": not notice.credits_id and not notice.credit,
                "again": _address_of_reissue(notice),
            }
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **offered})

    @admin.display(description="period", ordering="first_day")
    def period(self, notice: FeeNotice) -> str:
        return date_span(notice.first_day, notice.last_day, weekday=False)

    @admin.display(description="belopp", ordering="amount")
    def amount_in_kronor(self, notice: FeeNotice) -> str:
        return kronor(notice.amount)

    @admin.display(description="invånare")
    def number_of_inhabitants(self, notice: FeeNotice) -> str:
        return number(notice.inhabitants)

    @admin.display(description="utfärdat", ordering="issued_at")
    def issued_on(self, notice: FeeNotice) -> date:
        return timezone.localtime(notice.issued_at).date()

    @admin.display(description="skäl till krediteringen")
    def why(self, notice: FeeNotice) -> str:
        return notice.credit.reason if notice.credit else notice.reason

    @admin.display(description="läge")
    def state(self, notice: FeeNotice) -> str:
        if notice.credits:
            return f"krediterar nummer {notice.credits.number}"
        return f"krediterat av nummer {notice.credit.number}" if notice.credit else "gäller"

    def credit_view(self, request: HttpRequest, notice_number: int) -> HttpResponse:
        """Say why, and take the notice back; or all that were issued with it."""
        if not may_issue(request):
            raise PermissionDenied
        require_fresh_sign_in(request)
        if notice_number > 2**31 - 1:  # larger than the column can hold
            raise Http404
        notice = get_object_or_404(FeeNotice.objects.with_relations(), number=notice_number)
        others = FeeNotice.objects.issued_with(notice).valid()
        form = ReasonForm(request.POST or None)
        context: dict[str, Any] = {"notice": notice, "form": form, "number_of_others": len(others) - 1}
        if form.is_valid():
            try:
                return self._credit(request, notice, form)
            except InvoicingError as error:
                context["reasons"] = error.reasons
        return _page(
            self,
            request,
            "admin/budget/feenotice/credit.html",
            {**context, "title": f"Kreditera {str(notice).lower()}"},
        )

    def _credit(self, request: HttpRequest, notice: FeeNotice, form: ReasonForm) -> HttpResponse:
        notices = [notice]
        if form.cleaned_data["whole_issue"]:
            notices = list(FeeNotice.objects.issued_with(notice).valid())
        credits_made = credit_notices(
            notices,
            form.cleaned_data["reason"],
            request.user,  # type: ignore[arg-type]
            timezone.now(),
        )
        numbers = numbers_text([credit.number for credit in credits_made])
        total = kronor(sum(credit.amount for credit in credits_made))
        for each in notices:
            self.log_change(request, each, f"Krediterade: {form.cleaned_data['reason']}")
        messages.success(request, f"Utfärdade kreditunderlag {numbers}: {total}.")
        return HttpResponseRedirect(reverse("admin:budget_feenotice_changelist"))


@admin.register(NumberSeries)
class NumberSeriesAdmin(LookOnlyAdmin):
    """Numbers are given out by the portal, without gaps or doubles."""

    list_display = ["name", "last_number"]
    search_fields = ["name"]
    view_on_site = False
    fields = ["name", "last_number"]


def _address_of_reissue(notice: FeeNotice) -> str:
    """Where the municipality's notice for the period is issued again; empty while one is valid."""
    is_done = (
        FeeNotice.objects.valid()
        .filter(municipality=notice.municipality_id)
        .overlapping(notice.first_day, notice.last_day)
        .exists()
    )
    if is_done:
        return ""
    question = {
        "period": OWN_DATES,
        "first_day": notice.first_day,
        "last_day": notice.last_day,
        "kommun": notice.municipality.code,
    }
    return f"{reverse('admin:budget_budget_issue', args=[notice.budget_id])}?{urlencode(question)}"


def _page(
    model_admin: admin.ModelAdmin, request: HttpRequest, template: str, context: dict[str, Any]
) -> HttpResponse:
    # A refusal of what was posted is an answer to a mistake, not to a page asked for.
    status = 400 if request.method == "POST" and context.get("reasons") else 200
    return render(
        request,
        template,
        {**model_admin.admin_site.each_context(request), "opts": model_admin.opts, **context},
        status=status,
    )
