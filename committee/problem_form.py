"""The form "Anmäl en brist": what is asked, and how a program is told from a person with nobody shut out.

Nothing here refuses a person for good. Whoever seems to be a program gets the form once more, filled in, with
a sentence that says why, and may send it again. There is no riddle to solve and no third party.
"""

from typing import Any

from django import forms
from django.core.signing import BadSignature, SignatureExpired, TimestampSigner
from django.utils.crypto import get_random_string

from committee.models import ProblemReport
from committee.models.accessibility import LONGEST_PROBLEM
from sodertorn.money import number

LEAST_SECONDS = 3
"""Quicker than this nobody reads the form and writes in it."""
LONGEST_SECONDS = 24 * 3600
SIGNER = TimestampSigner(salt="anmal-brist")

TOO_QUICK = (
    "Formuläret kom tillbaka inom ett par sekunder, så vi frågar för säkerhets skull: ska det skickas? "
    "Tryck i så fall på ”Skicka anmälan” en gång till."
)
TRAPPED = (
    "Ett dolt fält som ska vara tomt hade fyllts i, kanske av ett hjälpprogram i webbläsaren. Vi har tömt "
    "det. Tryck på ”Skicka anmälan” en gång till."
)
TOO_OLD = "Formuläret har legat öppet länge. Läs igenom det och tryck på ”Skicka anmälan” en gång till."
NOT_STORABLE = "Texten innehåller ett tecken som inte går att spara. Skriv om texten."


class ProblemForm(forms.ModelForm):
    """A report. `token` says when the form was shown, and tells one form from another."""

    class Meta:
        model = ProblemReport
        fields = ["problem", "address", "name", "email"]
        labels = {
            "problem": "Vad är problemet?",
            "address": "Vilken sida gäller det? (frivilligt)",
            "name": "Ditt namn (frivilligt)",
            "email": "Din e-postadress (frivilligt)",
        }
        help_texts = {
            "problem": "Berätta vad du ville göra och vad som inte gick. Skriv inga känsliga uppgifter om "
            "dig själv eller andra.",
            "address": "Klistra in sidans adress, eller skriv vad sidan heter.",
            "email": "Skriv den om du vill ha svar.",
        }
        error_messages = {
            "problem": {
                "required": "Skriv vad problemet är.",
                "max_length": f"Skriv högst {number(LONGEST_PROBLEM)} tecken. Texten har %(show_value)s.",
            },
            "address": {"max_length": "Skriv högst 500 tecken."},
            "name": {"max_length": "Skriv högst 100 tecken."},
            "email": {
                "invalid": "Skriv en hel adress, som namn@example.se, eller lämna fältet tomt.",
                "max_length": "E-postadressen är för lång. Skriv en annan, eller lämna fältet tomt.",
            },
        }
        widgets = {
            "problem": forms.Textarea(attrs={"rows": 8}),
            "name": forms.TextInput(attrs={"autocomplete": "name"}),
            "email": forms.EmailInput(attrs={"autocomplete": "email"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.error_messages["null_characters_not_allowed"] = NOT_STORABLE
            # A browser would cut what is pasted without a word; the form says that it is too long instead.
            field.widget.attrs.pop("maxlength", None)

    @property
    def has_field_errors(self) -> bool:
        return any(name in self.errors for name in self.fields)

    @property
    def token(self) -> str:
        """The form's own token as long as it holds, otherwise a new one."""
        given = str(self.data.get("token", ""))
        return given if given and self.age_of(given) != TOO_OLD else SIGNER.sign(get_random_string(12))

    def age_of(self, token: str) -> str:
        """What is wrong with the form's age, as a sentence; empty if nothing is."""
        try:
            SIGNER.unsign(token, max_age=LONGEST_SECONDS)
        except BadSignature:
            return TOO_OLD
        try:
            SIGNER.unsign(token, max_age=LEAST_SECONDS)
        except SignatureExpired:
            return ""
        return TOO_QUICK

    def clean_problem(self) -> str:
        """Browsers end a line with two characters, whatever the system."""
        return str(self.cleaned_data["problem"]).replace("\r\n", "\n")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        doubt = TRAPPED if self.data.get("subject") else self.age_of(str(self.data.get("token", "")))
        if doubt and not self.errors:
            self.add_error(None, doubt)
        return cleaned
