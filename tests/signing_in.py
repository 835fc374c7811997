"""Signing in without a browser: a client that has just done so, and the codes that an app would show."""

import time

from allauth.account.internal.flows import login
from allauth.account.internal.userkit import user_id_to_str
from allauth.mfa import app_settings
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.contrib.auth.models import User
from django.test import Client


def sign_in(client: Client, user: User, *, seconds_ago: float = 0) -> None:
    """Sign in without the forms; `seconds_ago` tells how old the sign-in is."""
    client.force_login(user)
    session = client.session
    session[login.AUTHENTICATION_METHODS_SESSION_KEY] = [
        {"method": "password", "at": time.time() - seconds_ago}
    ]
    session[login._AUTHENTICATION_METHODS_USER_SESSION_KEY] = user_id_to_str(user)
    session.save()


def app_code(secret: str, *, steps: int = 0) -> str:
    """What an app with the secret shows now, or so many steps of thirty seconds later.

    A code is taken once; the next one is taken already, as clocks may differ.
    """
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // app_settings.TOTP_PERIOD + steps)))
