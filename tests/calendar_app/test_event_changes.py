"""Through the year: meetings are moved, cancelled, published and given other places and hosts."""

import datetime
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse
from django.utils.html import escape
from icalendar import Calendar

from calendar_app.change_forms import CHANGES
from calendar_app.models import Event, FormerAddress, HostRotation, HostSwap
from committee.models import Municipality
from sodertorn.publishing import Publication
from tests import factories
from tests.test_admin import Form, address, form_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plan_2017")]

LIST = "/admin/calendar_app/event/"


@pytest.fixture
def clerk(client: Client, db: None) -> Client:
    client.force_login(User.objects.create_superuser("anna", password="hemligt"))
    return client


def meeting(day: str, slug: str = "samarbetskommitten") -> Event:
    return Event.objects.get(starts_on=day, slug__startswith=slug)


def page(change: str, *events: Event) -> str:
    return f"{LIST}{change}/?" + "&".join(f"id={event.pk}" for event in events)


def reviewed(clerk: Client, change: str, *events: Event, **form: Any) -> Any:
    """The page that shows what a change would do."""
    address = page(change, *events)
    return clerk.post(address, form) if form else clerk.get(address)


def lines(response: Any) -> list[tuple[str, str, str]]:
    return [(line.before, line.after, line.seen) for line in response.context["review"].lines]


def make(clerk: Client, change: str, *events: Event, **form: Any) -> list[str]:
    """Review the change, confirm it, and return what is said then."""
    review = reviewed(clerk, change, *events, **form).context["review"]
    response = clerk.post(page(change, *events), {**form, "confirm": review.confirmation}, follow=True)
    assert response.redirect_chain, response.context["form"].errors
    for event in events:
        event.refresh_from_db()
    return [str(message) for message in response.context["messages"]]


def fields(*events: Event, **said: str) -> Form:
    """The form for moving meetings as a browser sends it untouched, with what is said of the first."""
    form: Form = {"days": ""}
    for event in events:
        form |= {
            f"day_{event.pk}": "" if event.is_month_only else str(event.starts_on),
            f"start_{event.pk}": f"{event.start_time:%H:%M}" if event.start_time else "",
            f"end_{event.pk}": f"{event.end_time:%H:%M}" if event.end_time else "",
        }
    return form | {
        (f"{name}_{events[0].pk}" if name != "days" else name): value for name, value in said.items()
    }


def entry(event: Event) -> Any:
    """The meeting in the calendar that people subscribe to; None if it isn't there."""
    calendar = Calendar.from_ical(Client().get("/kalender/kalender.ics").content)
    return next((e for e in calendar.walk("VEVENT") if str(e["uid"]).startswith(str(event.uid))), None)


def stored() -> list[Any]:
    return list(Event.objects.order_by("pk").values())


# --- Status and publication ---------------------------------------------------------------------------------


def test_action_of_the_list_leads_to_the_page_of_the_change(clerk: Client) -> None:
    chosen = [meeting("2017-02-02"), meeting("2017-03-23")]
    data = {"action": "stall_in", "_selected_action": [event.pk for event in chosen]}
    response = clerk.post(LIST, data)

    assert response.status_code == 302
    assert sorted(response["Location"].partition("?")[2].split("&")) == sorted(f"id={e.pk}" for e in chosen)
    assert response["Location"].startswith(f"{LIST}stall-in/?")


def test_meetings_are_cancelled_together_and_subscribers_are_told(clerk: Client) -> None:
    first, second = (factories.make_event(datetime.date(2031, 5, day), title="Möte") for day in (8, 15))
    before = stored()
    response = reviewed(clerk, "stall-in", first, second)

    told = "Prenumeranternas kalendrar visar ”INSTÄLLT: Möte” på mötets dag."
    assert lines(response) == [("Fastställd", "Inställd", told)] * 2
    assert escape(told) in response.content.decode()
    assert stored() == before
    sequence = entry(first)["sequence"]

    messages = make(clerk, "stall-in", first, second)
    assert messages[0] == "2 möten är nu inställda."
    assert entry(first)["status"] == "CANCELLED"
    assert entry(first)["sequence"] == sequence + 1
    assert entry(first)["summary"] == "INSTÄLLT: Möte"
    assert LogEntry.objects.filter(change_message="Inställt").count() == 2
    assert first.history.first().history_change_reason == "Inställt"


