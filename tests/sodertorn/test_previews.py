"""Preview links: what they show, for how long, to whom, and who makes and revokes them."""

import datetime

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from calendar_app.models import Event
from committee.models import OperationalPlan
from sodertorn.models import PreviewLink
from sodertorn.previews import revoke, share
from sodertorn.publishing import Publication
from sodertorn.working_copies import begin_working_copy
from tests import factories
from tests.reading import internal_links, parse
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def by() -> User:
    return User.objects.create_superuser("anna", password="hemligt", first_name="Anna", last_name="Ek")


@pytest.fixture
def clerk(by: User) -> Client:
    client = Client()
    sign_in(client, by)
    return client


@pytest.fixture
def draft() -> OperationalPlan:
    """A draft plan with a target area, a budget and a draft meeting."""
    plan = factories.make_plan(2018, is_draft=True)
    chapter = factories.make_section(plan, 7, "Kalendarium", text="Utkastets text.", content="events")
    factories.make_target_area(plan)
    factories.make_budget(plan)
    factories.make_event(
        datetime.date(2018, 5, 3), title="Utkastmöte", publication=Publication.DRAFT, plan_section=chapter
    )
    return plan


def shared(row, by: User, days: int = 7) -> str:
    return reverse("preview", args=[share(row, days, by, timezone.now()).token])


# --- What a link shows --------------------------------------------------------------------------------------


def test_a_link_shows_the_draft_on_its_own_page(client, draft, by):
    address = shared(draft, by)
    response = client.get(address)
    page = parse(response.content.decode())

    assert response.status_code == 200
    assert page.one("h1").text == "Verksamhetsplan 2018 Budget 2018"
    assert "Utkastets text." in page.text
    assert page.one("p", "draft-banner").text.startswith(
        "Förhandsgranskning av ett utkast. Länken gäller till "
    )
    assert client.get(draft.get_absolute_url()).status_code == 404


def test_the_page_is_kept_nowhere_and_its_address_is_not_told(client, draft, by):
    response = client.get(shared(draft, by))

    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert response["Referrer-Policy"] == "no-referrer"
    assert set(response["Cache-Control"].split(", ")) == {"private", "no-store"}
    assert not response.cookies


def test_what_belongs_to_the_plan_is_reached_within_the_preview(client, draft, by):
    address = shared(draft, by)
    paths = ["samverkan/2018/klimat/", "budget/2018/", "kalender/2018/", "kalender/2018/05/03/utkastmote/"]

    assert [client.get(f"{address}{path}").status_code for path in paths] == [200] * 4
    assert f"{address}kalender/2018/05/03/utkastmote/" in internal_links(
        parse(client.get(address).content.decode()), address
    )
    assert client.get(f"{address}verksamhetsplan/2018.pdf")["Content-Type"] == "application/pdf"
    assert [client.get(f"/{path}").status_code for path in paths] == [404] * 4


def test_other_pages_are_at_their_public_addresses(client, draft, by):
    address = shared(draft, by)

    for path in ("organisation/", "vardskap/", "admin/", "kalender/kalender.ics", "konto/logga-in/"):
        response = client.get(f"{address}{path}")
        assert (response.status_code, response["Location"]) == (302, f"/{path}")
        assert response["Referrer-Policy"] == "no-referrer"
    assert client.get(f"{address}kalender/?organ=x")["Location"] == "/kalender/?organ=x"


@pytest.mark.parametrize("path", ["finns/inte/", "/example.com/", "budget/2019/", "%5Cexample.com/"])
def test_what_is_not_there_is_not_found(client, draft, by, path):
    response = client.get(f"{shared(draft, by)}{path}")

    assert response.status_code == 404
    assert response["Referrer-Policy"] == "no-referrer"


def test_a_link_shows_no_other_draft(client, draft, by):
    event = Event.objects.get()
    other = factories.make_event(datetime.date(2018, 5, 4), title="Annat", publication=Publication.DRAFT)
    address = shared(event, by)

    assert "Utkastmöte" in client.get(address).content.decode()
    for row in (other, draft, draft.budget):
        assert client.get(f"{address}{row.get_absolute_url()[1:]}").status_code == 404
    assert "Verksamhetsplan 2018" not in client.get(address).content.decode()


