"""The calendar file as other programs read it: whole files, random calendars, and the rules one by one."""

import datetime
import uuid
from datetime import UTC, date, time
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from calendar_app.ical import build_calendar, uid
from calendar_app.models import Event, EventHost
from committee.models import Body, Municipality

STOCKHOLM = ZoneInfo("Europe/Stockholm")
BASE_URL = "https://portal.example"
ABOUT = {
    "name": "Södertörnskommunernas kalender",
    "page_url": f"{BASE_URL}/kalender/",
    "source_url": f"{BASE_URL}/kalender/kalender.ics",
    "base_url": BASE_URL,
}
HANINGE = Municipality(pk=1, code="0136", name="Haninge", slug="haninge")
NYKVARN = Municipality(pk=2, code="0140", name="Nykvarn", slug="nykvarn")
COMMITTEE = Body(pk=1, name="Samarbetskommittén", short_name="Kommittén", slug="samarbetskommitten")


def an_event(starts_on: date, *, hosts: tuple[Municipality, ...] = (), **fields) -> Event:
    """An event in memory, as `with_hosts` would give it."""
    defaults = {
        "pk": 1,
        "uid": uuid.UUID(int=1),
        "title": "Sammanträde",
        "slug": "sammantrade",
        "ends_on": starts_on,
        "changed_at": datetime.datetime(2016, 12, 1, 9, 30, 15, 250_000, tzinfo=UTC),
    }
    event = Event(starts_on=starts_on, **{**defaults, **fields})
    event_hosts = [EventHost(municipality=municipality) for municipality in hosts]
    vars(event)["_prefetched_objects_cache"] = {"event_hosts": event_hosts}
    return event


def built(*events: Event) -> bytes:
    return build_calendar(events, **ABOUT)


def read(content: bytes) -> list[Any]:
    """The calendar's entries. Any: the library lets a property be of any of thirty types."""
    return list(icalendar.Calendar.from_ical(content).walk("VEVENT"))


def the_entry(event: Event) -> Any:
    [entry] = read(built(event))
    return entry


# Whole files

SMALL_CALENDAR = """\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Södertörnskommunernas samarbetskommitté//Portalen//SV
CALSCALE:GREGORIAN
METHOD:PUBLISH
NAME:Södertörnskommunernas kalender
X-WR-CALNAME:Södertörnskommunernas kalender
COLOR:teal
REFRESH-INTERVAL;VALUE=DURATION:PT12H
SOURCE;VALUE=URI:https://portal.example/kalender/kalender.ics
URL:https://portal.example/kalender/
X-PUBLISHED-TTL:PT12H
X-WR-TIMEZONE:Europe/Stockholm
BEGIN:VTIMEZONE
TZID:Europe/Stockholm
BEGIN:DAYLIGHT
DTSTART:19700329T020000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
TZNAME:CEST
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:19701025T030000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
TZNAME:CET
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
SUMMARY:Sammanträde\\, del 1\\; om vägar
DTSTART;TZID=Europe/Stockholm:20170202T120000
DTEND;TZID=Europe/Stockholm:20170202T150000
DTSTAMP:20161201T093015Z
UID:00000000-0000-0000-0000-000000000001@sodertorn
SEQUENCE:3
CATEGORIES:Sammanträde
DESCRIPTION:Organ: Samarbetskommittén\\nVärd: Haninge\\nTa med underlaget.
 \\nSe C:\\\\Underlag.\\nhttps://portal.example/kalender/2017/02/02/sammantrade
 /
LAST-MODIFIED:20161201T093015Z
LOCATION:Kommunhuset\\, sal A\\, Haninge
STATUS:CONFIRMED
TRANSP:OPAQUE
URL:https://portal.example/kalender/2017/02/02/sammantrade/
END:VEVENT
BEGIN:VEVENT
SUMMARY:INSTÄLLT: Planeringskonferens
DTSTART;VALUE=DATE:20170816
DTEND;VALUE=DATE:20170818
DTSTAMP:20161201T093015Z
UID:00000000-0000-0000-0000-000000000002@sodertorn
SEQUENCE:0
CATEGORIES:Planeringskonferens
DESCRIPTION:Mötet är inställt.\\nVärdar: Haninge och Nykvarn\\nhttps://p
 ortal.example/kalender/2017/08/16/planeringskonferens/
LAST-MODIFIED:20161201T093015Z
LOCATION:Haninge och Nykvarn
STATUS:CANCELLED
TRANSP:TRANSPARENT
URL:https://portal.example/kalender/2017/08/16/planeringskonferens/
END:VEVENT
END:VCALENDAR
"""