def test_meeting_that_is_over_is_said_to_be(clerk: Client) -> None:
    response = reviewed(clerk, "stall-in", meeting("2017-02-02"))

    assert "Samarbetskommitténs sammanträde 2017-02-02 är redan över." in response.content.decode()
    assert lines(response)[0][2] == (
        "Mötet är redan över och försvinner ur prenumeranternas kalendrar. Dess sida finns kvar."
    )


def test_what_is_cancelled_already_is_left(clerk: Client) -> None:
    event = meeting("2017-02-02")
    make(clerk, "stall-in", event)
    response = reviewed(clerk, "stall-in", event)

    text = response.content.decode()
    assert "Samarbetskommitténs sammanträde 2017-02-02 är redan inställt och lämnas som det är." in text
    assert "Det finns inget att ändra." in text
    assert response.context["review"].lines == []


def test_cancelling_warns_of_too_few_meetings(clerk: Client) -> None:
    chosen = [meeting("2017-02-02"), meeting("2017-03-23")]
    response = reviewed(clerk, "stall-in", *chosen)

    [few] = [sentence for sentence in response.context["review"].warnings if "minst" in sentence]
    assert few == (
        "Samarbetskommittén har 4 möten 2017, minst 6 krävs; med planeringskonferensen 5. 2 inställda är "
        "inte räknade."
    )
    assert few in make(clerk, "stall-in", *chosen)


def test_preliminary_meetings_are_confirmed_and_others_left(clerk: Client) -> None:
    preliminary = list(Event.objects.filter(status="preliminary"))
    confirmed = meeting("2017-02-02")
    response = reviewed(clerk, "faststall", *preliminary, confirmed)

    assert [event for event, _ in response.context["form"].left] == [confirmed]
    make(clerk, "faststall", *preliminary, confirmed)
    assert not Event.objects.filter(status="preliminary").exists()


def test_publishing_and_taking_back_enter_and_leave_the_calendar(clerk: Client) -> None:
    event = meeting("2017-02-02")
    assert lines(reviewed(clerk, "gor-till-utkast", event)) == [
        (
            "Publicerad",
            "Utkast",
            "Mötet försvinner från webbplatsen och ur prenumeranternas kalendrar, utan förklaring.",
        )
    ]
    assert make(clerk, "gor-till-utkast", event) == ["Ett möte är nu ett utkast."]
    assert entry(event) is None
    assert lines(reviewed(clerk, "publicera", event))[0][2] == (
        "Mötet visas på webbplatsen och kommer in i prenumeranternas kalendrar."
    )
    assert make(clerk, "publicera", event) == ["Ett möte är nu publicerat."]
    assert entry(event)["status"] == "CONFIRMED"


def test_nobody_is_told_of_what_happens_to_a_draft(clerk: Client) -> None:
    event = meeting("2017-02-02")
    Event.objects.filter(pk=event.pk).update(publication=Publication.DRAFT)

    assert lines(reviewed(clerk, "stall-in", event))[0][2] == (
        "Mötet är ett utkast, så ingen utanför sekretariatet ser det."
    )


# --- Day ----------------------------------------------------------------------------------------------------


