"""Errors told to Sentry, or another service that speaks its language, without anything personal. A leaf.

Imported only when SENTRY_DSN is set.
"""

from typing import Any

import sentry_sdk

SENT_OF_A_REQUEST = {"method", "url"}


def start(dsn: str) -> None:
    """Tell of errors from now on: where in the code, but neither what was sent nor what variables held."""
    sentry_sdk.init(
        dsn,
        send_default_pii=False,
        include_local_variables=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        server_name="portalen",
        before_send=scrubbed,
    )


def scrubbed(event: Any, hint: dict[str, Any]) -> Any:
    """The event with only the method and the address of the request, without its query, and no person."""
    request = event.get("request", {})
    event["request"] = {name: value for name, value in request.items() if name in SENT_OF_A_REQUEST}
    event.pop("user", None)
    return event
