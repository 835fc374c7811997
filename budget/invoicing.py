"""The basis for invoicing the fee: worked out, issued with numbers without gaps, and credited.

Amounts are whole kronor; the rate of a period is exact, in kronor per inhabitant. Whoever issues or credits
first locks the series of numbers, so two clerks who press the button at once come one after the other.
"""

import calendar
import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from django.contrib.auth.models import User
from django.db import transaction

from budget import fees
from budget.models import Budget, FeeNotice, FeeRate, NumberSeries
from committee.models import Municipality, OperationalPlan, Population
from sodertorn.dates import date_span, date_text

SERIES = "underlag för avgift"
LONGEST_REASON = 250


class InvoicingError(Exception):
    """Nothing was issued or credited; `reasons` are Swedish sentences, for showing."""

    def __init__(self, *reasons: str) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


@dataclass(frozen=True)
class Period:
    """Days that a fee is charged for, the first and the last included."""

    name: str
    label: str
    first_day: date
    last_day: date


@dataclass(frozen=True)
class NoticeRow:
    """What one municipality is to pay: `amount` in whole kronor."""

    municipality: Municipality
    population: Population
    amount: int


@dataclass(frozen=True)
class NoticeDraft:
    """The notices of a period as they would be issued."""

    budget: Budget
    first_day: date
    last_day: date
    rate: Fraction
    derivation: str
    rows: tuple[NoticeRow, ...]

    @property
    def total(self) -> int:
        return sum(row.amount for row in self.rows)

    @property
    def inhabitants(self) -> int:
        return sum(row.population.inhabitants for row in self.rows)

    @property
    def fingerprint(self) -> str:
        """The same as long as nothing that a notice would say has changed."""
        said: list[tuple[object, ...]] = [(self.first_day, self.last_day, self.rate, self.derivation)]
        said += [
            (row.municipality.code, row.amount, row.population.inhabitants, row.population.source)
            for row in self.rows
        ]
        return hashlib.sha256(repr(said).encode()).hexdigest()


def standard_periods(year: int) -> list[Period]:
    """The year, its halves and its quarters."""
    lengths = [("helår", 12), ("halvår", 6), ("kvartal", 3)]
    periods = []
    for name, months in lengths:
        for number, first_month in enumerate(range(1, 13, months), start=1):
            last_month = first_month + months - 1
            periods.append(
                Period(
                    name if months == 12 else f"{name}-{number}",
                    f"{name} {year}" if months == 12 else f"{name} {number}, {year}",
                    date(year, first_month, 1),
                    date(year, last_month, calendar.monthrange(year, last_month)[1]),
                )
            )
    return periods


def draft_notices(
    budget: Budget, first_day: date, last_day: date, only: Collection[str] | None = None
) -> NoticeDraft:
    """Work out what each municipality pays for the days, from the rates and the population as they stand.

    The total is rounded once and shared by largest remainder among all eight, whose rows sum to it. `only`
    picks the rows of some municipalities, by code, without changing their amounts: for issuing anew what
    has been credited. Raises `InvoicingError` with every reason why the notices can't be issued.
    """
    municipalities = list(Municipality.objects.all())
    chosen = [row for row in municipalities if only is None or row.code in only]
    populations = _populations(budget)
    reasons = [
        *_refused_budget(budget),
        *_refused_period(budget, first_day, last_day),
        *_refused_population(budget, municipalities, populations),
        *_already_issued(chosen, first_day, last_day),
    ]
    if not chosen:
        reasons.append("Det finns ingen kommun att utfärda underlag för.")
    if reasons:
        raise InvoicingError(*reasons)
    rates = FeeRate.objects.decided().as_rates()
    try:
        periods = fees.rate_periods_between(rates, first_day, last_day, fees.Proration(budget.proration))
    except (fees.RateMissingError, fees.BrokenMonthError) as error:
        raise InvoicingError(str(error)) from error
    rate = fees.average_rate(periods)
    levy = fees.levy(rate, {row.code: populations[row.pk].inhabitants for row in municipalities})
    amounts = {share.key: share.amount or 0 for share in levy.shares}
    return NoticeDraft(
        budget,
        first_day,
        last_day,
        rate,
        fees.derivation(periods),
        tuple(NoticeRow(row, populations[row.pk], amounts[row.code]) for row in chosen),
    )


