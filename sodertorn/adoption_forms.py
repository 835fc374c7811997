"""What a clerk fills in on a plan's checklist: comments on warnings, the decision, why it is taken back."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from calendar_app.models import Event
from committee.models import OperationalPlan
from sodertorn.adoption import deciding_meetings
from sodertorn.dates import date_span
from sodertorn.tracking import LONGEST_REASON


class CommentForm(forms.Form):
    """Why one warning may stand. Its own words go along, so that no other warning gets the comment."""

    rule = forms.CharField(max_length=50, widget=forms.HiddenInput)
    text = forms.CharField(strip=False, widget=forms.HiddenInput)
    comment = forms.CharField(
        label="Kommentar", required=False, widget=forms.Textarea({"rows": 2, "class": "checklist__comment"})
    )


CommentFormSet = forms.formset_factory(CommentForm, extra=0)


class MeetingField(forms.ModelChoiceField):
    def label_from_instance(self, meeting: Event) -> str:
        return f"{meeting.title} {date_span(meeting.starts_on, meeting.ends_on, weekday=False)}"

    def to_python(self, value: Any) -> Any:
        """A key that is no number is an unknown meeting, not an error of the server's."""
        if value and not (str(value).isascii() and str(value).isdigit() and len(str(value)) < 19):
            raise ValidationError(self.error_messages["invalid_choice"])
        return super().to_python(value)


class AdoptionForm(forms.Form):
    """When the plan was decided, and at which of the committee's meetings."""

    decided_on = forms.DateField(
        label="Beslutsdatum",
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": "Ange vilken dag planen beslutades.",
            "invalid": "Skriv datumet med siffror, som 2018-02-01.",
        },
    )
    meeting = MeetingField(
        Event.objects.none(),
        label="Beslutande möte",
        required=False,
        empty_label="Inget möte i kalendern",
        error_messages={"invalid_choice": "Välj ett av mötena i listan."},
    )

    def __init__(self, *args: Any, plan: OperationalPlan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["meeting"].queryset = deciding_meetings(plan.year)  # type: ignore[attr-defined]


class WithdrawalForm(forms.Form):
    """Why a plan is taken back."""

    reason = forms.CharField(
        label="Skäl",
        max_length=LONGEST_REASON,
        widget=forms.TextInput({"size": 80}),
        error_messages={
            "required": "Skriv varför planen återtas.",
            "max_length": f"Skälet får ha högst {LONGEST_REASON} tecken.",
        },
        help_text="Sparas i planens historik, till exempel ”Fel version publicerades”.",
    )
