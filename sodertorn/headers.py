"""What every answer forbids a browser, beyond what Django and the content policy say. A leaf."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

NO_PAGE_USES = (
    "accelerometer",
    "autoplay",
    "camera",
    "display-capture",
    "encrypted-media",
    "fullscreen",
    "gamepad",
    "geolocation",
    "gyroscope",
    "hid",
    "idle-detection",
    "local-fonts",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "picture-in-picture",
    "screen-wake-lock",
    "serial",
    "storage-access",
    "usb",
    "window-management",
    "xr-spatial-tracking",
)
"""What a browser can do that the portal never asks for. Passkeys need `publickey-credentials-*`."""
PERMISSIONS = ", ".join(
    [
        *(f"{feature}=()" for feature in NO_PAGE_USES),
        "publickey-credentials-create=(self)",
        "publickey-credentials-get=(self)",
    ]
)
SECURITY_HEADERS = (
    "content-security-policy",
    "cross-origin-opener-policy",
    "cross-origin-resource-policy",
    "permissions-policy",
    "referrer-policy",
    "strict-transport-security",
    "x-content-type-options",
    "x-frame-options",
)
"""What is said again with an answer that nothing has changed (304): a browser may have its copy from before a
release that made the rules stricter."""


def keep_browsers_out(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware, first of all: also on files, redirects and errors.

    Another site's page may load what says that it may be read from anywhere, and nothing else.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        is_open = response.get("Access-Control-Allow-Origin") == "*"
        response.setdefault("Cross-Origin-Resource-Policy", "cross-origin" if is_open else "same-origin")
        response.setdefault("Permissions-Policy", PERMISSIONS)
        return response

    return middleware