@transaction.atomic
def issue_notices(
    budget: Budget,
    first_day: date,
    last_day: date,
    issued_by: User | None,
    now: datetime,
    *,
    only: Collection[str] | None = None,
    fingerprint: str | None = None,
) -> list[FeeNotice]:
    """Issue one notice for each municipality, or those in `only`, numbered in the municipalities' order.

    With the `fingerprint` of a draft, only what that draft said is issued. Raises `InvoicingError`, and then
    neither a notice nor a number has been used.
    """
    series = _locked_series()
    budget = Budget.objects.select_related("plan").get(pk=budget.pk)
    draft = draft_notices(budget, first_day, last_day, only)
    if fingerprint is not None and fingerprint != draft.fingerprint:
        raise InvoicingError("Uppgifterna har ändrats sedan du öppnade sidan. Granska beloppen på nytt.")
    notices = [
        FeeNotice(
            budget=budget,
            municipality=row.municipality,
            first_day=first_day,
            last_day=last_day,
            amount=row.amount,
            rate=str(draft.rate),
            derivation=draft.derivation,
            inhabitants=row.population.inhabitants,
            population_date=row.population.reference_date,
            population_source=row.population.source,
            issued_at=now,
            issued_by=issued_by,
        )
        for row in draft.rows
    ]
    return _save_numbered(notices, series)


@transaction.atomic
def credit_notices(
    notices: Sequence[FeeNotice], reason: str, credited_by: User | None, now: datetime
) -> list[FeeNotice]:
    """Take notices back, each by a credit with a number of its own and the amount negated.

    All or none: raises `InvoicingError` if one of them is a credit or has been credited already.
    """
    series = _locked_series()
    reason = reason.strip()
    reasons = []
    if not reason:
        reasons.append("Skriv varför underlaget krediteras.")
    if len(reason) > LONGEST_REASON:
        reasons.append(f"Skälet får ha högst {LONGEST_REASON} tecken.")
    done = FeeNotice.objects.filter(credits__in=notices).values_list("credits__number", "number")
    reasons += [f"Underlag {number} är redan krediterat, av nummer {credit}." for number, credit in done]
    reasons += [
        f"Nummer {notice.number} är ett kreditunderlag och kan inte krediteras."
        for notice in notices
        if notice.credits_id
    ]
    if reasons:
        raise InvoicingError(*reasons)
    frozen = ["budget", "municipality", "first_day", "last_day", "rate", "derivation", "inhabitants"]
    frozen += ["population_date", "population_source"]
    return _save_numbered(
        [
            FeeNotice(
                **{name: getattr(notice, name) for name in frozen},
                amount=-notice.amount,
                credits=notice,
                reason=reason,
                issued_at=now,
                issued_by=credited_by,
            )
            for notice in notices
        ],
        series,
    )


def _locked_series() -> NumberSeries:
    """The series, held until the transaction ends; on SQLite the transaction itself holds everything."""
    return NumberSeries.objects.select_for_update().get_or_create(name=SERIES)[0]


def _save_numbered(notices: list[FeeNotice], series: NumberSeries) -> list[FeeNotice]:
    for number, notice in enumerate(notices, start=series.last_number + 1):
        notice.number = number
        notice.save()
    series.last_number += len(notices)
    series.save(update_fields=["last_number"])
    return notices


def _refused_budget(budget: Budget) -> list[str]:
    reasons = []
    if budget.status != Budget.Status.PUBLISHED:
        reasons.append(f"{budget} är ett utkast. Publicera budgeten först.")
    if budget.plan.status != OperationalPlan.Status.ADOPTED:
        reasons.append(f"{budget.plan} är inte beslutad.")
    return reasons


def _refused_period(budget: Budget, first_day: date, last_day: date) -> list[str]:
    if last_day < first_day:
        return ["Perioden kan inte sluta före sin första dag."]
    if first_day.year != budget.plan.year or last_day.year != budget.plan.year:
        return [f"Perioden ska ligga inom {budget.plan.year}."]
    return []


def _populations(budget: Budget) -> dict[int, Population]:
    """By the municipality's primary key."""
    if not budget.population_date:
        return {}
    return {row.municipality_id: row for row in Population.objects.on(budget.population_date)}


def _refused_population(
    budget: Budget, municipalities: list[Municipality], populations: dict[int, Population]
) -> list[str]:
    if not budget.population_date:
        return ["Budgeten anger inte vilket datums folkmängd som avgiften räknas på."]
    missing = [row.name for row in municipalities if row.pk not in populations]
    if not missing:
        return []
    return [f"Folkmängd per {date_text(budget.population_date)} saknas för {', '.join(missing)}."]


def _already_issued(municipalities: list[Municipality], first_day: date, last_day: date) -> list[str]:
    issued: dict[tuple[date, date], list[int]] = {}
    notices = FeeNotice.objects.valid().overlapping(first_day, last_day)
    for notice in notices.filter(municipality__in=municipalities).order_by("number"):
        issued.setdefault((notice.first_day, notice.last_day), []).append(notice.number)
    return [
        f"Underlag för {date_span(*days, weekday=False)} är redan utfärdade ({numbers_text(numbers)}). "
        "Kreditera dem först."
        for days, numbers in issued.items()
    ]


def numbers_text(numbers: Sequence[int]) -> str:
    """As in "nummer 1–8" or "nummer 1, 3, 8"; the numbers are in order."""
    if len(numbers) > 2 and numbers[-1] - numbers[0] == len(numbers) - 1:
        return f"nummer {numbers[0]}–{numbers[-1]}"
    return f"nummer {', '.join(map(str, numbers))}"
