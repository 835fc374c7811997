"""Forms about the budget: its lines in the administration."""

from typing import Any

from django.forms.formsets import DELETION_FIELD_NAME

from budget.models import BudgetLine
from sodertorn.back_office import InlineFormSet


class LineFormSet(InlineFormSet):
    """One of the tables of lines in a budget's form; the last one checks what all of them will hold.

    A published budget must still be fit for publication with the lines as they will be stored, so neither
    the budget nor a line can be judged by itself meanwhile.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.lines_checked_together = True
        self._tables: list[LineFormSet] = vars(self.instance).setdefault("line_tables", [])
        self._tables.append(self)

    def clean(self) -> None:
        super().clean()
        *others, last = self._tables
        if self is last and not any(self.errors) and all(table.is_valid() for table in others):
            self.instance.refuse_obstacles(line for table in self._tables for line in table.lines())

    def lines(self) -> list[BudgetLine]:
        """The lines as they will be stored, without those marked for deletion and the empty rows."""
        return [
            form.instance
            for form in self.forms
            if (form.instance.pk or form.has_changed()) and not form.cleaned_data.get(DELETION_FIELD_NAME)
        ]
