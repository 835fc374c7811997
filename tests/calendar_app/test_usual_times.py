import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calendar_app.models import Event
from calendar_app.usual_times import weekday_exception
from committee.models import Body

THURSDAYS = Body(short_name="Kommittén", usual_weekday=Body.Weekday.THURSDAY)


def event(first: str, last: str = "", body: Body | None = THURSDAYS, precision: str = "day") -> Event:
    starts_on = datetime.date.fromisoformat(first)
    ends_on = datetime.date.fromisoformat(last) if last else starts_on
    return Event(starts_on=starts_on, ends_on=ends_on, body=body, date_precision=precision)


@pytest.mark.parametrize(
    ("held", "sentence"),
    [
        (event("2017-02-02"), ""),
        (event("2017-02-03"), "Hålls fredag. Kommittén möts annars på torsdagar."),
        (
            event("2017-08-16", "2017-08-17"),
            "Hålls onsdag och torsdag. Kommittén möts annars på torsdagar.",
        ),
        (event("2017-08-15", "2017-08-17"), "Hålls flera dagar. Kommittén möts annars på torsdagar."),
        (event("2018-01-01", "2018-01-31", precision="month"), ""),
        (event("2017-02-03", body=None), ""),
        (event("2017-02-03", body=Body(short_name="Nätverket")), ""),
    ],
)
def test_weekday_exception_is_said_only_when_the_days_depart_from_the_usual(held, sentence):
    assert weekday_exception(held) == sentence


@given(st.dates(datetime.date(2000, 1, 1), datetime.date(2100, 12, 31)))
def test_weekday_exception_is_empty_just_on_thursdays(day):
    assert (weekday_exception(event(day.isoformat())) == "") is (day.weekday() == 3)
