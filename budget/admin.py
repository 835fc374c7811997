"""The back office for what it costs and who pays (section 8 of the plan)."""

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from budget.models import Budget, BudgetLine, BudgetQuerySet, FeeRate
from committee.models import OperationalPlan
from sodertorn.back_office import ORDER_HINT, PortalAdmin, PortalInline
from sodertorn.money import kronor


@admin.register(FeeRate)
class FeeRateAdmin(PortalAdmin):
    list_display = ["valid_from", "amount_per_inhabitant", "note"]
    date_hierarchy = "valid_from"
    search_fields = ["note", "valid_from"]
    search_help_text = "Sök på anmärkning eller datum, till exempel 2017-08."
    ordering = ["-valid_from"]
    view_on_site = False
    fieldsets = [
        (
            None,
            {
                "fields": ["valid_from", "amount_per_inhabitant", "note"],
                "description": "En avgift gäller tills nästa tar vid. Lägg till en ny när avgiften ändras, "
                "i stället för att ändra den gamla.",
            },
        )
    ]


class LineForm(forms.ModelForm):
    """A line whose side follows from the table that it is written in."""

    side: BudgetLine.Side

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.side = self.side


class RevenueForm(LineForm):
    side = BudgetLine.Side.REVENUE


class CostForm(LineForm):
    side = BudgetLine.Side.COST


class LineInline(PortalInline):
    model = BudgetLine
    form: type[LineForm]

    def get_queryset(self, request: HttpRequest) -> QuerySet[BudgetLine]:
        return super().get_queryset(request).filter(side=self.form.side)


class RevenueInline(LineInline):
    form = RevenueForm
    fields = ["position", "title", "amount", "is_fee"]
    verbose_name = "intäkt"
    verbose_name_plural = "intäkter"


class CostInline(LineInline):
    form = CostForm
    fields = ["position", "title", "amount"]
    verbose_name = "kostnad"
    verbose_name_plural = "kostnader"


@admin.register(Budget)
class BudgetAdmin(PortalAdmin):
    list_display = ["title", "revenue", "cost", "difference", "proration", "population_date"]
    list_filter = ["proration"]
    search_fields = ["plan__year", "note"]
    search_help_text = "Sök på år eller ord i anmärkningen."
    autocomplete_fields = ["plan"]
    readonly_fields = ["revenue", "cost", "difference"]
    fieldsets = [
        (None, {"fields": ["plan"]}),
        (
            "Kommunernas avgift",
            {
                "fields": ["proration", "population_date"],
                "description": "Avgiften per invånare finns under Avgifter per invånare.",
            },
        ),
        (
            "Summor",
            {
                "fields": ["revenue", "cost", "difference"],
                "description": "Räknas ut av raderna längre ner när budgeten sparas.",
            },
        ),
        ("Anmärkning", {"fields": ["note"]}),
    ]
    inlines = [RevenueInline, CostInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Budget]:
        queryset = super().get_queryset(request)
        assert isinstance(queryset, BudgetQuerySet)  # noqa: S101 - the model's own manager
        return queryset.with_totals().select_related("plan")

    def get_view_on_site_url(self, obj: Model | None = None) -> str | None:
        """The page is there once the plan is adopted."""
        if not isinstance(obj, Budget) or obj.plan.status != OperationalPlan.Status.ADOPTED:
            return None
        return super().get_view_on_site_url(obj)

    @admin.display(description="budget", ordering="plan__year")
    def title(self, budget: Budget) -> str:
        return str(budget)

    @admin.display(description="summa intäkter", ordering="revenue")
    def revenue(self, budget: Any) -> str:
        return kronor(getattr(budget, "revenue", Decimal(0)))

    @admin.display(description="summa kostnader", ordering="cost")
    def cost(self, budget: Any) -> str:
        return kronor(getattr(budget, "cost", Decimal(0)))

    @admin.display(description="intäkter minus kostnader")
    def difference(self, budget: Any) -> str:
        return kronor(getattr(budget, "revenue", Decimal(0)) - getattr(budget, "cost", Decimal(0)))


@admin.register(BudgetLine)
class BudgetLineAdmin(PortalAdmin):
    list_display = ["title", "side", "amount_in_kronor", "is_fee", "budget", "position"]
    list_filter = ["budget__plan", "side", "is_fee"]
    list_select_related = ["budget__plan"]
    search_fields = ["title"]
    search_help_text = "Sök på benämning."
    autocomplete_fields = ["budget"]
    view_on_site = False
    fieldsets = [
        (None, {"fields": ["budget", "side", "title", "amount", "is_fee"]}),
        ("Plats i budgeten", {"fields": ["position"], "description": ORDER_HINT}),
    ]

    @admin.display(description="belopp", ordering="amount")
    def amount_in_kronor(self, line: BudgetLine) -> str:
        return kronor(line.amount)
