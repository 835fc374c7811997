"""Dates and times as Swedish text."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

import pytest
from django.template import Context, Template

from sodertorn.dates import date_span, date_text, long_date, month_text, time_span, when

NOON, THREE = time(12), time(15)


@dataclass(frozen=True)
class Meeting:
    starts_on: date
    ends_on: date
    start_time: time | None = None
    end_time: time | None = None
    is_month_only: bool = False


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (date(2017, 2, 2), "torsdag 2\xa0februari 2017"),
        (date(2017, 3, 23), "torsdag 23\xa0mars 2017"),
        (date(2017, 6, 1), "torsdag 1\xa0juni 2017"),
        (date(2017, 9, 14), "torsdag 14\xa0september 2017"),
        (date(2017, 10, 26), "torsdag 26\xa0oktober 2017"),
        (date(2017, 12, 7), "torsdag 7\xa0december 2017"),
        (date(2017, 1, 20), "fredag 20\xa0januari 2017"),
        (date(2017, 5, 12), "fredag 12\xa0maj 2017"),
        (date(2017, 11, 17), "fredag 17\xa0november 2017"),
    ],
)
def test_long_date_names_weekday_and_month_in_lower_case(day, text):
    assert long_date(day) == text


def test_date_text_keeps_day_and_month_on_one_line():
    assert date_text(date(2017, 2, 2)) == "2\xa0februari 2017"


def test_month_text_names_every_month():
    assert [month_text(date(2018, month, 1)) for month in range(1, 13)] == [
        "januari 2018",
        "februari 2018",
        "mars 2018",
        "april 2018",
        "maj 2018",
        "juni 2018",
        "juli 2018",
        "augusti 2018",
        "september 2018",
        "oktober 2018",
        "november 2018",
        "december 2018",
    ]


@pytest.mark.parametrize(
    ("start", "end", "without_weekday", "with_weekday"),
    [
        (date(2017, 2, 2), date(2017, 2, 2), "2\xa0februari 2017", "torsdag 2\xa0februari 2017"),
        (date(2017, 2, 2), None, "2\xa0februari 2017", "torsdag 2\xa0februari 2017"),
        (
            date(2017, 8, 16),
            date(2017, 8, 17),
            "16–17\xa0augusti 2017",
            "onsdag–torsdag 16–17\xa0augusti 2017",
        ),
        (date(2017, 4, 6), date(2017, 4, 7), "6–7\xa0april 2017", "torsdag–fredag 6–7\xa0april 2017"),
        (
            date(2017, 3, 30),
            date(2017, 4, 1),
            "30\xa0mars–1\xa0april 2017",
            "torsdag–lördag 30\xa0mars–1\xa0april 2017",
        ),
        (
            date(2017, 12, 30),
            date(2018, 1, 2),
            "30\xa0december 2017–2\xa0januari 2018",
            "lördag–tisdag 30\xa0december 2017–2\xa0januari 2018",
        ),
        (
            date(2017, 8, 16),
            date(2018, 8, 16),
            "16\xa0augusti 2017–16\xa0augusti 2018",
            "onsdag–torsdag 16\xa0augusti 2017–16\xa0augusti 2018",
        ),
    ],
)
def test_date_span_writes_what_is_shared_once(start, end, without_weekday, with_weekday):
    assert date_span(start, end, weekday=False) == without_weekday
    assert date_span(start, end) == with_weekday


@pytest.mark.parametrize(
    ("start", "end", "text"),
    [
        (date(2018, 1, 1), date(2018, 1, 31), "januari 2018"),
        (date(2018, 3, 1), date(2018, 4, 30), "mars–april 2018"),
        (date(2017, 12, 1), date(2018, 1, 31), "december 2017–januari 2018"),
    ],
)
def test_date_span_month_only_gives_no_day(start, end, text):
    assert date_span(start, end, month_only=True) == text


def test_date_span_refuses_an_end_before_the_start():
    with pytest.raises(ValueError, match="ends 2017-08-16 before it starts 2017-08-17"):
        date_span(date(2017, 8, 17), date(2017, 8, 16))


@pytest.mark.parametrize(
    ("start", "end", "text"),
    [
        (NOON, THREE, "kl.\xa012.00–15.00"),
        (time(8, 30), time(13), "kl.\xa008.30–13.00"),
        (NOON, None, "kl.\xa012.00"),
        (None, THREE, "till kl.\xa015.00"),
        (time(0), None, "kl.\xa000.00"),
        (None, None, ""),
    ],
)
def test_time_span_uses_full_stop_and_equal_digits(start, end, text):
    assert time_span(start, end) == text


def test_when_joins_date_and_time():
    day = date(2017, 2, 2)
    assert when(day, day, start_time=NOON, end_time=THREE) == "torsdag 2\xa0februari 2017 kl.\xa012.00–15.00"
    assert when(day) == "torsdag 2\xa0februari 2017"


def test_when_over_several_days_gives_each_time_its_day():
    start, end = date(2017, 8, 16), date(2017, 8, 17)
    assert when(start, end) == "onsdag–torsdag 16–17\xa0augusti 2017"
    assert when(start, end, start_time=NOON) == "onsdag–torsdag 16–17\xa0augusti 2017 kl.\xa012.00"
    assert when(start, end, start_time=NOON, end_time=THREE) == (
        "onsdag 16\xa0augusti kl.\xa012.00–torsdag 17\xa0augusti 2017 kl.\xa015.00"
    )
    assert when(date(2017, 12, 31), date(2018, 1, 1), start_time=NOON, end_time=THREE) == (
        "söndag 31\xa0december 2017 kl.\xa012.00–måndag 1\xa0januari 2018 kl.\xa015.00"
    )


def test_when_month_only_says_that_the_day_is_not_set():
    span = date(2018, 1, 1), date(2018, 1, 31)
    assert when(*span, month_only=True) == "januari 2018, dag ej fastställd"
    assert when(*span, month_only=True, start_time=NOON) == "januari 2018, dag ej fastställd"


def test_date_filters_write_events_and_days():
    meeting = Meeting(date(2017, 2, 2), date(2017, 2, 2), NOON, THREE)
    month = Meeting(date(2018, 4, 1), date(2018, 4, 30), is_month_only=True)
    template = Template(
        "{{ meeting|event_when }} / {{ month|event_when }} / {{ day|long_date }} / {{ day|date_text }}"
    )
    assert template.render(Context({"meeting": meeting, "month": month, "day": date(2017, 10, 26)})) == (
        "torsdag 2\xa0februari 2017 kl.\xa012.00–15.00 / april 2018, dag ej fastställd"
        " / torsdag 26\xa0oktober 2017 / 26\xa0oktober 2017"
    )


def test_date_filters_leave_missing_values_empty():
    template = Template("[{{ day|long_date }}{{ absent|date_text }}{{ absent|event_when }}]")
    assert template.render(Context({"day": None})) == "[]"


def test_date_filters_show_a_moment_on_its_swedish_day():
    late_in_the_evening_utc = datetime(2017, 8, 16, 22, 30, tzinfo=UTC)
    assert (
        Template("{{ at|date_text }}").render(Context({"at": late_in_the_evening_utc}))
        == "17\xa0augusti 2017"
    )