def test_build_calendar_gives_the_whole_file():
    """If this must change: raise `ical.FORMAT_VERSION`, or subscribers keep the old file."""
    meeting = an_event(
        date(2017, 2, 2),
        title="Sammanträde, del 1; om vägar",
        start_time=time(12),
        end_time=time(15),
        body=COMMITTEE,
        hosts=(HANINGE,),
        location="Kommunhuset, sal A",
        note="Ta med underlaget.\r\nSe C:\\Underlag.",
        sequence=3,
    )
    conference = an_event(
        date(2017, 8, 16),
        pk=2,
        uid=uuid.UUID(int=2),
        ends_on=date(2017, 8, 17),
        kind=Event.Kind.PLANNING_CONFERENCE,
        title="Planeringskonferens",
        slug="planeringskonferens",
        hosts=(HANINGE, NYKVARN),
        status=Event.Status.CANCELLED,
    )
    assert built(meeting, conference).decode() == SMALL_CALENDAR.replace("\n", "\r\n")


def test_build_calendar_of_nothing_is_valid_and_keeps_its_name():
    calendar = icalendar.Calendar.from_ical(built())

    assert [component.name for component in calendar.subcomponents] == ["VTIMEZONE"]
    assert calendar["NAME"] == "Södertörnskommunernas kalender"


def test_build_calendar_escapes_its_name():
    content = build_calendar([], **{**ABOUT, "name": "Möten; värd, ja\nnej"})

    assert b"\r\nNAME:M\xc3\xb6ten\\; v\xc3\xa4rd\\, ja\\nnej\r\n" in content
    assert b"\r\nX-WR-CALNAME:M\xc3\xb6ten\\; v\xc3\xa4rd\\, ja\\nnej\r\n" in content


# The plan of 2017, every entry in full

MEETING = "Samarbetskommitténs sammanträde"
MANAGEMENT = "Ledningsgruppens sammanträde"
OF_COMMITTEE = "Södertörnskommunernas samarbetskommitté"


def at(month: int, day: int, hour: int, minute: int = 0) -> datetime.datetime:
    return datetime.datetime(2017, month, day, hour, minute, tzinfo=STOCKHOLM)


def committee(identity: str, month: int, day: int, host: str) -> tuple:
    page = f"2017/{month:02}/{day:02}/samarbetskommitten"
    start, end = at(month, day, 12), at(month, day, 15)
    return (identity, start, end, MEETING, OF_COMMITTEE, [host], "Sammanträde", page)


def management(identity: str, month: int, day: int) -> tuple:
    page = f"2017/{month:02}/{day:02}/ledningsgruppen"
    start, end = at(month, day, 8, 30), at(month, day, 13)
    return (identity, start, end, MANAGEMENT, "Ledningsgruppen", [], "Sammanträde", page)


def whole_days(
    identity: str, first: date, last: date, title: str, body: str, hosts: list[str], kind: str, slug: str
) -> tuple:
    page = f"{first:%Y/%m/%d}/{slug}"
    return (identity, first, last + datetime.timedelta(days=1), title, body, hosts, kind, page)