def test_moved_meeting_keeps_its_first_day_and_its_old_address(clerk: Client) -> None:
    event = meeting("2017-06-01")
    sequence, old = entry(event)["sequence"], event.get_absolute_url()
    form = fields(event, day="2017-06-08", start="13:00", end="16:00")
    response = reviewed(clerk, "flytta", event, **form)

    assert lines(response) == [
        (
            "torsdag 1\xa0juni 2017 kl.\xa012.00–15.00 (fastställd)",
            "torsdag 8\xa0juni 2017 kl.\xa013.00–16.00 (flyttad)",
            (
                "Prenumeranternas kalendrar visar mötet på den nya dagen, med upplysningen ”Flyttat från "
                "torsdag 1\xa0juni 2017”."
            ),
        )
    ]
    messages = make(clerk, "flytta", event, **form)
    assert messages[0] == "Ett möte är nu flyttat."
    assert (event.status, event.original_starts_on) == ("moved", datetime.date(2017, 6, 1))
    assert (event.starts_on, event.ends_on) == (datetime.date(2017, 6, 8), datetime.date(2017, 6, 8))
    moved = entry(event)
    assert moved["dtstart"].dt.strftime("%Y-%m-%d %H:%M") == "2017-06-08 13:00"
    assert (moved["sequence"], moved["status"]) == (sequence + 1, "CONFIRMED")
    assert "Flyttat från torsdag 1 juni 2017." in moved["description"]
    assert FormerAddress.objects.filter(event=event, starts_on="2017-06-01").count() == 1
    assert Client().get(old).status_code in (200, 301, 302)


def test_meeting_moved_twice_was_moved_from_the_first_day_and_back_was_not_moved(clerk: Client) -> None:
    event = meeting("2017-06-01")
    make(clerk, "flytta", event, **fields(event, day="2017-06-08"))
    make(clerk, "flytta", event, **fields(event, day="2017-06-15"))
    assert (event.status, event.original_starts_on) == ("moved", datetime.date(2017, 6, 1))

    make(clerk, "flytta", event, **fields(event, day="2017-06-01"))
    assert (event.status, event.original_starts_on) == ("confirmed", None)


def test_meetings_are_shifted_together_also_onto_each_others_days(clerk: Client) -> None:
    first = factories.make_event(datetime.date(2019, 5, 2), title="Extra")
    second = factories.make_event(datetime.date(2019, 5, 9), title="Extra")
    two_days = factories.make_event(
        datetime.date(2019, 6, 3), title="Läger", ends_on=datetime.date(2019, 6, 4)
    )
    chosen = [first, second, two_days]
    messages = make(clerk, "flytta", *chosen, **fields(*chosen, days="7"))

    assert messages[0] == "3 möten är nu flyttade."
    assert [(str(event.starts_on), str(event.ends_on)) for event in chosen] == [
        ("2019-05-09", "2019-05-09"),
        ("2019-05-16", "2019-05-16"),
        ("2019-06-10", "2019-06-11"),
    ]
    make(clerk, "flytta", *chosen, **fields(*chosen, days="-7"))
    assert [str(event.starts_on) for event in chosen] == ["2019-05-02", "2019-05-09", "2019-06-03"]


def test_draft_and_preliminary_meetings_get_another_day_and_no_more(clerk: Client) -> None:
    draft = factories.make_event(datetime.date(2019, 5, 2), publication=Publication.DRAFT)
    preliminary = factories.make_event(datetime.date(2019, 5, 6), status=Event.Status.PRELIMINARY)
    make(clerk, "flytta", draft, preliminary, **fields(draft, preliminary, days="1"))

    assert (draft.status, draft.original_starts_on) == ("confirmed", None)
    assert (preliminary.status, preliminary.original_starts_on) == ("preliminary", None)


def test_meeting_without_a_day_gets_one(clerk: Client) -> None:
    event = Event.objects.get(date_precision="month", starts_on="2018-01-01", body__slug="samarbetskommitten")
    response = reviewed(clerk, "flytta", event, **fields(event, day="2018-01-25", start="12:00", end="15:00"))
    assert lines(response)[0][2] == ("Mötet kommer in i prenumeranternas kalendrar, nu när det har en dag.")
    make(clerk, "flytta", event, **fields(event, day="2018-01-25", start="12:00", end="15:00"))

    assert (event.date_precision, event.original_starts_on) == ("day", None)
    assert entry(event)["dtstart"].dt.strftime("%Y-%m-%d %H:%M") == "2018-01-25 12:00"


