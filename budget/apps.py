from django.apps import AppConfig


class BudgetConfig(AppConfig):
    """What it costs and who pays."""

    name = "budget"
    verbose_name = "Budget och avgifter"