PLAN_2017 = [
    management("3e8186ff-9672-59a4-bfb3-b27a6212e821", 1, 20),
    committee("45a8b900-1d39-5066-8739-5470f877ce39", 2, 2, "Haninge"),
    management("e4ef727f-a3fb-57c3-b9e6-0d697c871754", 2, 24),
    committee("7c436d71-fc42-5d1f-849b-5f0bf53453da", 3, 23, "Nykvarn"),
    whole_days(
        "00aa73ea-5e86-50c3-bfa9-fef6f5f11b68",
        date(2017, 3, 30),
        date(2017, 3, 30),
        "Södertörns rådslag",
        "Södertörns rådslag",
        ["Nykvarn"],
        "Rådslag",
        "sodertorns-radslag",
    ),
    whole_days(
        "2423caf7-0e03-5b8c-bf66-215e309d17cc",
        date(2017, 4, 6),
        date(2017, 4, 7),
        "Ledningsgruppens planeringskonferens",
        "Ledningsgruppen",
        [],
        "Planeringskonferens",
        "ledningsgruppens-planeringskonferens",
    ),
    management("9518d60d-5246-5aa1-b444-a1f12046c72e", 5, 12),
    committee("6a01547e-7d66-5338-957e-4f1507ce237e", 6, 1, "Salem"),
    whole_days(
        "88378ab4-6473-5eea-ba72-546ac25cdb66",
        date(2017, 8, 16),
        date(2017, 8, 17),
        "Samarbetskommitténs planeringskonferens",
        OF_COMMITTEE,
        ["Nynäshamn"],
        "Planeringskonferens",
        "planeringskonferens",
    ),
    management("603056cf-b470-533f-b7f5-4979c2539f72", 9, 1),
    whole_days(
        "5ab36e19-3428-59cf-9475-b15bff3a2f5a",
        date(2017, 9, 7),
        date(2017, 9, 7),
        "Södertörnskonferensen",
        "Södertörnskonferensen",
        ["Södertälje", "Nykvarn"],
        "Södertörnskonferensen",
        "sodertornskonferensen",
    ),
    committee("e9afbe20-2cc8-5a28-ae09-94ee8e797519", 9, 14, "Botkyrka"),
    management("246d2880-80e9-567f-8dd7-34c3dfd733ae", 10, 6),
    whole_days(
        "4ef22181-90b8-5f54-890b-765a6efe6f13",
        date(2017, 10, 26),
        date(2017, 10, 26),
        "Nyckeltalsdag",
        "Södertörns nyckeltal",
        [],
        "Nyckeltalsdag",
        "nyckeltalsdag",
    ),
    committee("b3925e19-ffab-5873-ab2c-a99c0ba91537", 10, 26, "Tyresö"),
    management("10905a0f-ebb5-5af9-b1ed-d14525037939", 11, 17),
    committee("84d23ab0-6472-5846-8611-da91ce43ed02", 12, 7, "Södertälje"),
]


def entry_of_2017(entry: Any) -> tuple:
    """All that an entry holds but its revision, in the shape of `PLAN_2017`."""
    assert set(entry) - {"LOCATION"} == {
        *("UID", "SEQUENCE", "DTSTAMP", "LAST-MODIFIED", "DTSTART", "DTEND", "SUMMARY", "STATUS", "TRANSP"),
        *("CATEGORIES", "DESCRIPTION", "URL"),
    }
    body, *host_line, page = entry["DESCRIPTION"].split("\n")
    assert page == entry["URL"]
    hosts = entry["LOCATION"].split(" och ") if "LOCATION" in entry else []
    word = "Värdar" if len(hosts) > 1 else "Värd"
    assert host_line == ([f"{word}: {entry['LOCATION']}"] if hosts else [])
    assert entry["STATUS"] == "CONFIRMED"
    assert entry["TRANSP"] == ("OPAQUE" if isinstance(entry.start, datetime.datetime) else "TRANSPARENT")
    return (
        entry["UID"].removesuffix("@sodertorn"),
        entry["DTSTART"].dt,
        entry["DTEND"].dt,
        entry["SUMMARY"],
        body.removeprefix("Organ: "),
        hosts,
        entry["CATEGORIES"].to_ical().decode(),
        page.removeprefix(f"{BASE_URL}/kalender/").rstrip("/"),
    )


