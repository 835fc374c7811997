"""What the portal wants otherwise than django-allauth: who may come in, and in what words.

Accounts are made by the office, and nobody signs up.
"""

import logging
import math
import smtplib
import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal import ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.shortcuts import render

from sodertorn.sign_in import has_signed_in_freshly

logger = logging.getLogger(__name__)

MISMATCH = "Namnet eller lösenordet är fel. Försök igen."


def minutes_to_wait(request: HttpRequest, key: str, now: float) -> int:
    """How many whole minutes until a name that has been tried too often may be tried again; at least one.

    `now` is in seconds since 1970, as are the moments that allauth remembers, the newest first.
    """
    seconds = 0.0
    for rate in ratelimit.get_rates(app="allauth.account", action="login_failed"):
        place = ratelimit.get_cache_key(
            request, app="allauth.account", action="login_failed", rate=rate, key=key
        )
        moments = cache.get(place, [])
        if len(moments) >= rate.amount:
            seconds = max(seconds, moments[-1] + rate.duration - now)
    return max(1, math.ceil(seconds / 60))


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": MISMATCH,
        "email_password_mismatch": MISMATCH,
        "incorrect_password": "Lösenordet är fel. Försök igen.",
        "enter_current_password": "Lösenordet är inte det du har nu. Försök igen.",
        "too_many_login_attempts": "Det har blivit fel för många gånger. Vänta fem minuter och försök igen.",
        "rate_limited": "Det har blivit fel för många gånger. Vänta fem minuter och försök igen.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """One rule for the whole portal: to have signed in a moment ago is enough."""
        return not has_signed_in_freshly(context.request)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            key = self._get_login_attempts_cache_key(request, **credentials)
            minutes = minutes_to_wait(request, key, time.time())
            wait = "en minut" if minutes == 1 else f"{minutes} minuter"
            raise ValidationError(
                f"Det har blivit fel för många gånger. Vänta {wait} och försök igen.",
                code="too_many_login_attempts",
            ) from None

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send, or say that it can't be done now; the person can do nothing about a mail server."""
        try:
            super().send_mail(template_prefix, email, context)
        except (OSError, smtplib.SMTPException):
            logger.exception("Mail could not be sent")
            raise ImmediateHttpResponse(
                render(self.request, "account/password_reset_impossible.html", status=503)
            ) from None


class SecondFactorAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "Koden stämmer inte. Skriv den kod som visas i appen just nu.",
    }

    def generate_authenticator_name(self, user: Any, type: Authenticator.Type) -> str:  # noqa: A002
        """A name to begin with; the person may write a better one."""
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return "Lösennyckel" if number == 1 else f"Lösennyckel {number}"

    def build_totp_svg(self, url: str) -> str:
        """The code to point the telephone at, as a part of the page: the policy stops inline pictures."""
        drawing = super().build_totp_svg(url)
        return drawing[drawing.index("<svg") :].replace("<svg", '<svg role="img" aria-label="QR-kod"', 1)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {**super().get_public_key_credential_rp_entity(), "name": "Södertörnskommunerna"}
