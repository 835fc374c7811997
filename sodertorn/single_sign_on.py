"""Signing in through the organisation's own service (OpenID Connect), when the environment names one.

A module of its own, since allauth's models for it are in the database only then.
"""

from typing import Any

import requests
from allauth.account.internal.userkit import filter_users_by_email
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.providers.openid_connect import views
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render


def login(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """Go to the service, or say that it does not answer."""
    try:
        return views.login(request, provider_id)
    except requests.RequestException:
        return render(request, "socialaccount/authentication_error.html", status=503)


class SingleSignOnAdapter(DefaultSocialAccountAdapter):
    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Find the account that has one of the addresses which the service has verified, or stop.

        Nothing about the person is stored, so an account that is closed or gets another address is closed to
        the old one at once.
        """
        verified = [address.email for address in sociallogin.email_addresses if address.verified is True]
        accounts = {
            account
            for email in verified
            for account in filter_users_by_email(email, is_active=True, for_login=True)
            if account.is_staff
        }
        if len(accounts) != 1:
            page = render(request, "socialaccount/no_account.html", {"emails": verified}, status=403)
            raise ImmediateHttpResponse(page)
        sociallogin.user = accounts.pop()

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False