@pytest.mark.django_db
@pytest.mark.usefixtures("plan_2017")
def test_build_calendar_holds_the_whole_plan_of_2017():
    entries = read(build_calendar(Event.objects.with_hosts(), **ABOUT))

    assert [entry_of_2017(entry) for entry in entries] == PLAN_2017


@pytest.mark.django_db
@pytest.mark.usefixtures("plan_2017")
def test_build_calendar_is_the_same_file_for_the_same_rows():
    first, second = (build_calendar(Event.objects.with_hosts(), **ABOUT) for _ in range(2))

    assert first == second


# Rules, one by one


@pytest.mark.parametrize(
    ("day", "start", "end"),
    [
        (date(2017, 3, 23), "110000", "140000"),
        (date(2017, 3, 27), "100000", "130000"),
        (date(2017, 10, 26), "100000", "130000"),
        (date(2017, 10, 30), "110000", "140000"),
    ],
)
def test_build_calendar_keeps_local_time_on_both_sides_of_summer_time(day, start, end):
    entry = the_entry(an_event(day, start_time=time(12), end_time=time(15)))

    assert f"{entry.start.astimezone(UTC):%H%M%S}" == start
    assert f"{entry.end.astimezone(UTC):%H%M%S}" == end


def test_time_zone_changes_at_two_and_three_local_time_on_the_last_sundays():
    [component] = icalendar.Calendar.from_ical(built()).timezones
    zone = component.to_tz(lookup_tzid=False)

    def offset(moment: str) -> str:
        return datetime.datetime.fromisoformat(moment).replace(tzinfo=zone).strftime("%z")

    assert [offset("2017-03-26 01:59"), offset("2017-03-26 03:00")] == ["+0100", "+0200"]
    assert [offset("2017-10-29 01:59"), offset("2017-10-29 03:00")] == ["+0200", "+0100"]
    for day in range(365):
        noon = datetime.datetime(2017, 1, 1, 12, tzinfo=zone) + datetime.timedelta(days=day)
        assert noon.utcoffset() == noon.replace(tzinfo=STOCKHOLM).utcoffset()


def test_several_days_with_hours_are_whole_days_and_say_the_hours():
    event = an_event(date(2017, 8, 16), ends_on=date(2017, 8, 17), start_time=time(12), end_time=time(15))
    entry = the_entry(event)

    assert (entry["DTSTART"].to_ical(), entry["DTEND"].to_ical()) == (b"20170816", b"20170818")
    assert entry["DTSTART"].params["VALUE"] == entry["DTEND"].params["VALUE"] == "DATE"
    assert entry["DESCRIPTION"].split("\n")[0] == (
        "onsdag 16 augusti kl. 12.00–torsdag 17 augusti 2017 kl. 15.00"
    )


def test_event_without_end_time_has_no_end():
    entry = the_entry(an_event(date(2017, 2, 2), start_time=time(12)))

    assert entry["DTSTART"].dt == datetime.datetime(2017, 2, 2, 12, tzinfo=STOCKHOLM)
    assert "DTEND" not in entry
    assert "DURATION" not in entry


def test_event_without_a_day_is_left_out():
    month = an_event(date(2018, 1, 1), ends_on=date(2018, 1, 31), date_precision=Event.DatePrecision.MONTH)

    assert read(built(month)) == []


