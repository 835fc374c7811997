"""ical.js, which Thunderbird and Nextcloud read calendars with, finds the same events as we do.

It runs in the browser as it is, wrapped as the module that it is packed as.
"""

import datetime
import uuid
from datetime import UTC, date, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
from playwright.sync_api import Page

from calendar_app.models import Event
from tests.calendar_app.test_ical import HANINGE, an_event, built

LIBRARY = Path(__file__).parents[1] / "data" / "ical.js" / "ical.es5.min.cjs"
STOCKHOLM = ZoneInfo("Europe/Stockholm")

READ = """
([library, text]) => {
  const module = { exports: {} };
  new Function("module", "exports", library)(module, module.exports);
  const ICAL = module.exports;
  const calendar = new ICAL.Component(ICAL.parse(text));
  const moment = (value) => value && (value.isDate ? value.toString() : value.toUnixTime());
  return calendar.getAllSubcomponents("vevent").map((component) => {
    const event = new ICAL.Event(component);
    return {
      uid: event.uid,
      sequence: event.sequence,
      summary: event.summary,
      location: event.location,
      description: event.description,
      status: component.getFirstPropertyValue("status"),
      isAllDay: event.startDate.isDate,
      start: moment(event.startDate),
      end: moment(component.getFirstPropertyValue("dtend")),
    };
  });
}
"""


@pytest.fixture
def ical_js(page: Page) -> Any:
    """What ical.js finds in a calendar file."""
    return lambda content: page.evaluate(READ, [LIBRARY.read_text(), content.decode()])


def ours(content: bytes) -> list[dict[str, Any]]:
    """What the Python library finds, said in the same way."""

    def moment(value: date | None) -> str | int | None:
        if isinstance(value, datetime.datetime):
            return int(value.timestamp())
        return value.isoformat() if value else None

    entries: list[Any] = icalendar.Calendar.from_ical(content).walk("VEVENT")
    return [
        {
            "uid": entry["UID"],
            "sequence": entry["SEQUENCE"],
            "summary": entry["SUMMARY"],
            "location": entry.get("LOCATION"),
            "description": entry["DESCRIPTION"],
            "status": entry["STATUS"],
            "isAllDay": not isinstance(entry["DTSTART"].dt, datetime.datetime),
            "start": moment(entry["DTSTART"].dt),
            "end": moment(entry["DTEND"].dt if "DTEND" in entry else None),
        }
        for entry in entries
    ]


def test_ical_js_reads_the_plan_of_2017_as_we_do(page: Page, ical_js: Any) -> None:
    content = page.request.get("/kalender/kalender.ics").body()
    theirs = ical_js(content)

    assert theirs == ours(content)
    assert len(theirs) == 17
    assert sum(entry["isAllDay"] for entry in theirs) == 5


@pytest.mark.parametrize(
    ("day", "start", "end"),
    [
        (date(2017, 3, 23), "2017-03-23T11:00:00+00:00", "2017-03-23T14:00:00+00:00"),
        (date(2017, 10, 26), "2017-10-26T10:00:00+00:00", "2017-10-26T13:00:00+00:00"),
    ],
)
def test_ical_js_knows_summer_time(ical_js: Any, day: date, start: str, end: str) -> None:
    [entry] = ical_js(built(an_event(day, start_time=time(12), end_time=time(15))))
    moments = [datetime.datetime.fromtimestamp(entry[name], UTC).isoformat() for name in ("start", "end")]

    assert moments == [start, end]


def test_ical_js_has_our_instants_on_every_day_of_two_years(ical_js: Any) -> None:
    """At hours that exist once on each day: before the changes, just after them, and at noon."""
    days = [date(2017, 1, 1) + datetime.timedelta(days=number) for number in range(730)]
    hours = (time(0, 30), time(3, 0), time(12, 0))
    events = [
        an_event(day, uid=uuid.uuid5(uuid.NAMESPACE_OID, f"{day} {hour}"), start_time=hour)
        for day in days
        for hour in hours
    ]
    found = {entry["uid"]: entry["start"] for entry in ical_js(built(*events))}

    assert found == {
        f"{event.uid}@sodertorn": int(
            datetime.datetime.combine(event.starts_on, event.start_time, STOCKHOLM).timestamp()
        )
        for event in events
        if event.start_time
    }


def test_ical_js_reads_each_status_and_days(ical_js: Any) -> None:
    events = [
        an_event(
            date(2017, 8, 16),
            ends_on=date(2017, 8, 17),
            status=status,
            original_starts_on=date(2017, 8, 9) if status == Event.Status.MOVED else None,
        )
        for status in Event.Status
    ]
    theirs = ical_js(built(*events))

    assert [entry["status"] for entry in theirs] == ["TENTATIVE", "CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert {(entry["isAllDay"], entry["start"], entry["end"]) for entry in theirs} == {
        (True, "2017-08-16", "2017-08-18")
    }


def test_ical_js_reads_the_signs_that_are_escaped(ical_js: Any) -> None:
    title = r"C:\Nytt\namn; ja, \\ \; \, " + '"citat" ' + "å" * 80 + "\N{GRINNING FACE}" * 20
    event = an_event(date(2017, 2, 2), title=title, note="rad 1\nrad 2\n\nrad 4", hosts=(HANINGE,))
    [entry] = ical_js(built(event))

    assert entry["summary"] == title
    assert entry["location"] == "Haninge"
    assert entry["description"] == (
        "Värd: Haninge\nrad 1\nrad 2\n\nrad 4\nhttps://portal.example/kalender/2017/02/02/sammantrade/"
    )
