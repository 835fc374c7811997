"""Revenue against cost, and budgeted fee revenue against what the rule for the fee gives (section 8).

The 2017 budget balances at 1 280 000 kr, but 17/6 kr × 480 000 inhabitants is 1 360 000 kr. The plan does not
say why they differ, so the difference is shown with what would explain it; neither figure is corrected.
"""

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from budget.fees import Proration, Rate, RatePeriod, average_rate, rate_periods, units_in_year
from sodertorn.money import round_half_up


@dataclass(frozen=True)
class Balance:
    """Both sides of a budget, in kronor."""

    revenue: Decimal
    cost: Decimal

    @property
    def difference(self) -> Decimal:
        """Revenue less cost: negative when costs are not covered."""
        return self.revenue - self.cost

    @property
    def is_balanced(self) -> bool:
        return self.revenue == self.cost


@dataclass(frozen=True)
class Deviation:
    """What an amount came to against what was expected of it, in kronor."""

    expected: Fraction
    amount: Decimal

    @property
    def kronor(self) -> Fraction:
        """Amount less expected: positive when more came in, or was spent, than expected."""
        return Fraction(self.amount) - self.expected

    @property
    def percent(self) -> Fraction | None:
        """The deviation in per cent of what was expected; None when that was nothing."""
        return self.kronor * 100 / self.expected if self.expected else None

    def exceeds(self, threshold: int) -> bool:
        """Whether the deviation is more than so many per cent; of nothing, any deviation is."""
        percent = self.percent
        return self.kronor != 0 if percent is None else abs(percent) > threshold


def elapsed_share(as_of: date) -> Fraction:
    """How much of its year has gone by `as_of`: in whole months (31 August: 8/12), or else in days."""
    if as_of.day == calendar.monthrange(as_of.year, as_of.month)[1]:
        return Fraction(as_of.month, 12)
    return Fraction(as_of.timetuple().tm_yday, units_in_year(as_of.year, Proration.DAYS))


@dataclass(frozen=True)
class Reconciliation:
    """Budgeted fee revenue against fee × inhabitants for one year, in kronor, with possible explanations.

    An explanation is None when there is nothing to explain or it can't be worked out: `change_on` and
    `months_of_change` need a year with exactly one change of rate.
    """

    inhabitants: int
    periods: tuple[RatePeriod, ...]
    rate: Fraction
    """The year's exact fee per inhabitant: 17/6."""
    by_rule: Decimal
    """Exact fee × inhabitants, rounded to whole kronor: 1 360 000."""
    budgeted: Decimal
    change_on: date | None
    """First of the month from which the new rate would give exactly the budget: 1 September 2017."""
    inhabitants_needed: int | None
    """The nearest number of inhabitants for which the rule gives the budget: 451 765."""
    months_of_change: Fraction | None
    """How many months (twelfths of a year) of the change in rate the difference is worth, without sign: 1."""
    full_year_before: Decimal
    """What the rate at the beginning of the year gives in a full year: 960 000."""
    full_year_after: Decimal
    """What the rate at the end of the year gives in a full year: 1 920 000."""

    @property
    def difference(self) -> Decimal:
        """Budget less rule: −80 000, negative when less is budgeted than the rule gives."""
        return self.budgeted - self.by_rule

    @property
    def agrees(self) -> bool:
        return self.difference == 0


def reconcile(
    inhabitants: int, rates: Iterable[Rate], year: int, proration: Proration, budgeted: Decimal
) -> Reconciliation:
    """Compare `budgeted` fee revenue, in kronor, with the rule: the year's fee × `inhabitants`.

    Raises RateMissingError as `rate_periods` does, and ValueError when `inhabitants` is not positive.
    """
    if inhabitants <= 0:
        raise ValueError(f"not a positive number of inhabitants: {inhabitants}")
    periods = tuple(rate_periods(rates, year, proration))
    rate = average_rate(periods)
    by_rule = round_half_up(rate * inhabitants)
    before, after = periods[0].amount, periods[-1].amount
    difference = budgeted - by_rule
    is_explainable = difference != 0 and len(periods) == 2 and before != after
    monthly_change = Fraction(after - before) * inhabitants / 12
    return Reconciliation(
        inhabitants=inhabitants,
        periods=periods,
        rate=rate,
        by_rule=by_rule,
        budgeted=budgeted,
        change_on=_change_giving(budgeted, inhabitants, periods, proration) if is_explainable else None,
        inhabitants_needed=int(round_half_up(Fraction(budgeted) / rate)) if difference and rate else None,
        months_of_change=abs(Fraction(difference) / monthly_change) if is_explainable else None,
        full_year_before=before * inhabitants,
        full_year_after=after * inhabitants,
    )


def _change_giving(
    budgeted: Decimal, inhabitants: int, periods: tuple[RatePeriod, ...], proration: Proration
) -> date | None:
    """The first of a month in the year from which the last rate gives exactly the budget, if there is one."""
    before, after = periods
    first_day = before.first_day
    for month in range(1, 13):
        change = first_day.replace(month=month)
        amounts = {first_day: before.amount, change: after.amount}
        rates = [Rate(valid_from, amount) for valid_from, amount in amounts.items()]
        rate = average_rate(rate_periods(rates, first_day.year, proration))
        if round_half_up(rate * inhabitants) == budgeted:
            return change
    return None