def test_meetings_without_a_day_can_not_be_shifted(clerk: Client) -> None:
    event = Event.objects.get(date_precision="month", starts_on="2018-01-01", body__slug="samarbetskommitten")
    response = reviewed(clerk, "flytta", event, **fields(event, days="7"))

    assert response.context["form"].non_field_errors() == [
        "Ett möte utan dag kan inte skjutas fram eller tillbaka. Skriv en dag för det."
    ]


def test_move_that_can_not_be_changes_nothing_and_says_why(clerk: Client) -> None:
    event, other = meeting("2017-06-01"), meeting("2017-09-14")
    before = stored()
    taken = reviewed(clerk, "flytta", event, other, **fields(event, other, day="2017-09-14"))
    backwards = reviewed(clerk, "flytta", event, **fields(event, start="16:00"))
    untouched = reviewed(clerk, "flytta", event, **fields(event))
    nonsense = reviewed(clerk, "flytta", event, **fields(event, day="2017-02-30"))

    assert taken.context["form"].errors == {
        f"day_{event.pk}": ["Det finns redan ett möte med samma dag och adressdel."]
    }
    assert backwards.context["form"].errors == {
        f"day_{event.pk}": ["Sluttiden måste vara senare än starttiden."]
    }
    assert untouched.context["form"].non_field_errors() == [
        "Skriv en ny dag eller tid för minst ett möte, eller hur många dagar de skjuts."
    ]
    assert 'value="2017-02-30"' in nonsense.content.decode()
    for response in (taken, backwards, untouched, nonsense):
        assert response.context["review"] is None
        assert 'name="confirm"' not in response.content.decode()
    assert stored() == before


def test_move_warns_of_clash_weekday_and_preparation_but_does_not_hinder(clerk: Client) -> None:
    event = meeting("2017-06-01")
    form = fields(event, day="2017-05-12", start="9:00", end="11:00")
    warnings = reviewed(clerk, "flytta", event, **form).context["review"].warnings

    assert warnings == [
        (
            "Ledningsgruppens sammanträde och Samarbetskommitténs sammanträde i Salem krockar 12\xa0maj 2017 "
            "kl.\xa009.00–11.00. Samma kommuner ska vara med på båda."
        ),
        (
            "Samarbetskommitténs sammanträde 12\xa0maj 2017 hålls fredag. Samarbetskommittén möts annars på "
            "torsdagar."
        ),
        (
            "Samarbetskommitténs sammanträde 12\xa0maj 2017 hålls kl.\xa009.00–11.00. Samarbetskommittén "
            "möts annars kl.\xa012.00–15.00."
        ),
        (
            "Samarbetskommitténs sammanträde 12\xa0maj 2017 har inget möte i Ledningsgruppen 13–27 dagar "
            "före. Det närmaste är 7\xa0april 2017, 35 dagar före."
        ),
    ]
    assert make(clerk, "flytta", event, **form)[1:] == warnings


def test_change_meanwhile_is_shown_anew_before_anything_is_done(clerk: Client) -> None:
    event = meeting("2017-06-01")
    form = fields(event, day="2017-06-08")
    code = reviewed(clerk, "flytta", event, **form).context["review"].confirmation
    Event.objects.filter(pk=event.pk).update(publication=Publication.DRAFT)
    before = stored()
    response = clerk.post(page("flytta", event), {**form, "confirm": code})

    assert "Inget är ändrat än: uppgifterna är inte längre desamma." in response.content.decode()
    assert stored() == before


# --- Place and host -----------------------------------------------------------------------------------------


def test_place_is_changed_for_several(clerk: Client) -> None:
    first, second = meeting("2017-02-02"), meeting("2017-03-23")
    Event.objects.filter(pk=second.pk).update(location="Stadshuset")
    response = reviewed(clerk, "byt-lokal", first, second, location="Stadshuset")

    assert lines(response) == [
        ("ingen lokal", "Stadshuset", "Prenumeranternas kalendrar visar den nya lokalen.")
    ]
    assert make(clerk, "byt-lokal", first, second, location="Stadshuset") == [
        "Ett möte har fått en ny lokal."
    ]
    assert entry(first)["location"] == "Stadshuset, Haninge"


