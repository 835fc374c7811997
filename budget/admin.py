"""The back office for what it costs and who pays (section 8 of the plan)."""

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from budget.admin_invoicing import NoticeIssuing
from budget.forms import LineFormSet
from budget.models import (
    ActivityCost,
    Budget,
    BudgetLine,
    BudgetQuerySet,
    FeeRate,
    Outcome,
    Scenario,
    deletion_obstacles,
)
from budget.tables import ActivityCostTable, BudgetLineTable, FeeRateTable, OutcomeTable, ScenarioTable
from committee.plan_lock import LockedWhileCopied, UnlockedForm
from sodertorn.back_office import ORDER_HINT, PortalInline
from sodertorn.money import kronor
from sodertorn.round_trip import RoundTripAdmin


@admin.register(FeeRate)
class FeeRateAdmin(RoundTripAdmin):
    resource_class = FeeRateTable
    list_display = ["valid_from", "amount_per_inhabitant", "note", "proposed_in"]
    list_select_related = ["proposed_in__plan"]
    autocomplete_fields = ["proposed_in"]
    date_hierarchy = "valid_from"
    search_fields = ["note", "valid_from"]
    search_help_text = "Sök på anmärkning eller datum, till exempel 2017-08."
    ordering = ["-valid_from"]
    view_on_site = False
    fieldsets = [
        (
            None,
            {
                "fields": ["valid_from", "amount_per_inhabitant", "note", "proposed_in"],
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
    formset = LineFormSet

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


class BudgetForm(UnlockedForm):
    """A budget, which is published with its plan; by itself only if the plan is adopted already."""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        plan = data.get("plan")
        is_new = {"status", "plan"} & set(self.changed_data)
        if is_new and plan and plan.is_draft and data.get("status") == Budget.Status.PUBLISHED:
            self.add_error(
                "status",
                f"{plan} är inte beslutad än. Budgeten publiceras med den, från planens checklista.",
            )
        return data


@admin.register(Budget)
class BudgetAdmin(LockedWhileCopied, NoticeIssuing):
    form = BudgetForm
    list_display = ["title", "status", "revenue", "cost", "difference", "proration", "population_date"]
    list_filter = ["status", "proration"]
    search_fields = ["plan__year", "note"]
    search_help_text = "Sök på år eller ord i anmärkningen."
    autocomplete_fields = ["plan"]
    readonly_fields = ["revenue", "cost", "difference"]
    fieldsets = [
        (
            None,
            {
                "fields": ["plan", "status"],
                "description": "Budgeten publiceras med sin plan, från planens checklista. Är planen "
                "redan beslutad kan budgeten publiceras för sig, här.",
            },
        ),
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
        ("Avstämning och anmärkning", {"fields": ["reconciliation_comment", "note"]}),
        ("Uppföljning", {"fields": ["deviation_threshold"]}),
    ]
    inlines = [RevenueInline, CostInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Budget]:
        queryset: Any = super().get_queryset(request)  # of the model's own manager
        return queryset.with_totals().select_related("plan__working_copy")

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


class OfABudgetAdmin(RoundTripAdmin):
    """Rows of a budget, which are read in for one budget at a time."""

    target_label = "Budget"

    def import_targets(self) -> list[tuple[str, str]]:
        return [(str(budget.pk), str(budget)) for budget in self.budgets().select_related("plan")]

    def budgets(self) -> BudgetQuerySet:
        """Those that rows may be read in for."""
        return Budget.objects.original()


@admin.register(BudgetLine)
class BudgetLineAdmin(LockedWhileCopied, OfABudgetAdmin):
    resource_class = BudgetLineTable
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

    def budgets(self) -> BudgetQuerySet:
        return Budget.objects.filter(plan__working_copy=None)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """A published budget protects the lines that it can't do without."""
        to_delete, counts, perms_needed, protected = super().get_deleted_objects(objs, request)
        return to_delete, counts, perms_needed, [*protected, *deletion_obstacles(list(objs))]

    @admin.display(description="belopp", ordering="amount")
    def amount_in_kronor(self, line: BudgetLine) -> str:
        return kronor(line.amount)


@admin.register(Outcome)
class OutcomeAdmin(OfABudgetAdmin):
    resource_class = OutcomeTable
    list_display = ["line", "report", "as_of", "amount_in_kronor", "deviation_in_kronor"]
    list_filter = ["line__budget__plan", "report"]
    list_select_related = ["line"]
    search_fields = ["line__title", "comment"]
    search_help_text = "Sök på budgetrad eller ord i kommentaren."
    autocomplete_fields = ["line"]
    view_on_site = False
    fields = ["line", "report", "as_of", "amount", "comment"]

    @admin.display(description="belopp", ordering="amount")
    def amount_in_kronor(self, outcome: Outcome) -> str:
        return kronor(outcome.amount)

    @admin.display(description="avvikelse från budgeten")
    def deviation_in_kronor(self, outcome: Outcome) -> str:
        return kronor(outcome.deviation)


@admin.register(ActivityCost)
class ActivityCostAdmin(OfABudgetAdmin):
    resource_class = ActivityCostTable
    list_display = ["activity", "amount_in_kronor", "line", "note"]
    list_filter = ["line__budget__plan"]
    list_select_related = ["activity", "line"]
    search_fields = ["activity__title", "line__title", "note"]
    search_help_text = "Sök på aktivitet, budgetrad eller anmärkning."
    autocomplete_fields = ["activity", "line"]
    view_on_site = False
    fields = ["activity", "line", "amount", "note"]

    @admin.display(description="belopp", ordering="amount")
    def amount_in_kronor(self, cost: ActivityCost) -> str:
        return kronor(cost.amount)


@admin.register(Scenario)
class ScenarioAdmin(RoundTripAdmin):
    resource_class = ScenarioTable
    only_out = "Kalkyler kan hämtas men inte läsas in: de görs på sidan Kalkyl, som räknar ut dem."
    list_display = ["name", "shown_year", "rate", "changes_on", "total", "population_date", "created_by"]
    list_select_related = ["created_by"]
    search_fields = ["name", "note", "year"]
    search_help_text = "Sök på namn, anmärkning eller år."
    view_on_site = False
    fieldsets = [
        (None, {"fields": ["name", "year", "population_date"]}),
        (
            "Antagande",
            {
                "fields": [("rate", "changes_on"), "total"],
                "description": "Ange antingen en avgift och från vilken dag, eller ett belopp att fördela.",
            },
        ),
        ("Anmärkning", {"fields": ["note"]}),
    ]

    @admin.display(description="år", ordering="year")
    def shown_year(self, scenario: Scenario) -> str:
        return str(scenario.year)
