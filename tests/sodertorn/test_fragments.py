"""Pieces of HTML that are rendered once for the same values."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.template import Context, Template
from django.utils.safestring import mark_safe

from calendar_app.models import Event, EventHost
from committee.models import Municipality
from sodertorn.fragment_keys import NoKeyError, key_of
from tests import factories

pytestmark = pytest.mark.django_db


class Rendered:
    """Counts how often a template asks for its text."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> str:
        self.times += 1
        return "<text>"


@pytest.fixture
def rendered() -> Rendered:
    return Rendered()


def render(template: Template, **given: Any) -> str:
    return template.render(Context(given))


def test_fragment_is_rendered_once_for_the_same_values(rendered: Rendered) -> None:
    template = Template("{% fragment day %}{{ text }} {{ day }}{% endfragment %}")

    answers = [render(template, day=day, text=rendered) for day in ("må", "ti", "må", "ti")]

    assert answers == ["&lt;text&gt; må", "&lt;text&gt; ti"] * 2
    assert rendered.times == 2


def test_fragment_that_asks_the_database_is_not_kept() -> None:
    template = Template("{% fragment 1 %}{{ rows.count }}{% endfragment %}")
    assert render(template, rows=Municipality.objects) == "0"
    factories.make_municipality("Haninge", "0136")

    assert render(template, rows=Municipality.objects) == "1"


def test_fragment_of_what_has_no_key_is_rendered_each_time(rendered: Rendered) -> None:
    template = Template("{% fragment thing %}{{ text }}{% endfragment %}")

    render(template, thing=object(), text=rendered)
    render(template, thing=object(), text=rendered)

    assert rendered.times == 2


def test_fragment_is_forgotten_when_there_are_many(rendered: Rendered) -> None:
    template = Template("{% fragment number %}{{ text }}{% endfragment %}")
    for number in range(101):
        render(template, number=number, text=rendered)
    assert rendered.times == 101

    render(template, number=100, text=rendered)
    assert rendered.times == 101
    render(template, number=0, text=rendered)
    assert rendered.times == 102


def test_rows_have_the_same_key_until_a_column_or_what_was_fetched_with_them_changes() -> None:
    event = factories.make_event(date(2017, 2, 2))
    host = factories.make_municipality("Haninge", "0136")

    def key() -> Any:
        return key_of(Event.objects.with_hosts())

    before = key()
    assert key() == before
    Event.objects.update(title="Ett annat möte")
    renamed = key()
    assert renamed != before
    EventHost.objects.create(event=event, municipality=host, position=0)
    hosted = key()
    assert hosted not in (before, renamed)
    Municipality.objects.update(name="Haninge kommun")
    assert key() not in (before, renamed, hosted)


def test_rows_that_lead_back_to_each_other_have_a_key() -> None:
    factories.make_event(date(2017, 2, 2), hosts=(factories.make_municipality("Haninge", "0136"),))
    event = Event.objects.prefetch_related("event_hosts__event").get()

    with connection.execute_wrapper(lambda *_: pytest.fail("a key asks no database")):
        assert isinstance(hash(key_of(event)), int)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Decimal("1.0"), Decimal("1.00")),
        (True, 1),
        (mark_safe("<b>"), "<b>"),
        ([1], (1,)),
        ({"a": 1}, {"b": 1}),
    ],
)
def test_values_that_look_different_have_different_keys(one: Any, other: Any) -> None:
    assert key_of(one) != key_of(other)


def test_value_that_nobody_sees_change_has_no_key() -> None:
    with pytest.raises(NoKeyError, match=r"^object has no key$"):
        key_of(object())
