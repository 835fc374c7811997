"""The database itself refuses to change or delete an issued notice, whoever asks."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

REFUSAL = "an issued fee notice is frozen: credit it and issue a new one"

SQLITE = [
    f"""
    CREATE TRIGGER fee_notice_frozen_{event.lower()} BEFORE {event} ON budget_feenotice
    BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END
    """
    for event in ("UPDATE", "DELETE")
]
SQLITE_BACK = [
    "DROP TRIGGER IF EXISTS fee_notice_frozen_update",
    "DROP TRIGGER IF EXISTS fee_notice_frozen_delete",
]

POSTGRESQL = [
    f"""
    CREATE FUNCTION refuse_fee_notice_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'restrict_violation'; END $$
    """,
    """
    CREATE TRIGGER fee_notice_frozen BEFORE UPDATE OR DELETE ON budget_feenotice
    FOR EACH ROW EXECUTE FUNCTION refuse_fee_notice_change()
    """,
]
POSTGRESQL_BACK = [
    "DROP TRIGGER IF EXISTS fee_notice_frozen ON budget_feenotice",
    "DROP FUNCTION IF EXISTS refuse_fee_notice_change()",
]


def freeze(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL:
        schema_editor.execute(statement)


def thaw(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in SQLITE_BACK if schema_editor.connection.vendor == "sqlite" else POSTGRESQL_BACK:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("budget", "0002_outcome_scenarios_and_invoicing")]

    operations = [migrations.RunPython(freeze, thaw)]
