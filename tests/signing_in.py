"""A test client that is signed in as a person who has just done so, as the most important actions ask for."""

import time

from allauth.account.internal.flows import login
from allauth.account.internal.userkit import user_id_to_str
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
