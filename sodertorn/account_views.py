"""The account pages that django-allauth has none for."""

from allauth.account import views as account
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST


@login_required
def account_overview(request: HttpRequest) -> HttpResponseBase:
    """The person's own account: where the password, the second step and the sessions are."""
    return render(request, "account/overview.html")


@require_POST
@login_required
def end_session(request: HttpRequest, pk: int) -> HttpResponseBase:
    """End one of the person's own sessions; this one too, which is to sign out."""
    get_object_or_404(UserSession, pk=pk, user=request.user).end()
    return redirect("usersessions_list")


def forgotten_password(request: HttpRequest) -> HttpResponseBase:
    """Ask for a link by mail; a portal that can't send mail says who to turn to instead."""
    if not settings.CAN_SEND_EMAIL:
        return render(request, "account/password_reset_impossible.html")
    return account.password_reset(request)
