"""A long drop-down list is written as Django writes its own."""

from typing import Any

import pytest
from django import forms
from django.test.html import parse_html

from sodertorn.long_select import LongChoices, LongSelect

CHOICES = [("", "Det nyaste"), (2018, "2018"), ("2017", "”2017” & <b>före</b>")]


@pytest.mark.parametrize("value", [None, "", "2017", 2018, "2018", "1999", '"><script>'])
@pytest.mark.parametrize(
    "attrs",
    [None, {"id": "ar"}, {"id": "ar", "required": True, "disabled": False, "aria-describedby": 'a"b'}],
)
def test_long_select_is_written_as_djangos_own(value: Any, attrs: dict[str, Any] | None) -> None:
    written = LongSelect({"class": "wide"}, CHOICES).render("ar", value, attrs)

    assert parse_html(written) == parse_html(
        forms.Select({"class": "wide"}, CHOICES).render("ar", value, attrs)
    )


def test_long_select_has_the_choices_and_the_value_of_its_field() -> None:
    class YearForm(forms.Form):
        ar = forms.TypedChoiceField(
            coerce=int, choices=LongChoices([(1, "ett"), (2, "två")]), widget=LongSelect
        )

    form = YearForm({"ar": "2"})

    assert str(form["ar"]) == (
        '<select id="id_ar" name="ar">\n  <option value="1">ett</option>\n\n'
        '  <option value="2" selected>två</option>\n\n</select>'
    )
    assert form.is_valid()
    assert form.cleaned_data == {"ar": 2}
    assert YearForm({"ar": "3"}).errors == {
        "ar": ["Välj ett giltigt alternativ. 3 finns inte bland tillgängliga alternativ."]
    }