def test_a_working_copy_is_shown_instead_of_its_plan(client, by):
    plan = factories.make_plan(2017)
    factories.make_section(plan, 1, "Inledning", text="Den gamla texten.")
    factories.make_target_area(plan)
    factories.make_budget(plan)
    copy = begin_working_copy(plan)
    copy.sections.update(text="Den nya texten.")
    copy.budget.lines.update(title="Ny rad")
    address = shared(copy, by)

    text = client.get(address).content.decode()
    assert "Den nya texten." in text
    assert "Den gamla texten." not in text
    assert "Ny rad" in client.get(f"{address}budget/2017/").content.decode()
    assert client.get(f"{address}samverkan/2017/klimat/").status_code == 200
    assert "Ny rad" in client.get(shared(copy.budget, by)).content.decode()
    assert "Den gamla texten." in client.get("/verksamhetsplan/2017/").content.decode()


@pytest.mark.parametrize("make", [factories.make_news, factories.make_page, factories.make_document])
def test_news_pages_and_documents_are_shown(client, by, make):
    row = make("Utkast", publication=Publication.DRAFT)
    response = client.get(shared(row, by))

    assert response.status_code == 200
    assert response["Referrer-Policy"] == "no-referrer"
    assert "no-store" in response["Cache-Control"]
    assert client.get(row.get_absolute_url()).status_code == 404


def test_the_link_to_what_is_published_since_leads_to_its_page(client, draft, by):
    event = Event.objects.get()
    address = shared(event, by)
    event.publication = Publication.PUBLISHED
    event.save()

    assert client.get(address)["Location"] == event.get_absolute_url()


def test_staff_see_in_a_preview_what_others_see(clerk, draft, by):
    page = parse(clerk.get(shared(draft, by)).content.decode())

    assert page.one("p", "draft-banner").text.startswith("Förhandsgranskning av ett utkast.")
    assert page.all("p", "staff-link") == []


# --- For how long -------------------------------------------------------------------------------------------


def test_links_that_do_not_hold_are_answered_alike(client, draft, by):
    now = timezone.now()
    expired = share(draft, 1, by, now - datetime.timedelta(days=1, seconds=1))
    revoked = share(draft, 30, by, now)
    revoke(PreviewLink.objects.filter(pk=revoked.pk), now)
    deleted = factories.make_event(datetime.date(2018, 1, 1), publication=Publication.DRAFT)
    gone = share(deleted, 30, by, now)
    deleted.delete()
    tokens = [expired.token, revoked.token, gone.token, "x" * 32]

    answers = [client.get(reverse("preview", args=[token])) for token in tokens]
    assert {response.status_code for response in answers} == {404}
    # Each says its own address, in the link to report a problem with the page.
    texts = [
        response.content.decode().replace(token, "") for response, token in zip(answers, tokens, strict=True)
    ]
    assert len(set(texts)) == 1
    page = parse(texts[0])
    assert page.one("h1").text == "Länken gäller inte"
    assert answers[0]["Referrer-Policy"] == "no-referrer"
    assert client.get(f"{reverse('preview', args=[expired.token])}budget/2018/").status_code == 404


def test_a_link_holds_for_the_days_it_was_given(draft, by):
    now = timezone.now()
    link = share(draft, 7, by, now)

    assert list(PreviewLink.objects.valid_at(now + datetime.timedelta(days=7, seconds=-1))) == [link]
    assert not PreviewLink.objects.valid_at(now + datetime.timedelta(days=7)).exists()
    assert len(link.token) >= 32


@pytest.mark.parametrize("days", [0, 2, 365])
def test_a_link_for_other_times_is_not_made(draft, by, days):
    with pytest.raises(ValueError, match="can't be shared"):
        share(draft, days, by, timezone.now())


def test_what_is_published_is_not_shared(by):
    with pytest.raises(ValueError, match="can't be shared"):
        share(factories.make_event(datetime.date(2018, 1, 1)), 7, by, timezone.now())


