"""Years, months and ISO weeks as the calendar's addresses name them. No rows, no clock.

A period that does not exist (month 13, week 53 of a year with 52) raises ValueError.
"""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar, Self

from django.urls import reverse

from sodertorn.dates import date_span, month_text

DAY = timedelta(1)


@dataclass(frozen=True)
class Period:
    """A stretch of days, both ends included, that has a page of its own."""

    first: date
    last: date

    route: ClassVar[str]

    @classmethod
    def containing(cls, day: date) -> Self:
        """The period of this kind that `day` falls in."""
        raise NotImplementedError

    @property
    def name(self) -> str:
        """As a heading has it."""
        raise NotImplementedError

    @property
    def numbers(self) -> tuple[int, ...]:
        """What tells the period apart in its address."""
        raise NotImplementedError

    @property
    def previous(self) -> Self:
        return self.containing(self.first - DAY)

    @property
    def next(self) -> Self:
        return self.containing(self.last + DAY)

    @property
    def days(self) -> list[date]:
        return [self.first + DAY * number for number in range((self.last - self.first).days + 1)]

    @property
    def weeks(self) -> list["Week"]:
        """The ISO weeks that the period has days in."""
        weeks = [Week.containing(self.first)]
        while weeks[-1].last < self.last:
            weeks.append(weeks[-1].next)
        return weeks

    def get_absolute_url(self) -> str:
        return reverse(f"calendar_app:{self.route}", args=self.numbers)


class Year(Period):
    route = "event-year"

    @classmethod
    def numbered(cls, year: int) -> Self:
        return cls(date(year, 1, 1), date(year, 12, 31))

    @classmethod
    def containing(cls, day: date) -> Self:
        return cls.numbered(day.year)

    @property
    def name(self) -> str:
        """As in "2017"."""
        return str(self.first.year)

    @property
    def numbers(self) -> tuple[int, ...]:
        return (self.first.year,)

    @property
    def months(self) -> list["Month"]:
        return [Month.numbered(self.first.year, month) for month in range(1, 13)]


class Month(Period):
    route = "event-month"

    @classmethod
    def numbered(cls, year: int, month: int) -> Self:
        first = date(year, month, 1)
        return cls(first, first.replace(day=calendar.monthrange(year, month)[1]))

    @classmethod
    def containing(cls, day: date) -> Self:
        return cls.numbered(day.year, day.month)

    @property
    def name(self) -> str:
        """As in "oktober 2017"."""
        return month_text(self.first)

    @property
    def numbers(self) -> tuple[int, ...]:
        return (self.first.year, self.first.month)


class Week(Period):
    """An ISO 8601 week, Monday to Sunday: it belongs to the year that its Thursday falls in."""

    route = "event-week"

    @classmethod
    def numbered(cls, year: int, week: int) -> Self:
        first = date.fromisocalendar(year, week, 1)
        return cls(first, first + 6 * DAY)

    @classmethod
    def containing(cls, day: date) -> Self:
        first = day - day.weekday() * DAY
        return cls(first, first + 6 * DAY)

    @property
    def number(self) -> int:
        return self.first.isocalendar().week

    @property
    def name(self) -> str:
        """As in "vecka 43 2017". The week's year may be another than that of its first or last days."""
        return f"vecka {self.number} {self.first.isocalendar().year}"

    @property
    def days_text(self) -> str:
        """As in "23–29 oktober 2017"."""
        return date_span(self.first, self.last, weekday=False)

    @property
    def numbers(self) -> tuple[int, ...]:
        return (self.first.isocalendar().year, self.number)
