"""The second step of signing in: who must have it, and what happens when it is lost.

A leaf. An app on the telephone or a passkey is a second factor; recovery codes alone are not, being only the
way back to one.
"""

import logging
from collections.abc import Callable

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import AnonymousUser, User
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

logger = logging.getLogger(__name__)

ACCOUNT_PAGES = "/konto/"
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def has_second_factor(user: User) -> bool:
    return Authenticator.objects.filter(user=user, type__in=FACTORS).exists()


def must_set_up_second_factor(user: User | AnonymousUser) -> bool:
    """Whether the person has to get a second factor before anything else opens."""
    return (
        settings.SECOND_FACTOR_REQUIRED
        and isinstance(user, User)
        and user.is_staff
        and not has_second_factor(user)
    )


class SecondFactorMiddleware:
    """Leads staff without a second factor to the page that sets one up, from all but the account's own pages.

    Visitors have no session, and cost nothing here.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        is_signed_in = settings.SESSION_COOKIE_NAME in request.COOKIES
        if (
            is_signed_in
            and not request.path.startswith(ACCOUNT_PAGES)
            and must_set_up_second_factor(request.user)
        ):
            return HttpResponseRedirect(reverse("mfa_index"))
        return self.get_response(request)


@transaction.atomic
def reset_second_factor(user: User, *, by: User | None) -> list[str]:
    """Take away every second factor and recovery code of a person, and sign them out everywhere.

    Whoever can sign in with the password alone then sets up a new one, so be sure that it is the right person
    who asks. `by` is None when it is done by a command on the server. Returns what was taken away, in words;
    nothing if there was nothing. It is kept in the person's history in the administration, and logged.
    """
    factors = list(Authenticator.objects.filter(user=user).order_by("type", "pk"))
    taken = [_in_words(factor) for factor in factors]
    for factor in factors:
        factor.delete()
    for session in UserSession.objects.filter(user=user):
        session.end()
    if taken:
        where = "" if by else " Gjordes med ett kommando på servern."
        LogEntry.objects.log_actions(
            (by or user).pk,
            [user],
            CHANGE,
            f"Andra faktorn togs bort: {', '.join(taken)}.{where}",
            single_object=True,
        )
    logger.warning("Second factor of %s reset by %s", user, by or "a command")
    return taken


def _in_words(factor: Authenticator) -> str:
    if factor.type == Authenticator.Type.WEBAUTHN:
        return f"lösennyckeln ”{factor}”"
    return "appen med koder" if factor.type == Authenticator.Type.TOTP else "reservkoderna"