# --- In the administration ----------------------------------------------------------------------------------


def form_of(row) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def share_page(row) -> str:
    return reverse("admin:sodertorn_previewlink_share", args=[row._meta.label_lower, row.pk])


def test_a_draft_is_shared_from_its_form_and_the_link_revoked(clerk, client, draft):
    event = Event.objects.get()
    assert share_page(event) in parse(clerk.get(form_of(event)).content.decode()).links()

    page = parse(clerk.post(share_page(event), {"days": 30}, follow=True).content.decode())
    address = page.one("input", readonly="").attributes["value"]
    path = address.removeprefix("http://testserver")
    assert client.get(path).status_code == 200
    assert "av Anna Ek" in page.text

    link = PreviewLink.objects.get()
    clerk.post(reverse("admin:sodertorn_previewlink_revoke", args=[link.pk]))
    assert client.get(path).status_code == 404
    assert parse(clerk.get(share_page(event)).content.decode()).all("input", readonly="") == []


def test_a_time_that_is_not_offered_is_refused_in_swedish(clerk, draft):
    response = clerk.post(share_page(draft), {"days": 999})

    assert "Välj hur länge länken ska gälla." in response.content.decode()
    assert not PreviewLink.objects.exists()


def test_what_is_published_has_no_such_page(clerk):
    event = factories.make_event(datetime.date(2018, 1, 1))

    assert share_page(event) not in parse(clerk.get(form_of(event)).content.decode()).links()
    assert clerk.get(share_page(event)).status_code == 404
    assert clerk.get(reverse("admin:sodertorn_previewlink_share", args=["auth.user", 1])).status_code == 404


def test_links_are_listed_with_their_state_and_revoked_together(clerk, draft, by):
    share(draft, 7, by, timezone.now())
    share(draft, 1, by, timezone.now() - datetime.timedelta(days=3))
    changelist = reverse("admin:sodertorn_previewlink_changelist")

    rows = parse(clerk.get(changelist).content.decode()).one("table", id="result_list").rows()
    assert [row[-1] for row in rows] == ["gäller", "har gått ut"]
    keys = list(PreviewLink.objects.values_list("pk", flat=True))
    response = clerk.post(changelist, {"action": "revoke_chosen", "_selected_action": keys}, follow=True)
    assert "En länk återkallades." in response.content.decode()
    assert not PreviewLink.objects.valid_at(timezone.now()).exists()


def test_readers_share_and_revoke_nothing(client, draft, by):
    user = User.objects.create_user("bo", password="hemligt", is_staff=True)
    user.groups.add(Group.objects.get(name="läsare"))
    sign_in(client, user)
    link = share(draft, 7, by, timezone.now())

    assert client.get(share_page(draft)).status_code == 403
    assert client.post(reverse("admin:sodertorn_previewlink_revoke", args=[link.pk])).status_code == 403
    assert PreviewLink.objects.valid_at(timezone.now()).count() == 1
    assert share_page(draft) not in parse(client.get(form_of(draft)).content.decode()).links()


# --- As a visitor -------------------------------------------------------------------------------------------


def test_staff_who_look_as_visitors_go_on_doing_so_until_they_stop(clerk, draft):
    assert clerk.get(draft.get_absolute_url()).status_code == 200

    page = parse(clerk.get("/kalender/?organ=&visa=besokare").content.decode())
    assert page.one("p", "draft-banner").links() == ["?organ=&visa=utkast"]
    assert clerk.get(draft.get_absolute_url()).status_code == 404
    assert clerk.get("/?visa=utkast").status_code == 200
    assert clerk.get(draft.get_absolute_url()).status_code == 200


def test_the_switch_keeps_the_rest_of_the_address(clerk):
    factories.make_event(datetime.date(2017, 5, 3))
    page = parse(clerk.get("/kalender/tidigare/?typ=meeting&sida=1").content.decode())

    assert page.one("p", "draft-banner").links() == ["?typ=meeting&sida=1&visa=besokare"]