def test_host_is_changed_and_a_swap_of_turns_is_offered(clerk: Client) -> None:
    event = Event.objects.get(date_precision="month", starts_on="2018-01-01", body__slug="samarbetskommitten")
    nykvarn = {"host": Municipality.objects.get(name="Nykvarn").pk, "co_host": ""}
    assert reviewed(clerk, "byt-vard", event, **nykvarn).context["review"].lines[0].offers == ()
    for month in (1, 3, 4):
        first = datetime.date(2031, month, 1)
        last = first.replace(day=30 if month == 4 else 31)
        Event.objects.filter(starts_on=datetime.date(2018, month, 1)).update(starts_on=first, ends_on=last)
    rotation = HostRotation.objects.get(slug="samarbetskommitten")
    response = reviewed(clerk, "byt-vard", event, **nykvarn)

    [line] = response.context["review"].lines
    assert (line.before, line.after) == ("Huddinge", "Nykvarn")
    [offer] = line.offers
    assert offer.sentence == (
        "Mötet är tur 8, som är Huddinges. Ska Nykvarn ta den och Huddinge tur 10, anteckna ett byte i "
        "stället: då byter båda turerna och deras möten värd."
    )
    form_of_swap = form_of(clerk, offer.address)
    turns = {turn.number: turn for turn in rotation.turns.all()}
    chosen = [form_of_swap[name] for name in ("rotation", "first_turn", "second_turn")]
    assert chosen == [[str(rotation.pk)], [str(turns[8].pk)], [str(turns[10].pk)]]
    swap = {**form_of_swap, "reason": "ombyggnad", "decided_on": "2017-12-01"}
    assert clerk.post(address(HostSwap, "add"), swap).status_code == 302
    assert [str(host) for host in event.hosts.all()] == ["Nykvarn"]
    assert list(Municipality.objects.filter(event_hosts__event=turns[10].event)) == [turns[8].municipality]


def test_host_without_a_swap_is_changed_in_one_revision_and_warned_of(clerk: Client) -> None:
    event = meeting("2017-02-02")
    sequence = entry(event)["sequence"]
    salem = Municipality.objects.get(name="Salem")
    messages = make(clerk, "byt-vard", event, host=salem.pk, co_host="")

    assert messages[0] == "Ett möte har fått en ny värd."
    assert messages[1] == (
        "Samarbetskommitténs sammanträde 2\xa0februari 2017 hålls i Salem, men tur 1 är till Haninge."
    )
    assert (entry(event)["location"], entry(event)["sequence"]) == ("Salem", sequence + 1)


def test_hosts_that_can_not_be_are_refused(clerk: Client) -> None:
    event = meeting("2017-02-02")
    stranger = factories.make_municipality("Nyköping", "0480", slug="nykoping")
    salem = Municipality.objects.get(name="Salem")
    refused = reviewed(clerk, "byt-vard", event, host=stranger.pk, co_host="")
    twice = reviewed(clerk, "byt-vard", event, host=salem.pk, co_host=salem.pk)

    assert refused.context["form"].non_field_errors() == [
        f"{event}: Nyköping har ingen plats i organet och kan inte vara värd."
    ]
    assert twice.context["form"].errors["co_host"] == ["Välj två olika kommuner, eller bara en värdkommun."]


# --- The pages ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("query", ["", "?id=x", "?id=999999", "?id=-1", "?id=99999999999999999999"])
def test_page_without_a_meeting_leads_to_the_list(clerk: Client, query: str) -> None:
    for change in CHANGES:
        assert clerk.get(f"{LIST}{change.path}/{query}")["Location"] == LIST


def test_changes_need_the_right_to_change(clerk: Client) -> None:
    user = User.objects.create_user("bo", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename="view_event"))
    reader = Client()
    reader.force_login(user)
    event = meeting("2017-02-02")

    for change in CHANGES:
        assert reader.get(page(change.path, event)).status_code == 403
        assert reader.post(page(change.path, event), {"confirm": "x"}).status_code == 403
        assert change.path.replace("-", "_") not in reader.get(LIST).content.decode()
    assert Client().get(page("stall-in", event)).status_code == 302


