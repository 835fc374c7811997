"""How the portal's connections to its database behave: what they wait for, and for how long. A leaf.

Part of the settings, so it uses nothing of Django. No request may hang on a database that is away, and once
it is back every thread finds it by itself.
"""

from typing import Any

SECONDS_TO_CONNECT = 3
SECONDS_FOR_A_LOCK = 10
SECONDS_FOR_A_CONNECTION = 2
"""How long a thread waits when all of the pool's connections are taken, or can't be had."""
SECONDS_TO_RECONNECT = 1
"""How long the pool tries by itself; after that, each request that needs a connection makes it try anew."""
MILLISECONDS_UNANSWERED = 10_000
"""How long PostgreSQL's side may leave what was sent unacknowledged, as when its machine has vanished."""
SECONDS_KEPT = 60

SQLITE = "django.db.backends.sqlite3"
KEPT_SQLITE = "sodertorn.sqlite"
"""The same, for connections that are kept between requests."""


def tune(database: dict[str, Any], *, pool: int) -> None:
    """Add to a Django database what it needs to be quick and to heal.

    `pool` is how many connections each process keeps for its threads to share. Without a pool each thread
    keeps its own for a while. Either way a connection is asked whether it lives before it is used.
    """
    given = database.get("OPTIONS", {})
    database["CONN_HEALTH_CHECKS"] = True
    if database["ENGINE"] == SQLITE:
        database["ENGINE"] = KEPT_SQLITE
        database["CONN_MAX_AGE"] = SECONDS_KEPT
        # Readers never wait for a writer (WAL), and a writer takes its lock at once instead of failing
        # half-way. What has been answered for is on the disk (FULL), also when the power goes.
        database["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": SECONDS_FOR_A_LOCK,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
        }
        return
    database["OPTIONS"] = {
        "connect_timeout": SECONDS_TO_CONNECT,
        "tcp_user_timeout": MILLISECONDS_UNANSWERED,
        **given,
    }
    if pool:
        database["OPTIONS"]["pool"] = {
            "min_size": 1,
            "max_size": pool,
            "timeout": SECONDS_FOR_A_CONNECTION,
            "reconnect_timeout": SECONDS_TO_RECONNECT,
        }
    else:
        database["CONN_MAX_AGE"] = SECONDS_KEPT
