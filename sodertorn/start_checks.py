"""What must be in place before the portal starts, told in one line each. A leaf."""

from typing import Any

from django.db import DEFAULT_DB_ALIAS, DatabaseError, OperationalError, connections

from sodertorn.health import unapplied_migrations
from sodertorn.unavailable import lacking


def stop_without_database() -> None:
    """End the program if the database does not answer. Its address is never shown: it may hold a password."""
    try:
        connections[DEFAULT_DB_ALIAS].ensure_connection()
    except OperationalError as error:
        raise SystemExit(line_about(error)) from None


def stop_unless_ready() -> None:
    """End the program if it would only answer with errors. No connection is left open, to be forked."""
    try:
        stop_without_database()
        missing = unapplied_migrations()
    except DatabaseError as error:
        raise SystemExit(line_about(error)) from None
    finally:
        close_connections()
    if missing:
        raise SystemExit(f"Databasen saknar {missing} migreringar. Kör manage.py migrate, och starta igen.")


def line_about(error: DatabaseError) -> str:
    """What a database error means to whoever runs the portal."""
    reason = " ".join(str(error).split())
    if not lacking(error):
        return f"Databasen går inte att använda: {reason}. Är den migrerad? Kör manage.py migrate."
    return f"Databasen i DATABASE_URL svarar inte: {reason}"


def close_connections() -> None:
    """Close what a child process must not inherit."""
    connections.close_all()
    connection: Any = connections[DEFAULT_DB_ALIAS]
    if "pool" in connection.settings_dict["OPTIONS"]:
        connection.close_pool()