@pytest.mark.parametrize(
    ("status", "said", "summary", "line", "transparency"),
    [
        (Event.Status.PRELIMINARY, "TENTATIVE", "Sammanträde", "Mötet är preliminärt.", "OPAQUE"),
        (Event.Status.CANCELLED, "CANCELLED", "INSTÄLLT: Sammanträde", "Mötet är inställt.", "TRANSPARENT"),
        (Event.Status.MOVED, "CONFIRMED", "Sammanträde", "Flyttat från torsdag 2 februari 2017.", "OPAQUE"),
    ],
)
def test_status_is_said_in_words_too(status, said, summary, line, transparency):
    was_on = date(2017, 2, 2) if status == Event.Status.MOVED else None
    event = an_event(date(2017, 2, 9), status=status, original_starts_on=was_on, start_time=time(12))
    entry = the_entry(event)

    assert (entry["STATUS"], entry["SUMMARY"], entry["TRANSP"]) == (said, summary, transparency)
    assert entry["DESCRIPTION"].split("\n") == [line, f"{BASE_URL}/kalender/2017/02/09/sammantrade/"]


def test_moved_and_then_cancelled_says_both():
    event = an_event(date(2017, 2, 9), status=Event.Status.CANCELLED, original_starts_on=date(2017, 2, 2))

    assert the_entry(event)["DESCRIPTION"].split("\n")[:2] == [
        "Mötet är inställt.",
        "Flyttat från torsdag 2 februari 2017.",
    ]


def test_uid_outlives_day_title_and_host_name():
    event = an_event(date(2017, 2, 2))
    before = uid(event)
    event.starts_on, event.title, event.slug = date(2018, 5, 4), "Annat", "annat"

    assert uid(event) == before == "00000000-0000-0000-0000-000000000001@sodertorn"
    moved = build_calendar([event], **{**ABOUT, "base_url": "https://another.example"})
    assert read(moved)[0]["UID"] == before


def test_backslash_before_n_is_no_line_break():
    event = an_event(date(2017, 2, 2), title="C:\\Nytt\\namn", note="\\n\n\\N")
    lines = built(event).replace(b"\r\n ", b"").split(b"\r\n")

    assert b"SUMMARY:C:\\\\Nytt\\\\namn" in lines
    assert rb"DESCRIPTION:\\n\n\\N\nhttps://portal.example/kalender/2017/02/02/sammantrade/" in lines


def test_control_characters_are_left_out():
    event = an_event(date(2017, 2, 2), title="A\x07B\x1bC\x85D", note="ett\x0b\rtvå\r\ntre\tfyra")
    entry = the_entry(event)

    assert entry["SUMMARY"] == "ABCD"
    assert entry["DESCRIPTION"].split("\n")[:-1] == ["ett", "två", "tre\tfyra"]


# Random calendars

PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""A busy machine is no reason to fail."""

# What must be escaped, takes several octets, or looks like the format's own signs. No "n": when the library
# reads, it takes an escaped backslash before an n for a line break (a test of its own has that).
SIGNS = "ab :;,=\\\"'^\t\u2028–åäöÅÄÖé漢\N{GRINNING FACE}"
WORDS = st.text(SIGNS, max_size=60).map(str.strip)
SENTENCES = st.lists(WORDS.filter(bool), max_size=3).map("\n".join)
TIMES = st.times().map(lambda moment: moment.replace(second=0, microsecond=0))


@st.composite
def events(draw: st.DrawFn) -> Event:
    """An event that the model's constraints allow."""
    first = draw(st.dates(date(2000, 1, 1), date(2100, 11, 30)))
    month_only = draw(st.booleans())
    days = draw(st.integers(0, 3))
    hours = draw(st.one_of(st.just([]), st.lists(TIMES, min_size=1, max_size=2, unique=True)))
    start, end = [*sorted(hours), None, None][:2]
    status = draw(st.sampled_from(Event.Status))
    moved_from = draw(st.dates(date(2000, 1, 1), date(2100, 12, 31)))
    if month_only:
        first = first.replace(day=1)
        start = end = None
    return an_event(
        first,
        uid=draw(st.uuids()),
        date_precision=Event.DatePrecision.MONTH if month_only else Event.DatePrecision.DAY,
        ends_on=first + datetime.timedelta(days=days),
        start_time=start,
        end_time=end,
        title=draw(WORDS.filter(bool)),
        location=draw(WORDS),
        note=draw(SENTENCES),
        kind=draw(st.sampled_from(Event.Kind)),
        status=status,
        original_starts_on=moved_from if status == Event.Status.MOVED else None,
        body=draw(st.sampled_from([None, COMMITTEE])),
        hosts=tuple(draw(st.lists(st.sampled_from([HANINGE, NYKVARN]), max_size=2, unique=True))),
        sequence=draw(st.integers(0, 10**6)),
        changed_at=draw(
            st.datetimes(datetime.datetime(2000, 1, 1), datetime.datetime(2100, 1, 1)).map(  # noqa: DTZ001
                lambda moment: moment.replace(tzinfo=UTC)
            )
        ),
    )