def test_pages_keep_to_the_content_security_policy(clerk: Client) -> None:
    for change in CHANGES:
        response = clerk.get(page(change.path, meeting("2017-06-01")))
        assert response.status_code == 200
        assert "script-src 'self'" in response["Content-Security-Policy"]
        assert " style=" not in response.content.decode()


def test_deleting_a_published_meeting_says_that_cancelling_is_right(clerk: Client) -> None:
    event = meeting("2017-02-02")
    text = clerk.get(address(Event, "delete", event.pk)).content.decode()
    assert "Mötet är publicerat. Tas det bort försvinner det utan förklaring" in text
    assert f'href="{page("stall-in", event)}"' in text

    Event.objects.filter(pk=event.pk).update(publication=Publication.DRAFT)
    assert "Mötet är publicerat" not in clerk.get(address(Event, "delete", event.pk)).content.decode()


# --- The form and the list ----------------------------------------------------------------------------------


def test_another_day_in_the_form_is_a_move(clerk: Client) -> None:
    event = meeting("2017-06-01")
    form = {**form_of(clerk, address(Event, "change", event.pk)), "starts_on": "2017-06-14"}
    response = clerk.post(address(Event, "change", event.pk), form, follow=True)
    event.refresh_from_db()

    assert (event.status, event.original_starts_on) == ("moved", datetime.date(2017, 6, 1))
    assert event.ends_on == datetime.date(2017, 6, 14)
    messages = [str(message) for message in response.context["messages"]]
    assert "Mötet är nu märkt som flyttat från torsdag 1\xa0juni 2017." in messages
    unprepared = (
        "Samarbetskommitténs sammanträde 14\xa0juni 2017 har inget möte i Ledningsgruppen 13–27 dagar före. "
        "Det närmaste är 12\xa0maj 2017, 33 dagar före."
    )
    assert unprepared in messages


def test_status_that_is_written_with_another_day_counts(clerk: Client) -> None:
    event = meeting("2017-06-01")
    form = form_of(clerk, address(Event, "change", event.pk))
    clerk.post(
        address(Event, "change", event.pk), {**form, "starts_on": "2017-06-08", "status": "preliminary"}
    )
    event.refresh_from_db()

    assert (event.status, event.original_starts_on) == ("preliminary", None)


def test_form_saved_as_it_is_says_nothing_of_old_faults(clerk: Client) -> None:
    event = meeting("2017-06-01")
    form = form_of(clerk, address(Event, "change", event.pk))
    response = clerk.post(address(Event, "change", event.pk), form, follow=True)

    assert [message.level_tag for message in response.context["messages"]] == ["success"]


def test_form_leads_to_the_changes_that_are_made_most(clerk: Client) -> None:
    event = meeting("2017-06-01")
    text = clerk.get(address(Event, "change", event.pk)).content.decode()

    for change in ("flytta", "byt-lokal", "byt-vard", "stall-in"):
        assert f'href="{page(change, event)}"' in text


def found(clerk: Client, query: str) -> list[str]:
    return [str(event) for event in clerk.get(LIST + query).context["cl"].queryset]


def test_list_is_narrowed_by_year_and_by_what_is_lacking(clerk: Client) -> None:
    held = meeting("2017-02-02")
    held.links.create(kind="minutes", title="Protokoll", url="https://a.example/")

    assert {event[-7:-3] for event in found(clerk, "?ar=2018")} == {"2018"}
    assert found(clerk, "?saknar=dag") == [
        str(event) for event in Event.objects.filter(date_precision="month").order_by("-sorts_on")
    ]
    assert str(held) not in found(clerk, "?saknar=protokoll")
    assert str(meeting("2017-03-23")) in found(clerk, "?saknar=protokoll")
    assert str(Event.objects.get(kind="key_figures_day")) in found(clerk, "?saknar=vard")
    assert len(found(clerk, "?ar=x&saknar=y")) == Event.objects.count()
    assert reverse("admin:calendar_app_event_flytta") == f"{LIST}flytta/"
