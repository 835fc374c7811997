import datetime

import pytest
from django.http import QueryDict

from calendar_app.forms import EventFilter
from calendar_app.models import Event
from calendar_app.periods import Month, Period, Week, Year
from calendar_app.selection import (
    Selection,
    calendar_span,
    past_selection,
    period_of,
    period_selection,
    upcoming_selection,
)
from tests import factories

pytestmark = pytest.mark.django_db

MONTH = Event.DatePrecision.MONTH
NO_FILTER = EventFilter(QueryDict(""))


def titles(selection: Selection) -> list[str]:
    return [event.title for event in selection.events]


# --- Coming and past ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (15, ["Konferens", "Sedan"]),
        (16, ["Konferens", "Sedan"]),
        (17, ["Konferens", "Sedan"]),
        (18, ["Sedan"]),
    ],
)
def test_conference_is_coming_through_its_last_day(day, expected):
    august = datetime.date(2017, 8, 16)
    factories.make_event(august, ends_on=datetime.date(2017, 8, 17), title="Konferens")
    factories.make_event(datetime.date(2017, 8, 20), title="Sedan")
    today = datetime.date(2017, 8, day)

    assert titles(upcoming_selection(Event.objects.all(), NO_FILTER, today)) == expected
    assert titles(past_selection(Event.objects.all(), NO_FILTER, today)) == [
        title for title in ["Konferens", "Sedan"] if title not in expected
    ]


def test_past_is_newest_first_with_what_has_no_day_last_in_its_month():
    factories.make_event(datetime.date(2018, 1, 4), title="4 januari")
    factories.make_event(datetime.date(2018, 1, 1), title="Januari", date_precision=MONTH)
    factories.make_event(datetime.date(2018, 1, 31), title="31 januari")
    factories.make_event(datetime.date(2017, 12, 7), title="7 december")
    factories.make_event(datetime.date(2018, 2, 1), title="1 februari")

    assert titles(past_selection(Event.objects.all(), NO_FILTER, datetime.date(2018, 3, 1))) == [
        "1 februari",
        "31 januari",
        "4 januari",
        "Januari",
        "7 december",
    ]


def test_latest_stand_in_only_when_nothing_that_fits_is_planned():
    group, committee = factories.make_body("gruppen"), factories.make_body("kommitten")
    factories.make_event(datetime.date(2017, 5, 1), body=group, title="Gruppen")
    factories.make_event(datetime.date(2017, 6, 1), body=committee, title="Kommittén")
    today = datetime.date(2017, 5, 15)
    coming = upcoming_selection(Event.objects.all(), NO_FILTER, today)
    of_group = upcoming_selection(Event.objects.all(), EventFilter(QueryDict("organ=gruppen")), today)

    assert (coming.title, coming.is_fallback, titles(coming)) == ("Kommande möten", False, ["Kommittén"])
    assert (of_group.title, of_group.is_fallback, titles(of_group)) == ("Senaste möten", True, ["Gruppen"])


# --- Years, months and weeks --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        (Year.numbered(2017), ["Nyår"]),
        (Year.numbered(2018), ["Nyår", "31 januari", "Utan dag", "1 februari"]),
        (Month.numbered(2017, 12), ["Nyår"]),
        (Month.numbered(2018, 1), ["Nyår", "31 januari", "Utan dag"]),
        (Month.numbered(2018, 2), ["1 februari"]),
        (Week.numbered(2017, 52), ["Nyår"]),
        (Week.numbered(2018, 1), ["Nyår"]),
        (Week.numbered(2018, 2), []),
        (Week.numbered(2018, 5), ["31 januari", "1 februari"]),
    ],
)
def test_period_has_what_shares_a_day_with_it_and_a_week_nothing_without_a_day(period, expected):
    factories.make_event(datetime.date(2017, 12, 31), ends_on=datetime.date(2018, 1, 1), title="Nyår")
    factories.make_event(datetime.date(2018, 1, 1), title="Utan dag", date_precision=MONTH)
    factories.make_event(datetime.date(2018, 1, 31), title="31 januari")
    factories.make_event(datetime.date(2018, 2, 1), title="1 februari")

    assert titles(period_selection(Event.objects.all(), NO_FILTER, period)) == expected


def test_numbers_of_an_address_name_a_period():
    assert period_of(2017) == Year.numbered(2017)
    assert period_of(2017, month=10) == Month.numbered(2017, 10)
    assert period_of(2017, week=43) == Week.numbered(2017, 43)


@pytest.mark.parametrize(
    ("period", "has_page"),
    [
        (Year.numbered(2016), False),
        (Year.numbered(2017), True),
        (Year.numbered(2018), True),
        (Year.numbered(2019), True),
        (Year.numbered(2020), False),
        (Month.numbered(2016, 12), False),
        (Month.numbered(2017, 1), True),
        (Month.numbered(2019, 12), True),
        (Month.numbered(2020, 1), False),
        (Week.numbered(2016, 51), False),
        (Week.numbered(2016, 52), True),
        (Week.numbered(2020, 1), True),
        (Week.numbered(2020, 2), False),
    ],
)
def test_calendar_has_pages_from_the_first_year_to_the_one_after_the_last(period: Period, has_page):
    factories.make_event(datetime.date(2017, 11, 1))
    factories.make_event(datetime.date(2018, 2, 1))

    assert calendar_span(Event.objects.all()).has(period) is has_page


def test_steps_end_where_the_calendar_does():
    factories.make_event(datetime.date(2017, 11, 1))
    span = calendar_span(Event.objects.all())

    assert span.previous(Month.numbered(2017, 1)) is None
    assert span.next(Month.numbered(2017, 1)) == Month.numbered(2017, 2)
    assert span.previous(Year.numbered(2018)) == Year.numbered(2017)
    assert span.next(Month.numbered(2018, 12)) is None


def test_now_is_the_period_of_today_if_it_is_another_and_has_a_page():
    factories.make_event(datetime.date(2017, 11, 1))
    span, today = calendar_span(Event.objects.all()), datetime.date(2017, 10, 26)

    assert span.now(Month.numbered(2017, 3), today) == Month.numbered(2017, 10)
    assert span.now(Week.numbered(2017, 3), today) == Week.numbered(2017, 43)
    assert span.now(Month.numbered(2017, 10), today) is None
    assert span.now(Month.numbered(2017, 3), datetime.date(2026, 1, 1)) is None


def test_calendar_without_events_has_no_pages():
    assert not calendar_span(Event.objects.all()).has(Year.numbered(2017))


def test_week_is_found_under_a_year_that_has_a_page():
    factories.make_event(datetime.date(2017, 11, 1))
    span = calendar_span(Event.objects.all())

    assert span.year(Week.numbered(2016, 52)) == Year.numbered(2017)
    assert span.year(Week.numbered(2017, 43)) == Year.numbered(2017)
    assert span.year(Week.numbered(2019, 1)) == Year.numbered(2018)