STATUSES = {
    Event.Status.PRELIMINARY: "TENTATIVE",
    Event.Status.CONFIRMED: "CONFIRMED",
    Event.Status.MOVED: "CONFIRMED",
    Event.Status.CANCELLED: "CANCELLED",
}


def expected(event: Event) -> dict[str, object]:
    """What a program that reads the event's entry must find, in its own kinds of values."""
    timed = event.start_time and event.ends_on == event.starts_on
    start: date = event.starts_on
    end: date | None = event.ends_on + datetime.timedelta(days=1)
    if event.start_time and timed:
        start = datetime.datetime.combine(event.starts_on, event.start_time, STOCKHOLM)
        end = None
        if event.end_time:
            end = datetime.datetime.combine(event.ends_on, event.end_time, STOCKHOLM)
    hosts = " och ".join(host.name for host in event.host_list)
    place = ", ".join(part for part in (event.location, hosts) if part)
    cancelled = event.status == Event.Status.CANCELLED
    return {
        "UID": f"{event.uid}@sodertorn",
        "SEQUENCE": event.sequence,
        "DTSTAMP": event.changed_at.replace(microsecond=0),
        "LAST-MODIFIED": event.changed_at.replace(microsecond=0),
        "DTSTART": start,
        **({"DTEND": end} if end else {}),
        "SUMMARY": f"INSTÄLLT: {event.title}" if cancelled else event.title,
        "STATUS": STATUSES[Event.Status(event.status)],
        "TRANSP": "OPAQUE" if timed and not cancelled else "TRANSPARENT",
        **({"LOCATION": place} if place else {}),
        "CATEGORIES": [Event.Kind(event.kind).label],
        "URL": f"{BASE_URL}{event.get_absolute_url()}",
    }


def found(entry: Any) -> dict[str, object]:
    values = {name: getattr(value, "dt", value) for name, value in entry.items()}
    return {**values, "CATEGORIES": list(entry["CATEGORIES"].cats)}


@PATIENT
@given(st.lists(events(), max_size=8))
def test_random_calendar_is_read_back_as_the_same_events(calendar):
    with_day = [event for event in calendar if not event.is_month_only]
    content = built(*calendar)
    entries = [found(entry) for entry in read(content)]
    descriptions = [str(entry.pop("DESCRIPTION")) for entry in entries]

    assert entries == [expected(event) for event in with_day]
    for event, description in zip(with_day, descriptions, strict=True):
        *about, page = description.split("\n")
        assert page == f"{BASE_URL}{event.get_absolute_url()}"
        assert "\n".join(about).endswith(event.note)
    assert content == built(*calendar)


@PATIENT
@given(st.lists(events(), min_size=1, max_size=8))
@example([an_event(date(2017, 2, 2), title="å" * 150, note="\N{GRINNING FACE}" * 90)])
def test_random_calendar_has_lines_of_75_octets_that_end_with_crlf(calendar):
    content = built(*calendar)
    lines = content.split(b"\r\n")

    assert lines.pop() == b""
    assert max(map(len, lines)) <= 75
    assert not any(b"\r" in line or b"\n" in line for line in lines)
    for line in lines:
        line.decode("utf-8")
