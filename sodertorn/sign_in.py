"""Whether someone has signed in so recently that they may do what can't be undone.

A leaf. A session lasts for weeks, and a computer may be left open; before issuing notices, adopting a plan,
deleting one or changing what people may do, the person shows once more that it is they. Signing in counts, as
does giving the password, a code or a passkey again; for `ACCOUNT_REAUTHENTICATION_TIMEOUT` seconds nothing
more is asked for.
"""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core.exceptions import ReauthenticationRequired
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase


def has_signed_in_freshly(request: HttpRequest) -> bool:
    """Whether the person has shown who they are within the last few minutes.

    Someone who has nothing to show here, as with an account that signs in elsewhere and has no second factor,
    is not asked for it.
    """
    if not request.user.is_authenticated:
        return False
    if not get_adapter().get_reauthentication_methods(request.user):
        return True
    moments = [record["at"] for record in get_authentication_records(request, request.user)]
    return bool(moments) and time.time() - max(moments) < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


def require_fresh_sign_in(request: HttpRequest) -> None:
    """Interrupt the request if the sign-in is old: the person is asked, and then comes back to it.

    What was posted is posted again after the answer, so nothing typed is lost (but for files, which are not
    kept, and for addresses with a question, which are opened again). Raises `ReauthenticationRequired`, which
    allauth's middleware answers.
    """
    if not has_signed_in_freshly(request):
        raise ReauthenticationRequired


def fresh_sign_in_required(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A view that opens only for someone who signed in a moment ago.

    Put it inside `admin_site.admin_view(…)`, so that who may come at all is asked first. Methods of an admin
    class take `@method_decorator(fresh_sign_in_required)`.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        require_fresh_sign_in(request)
        return view(request, *args, **kwargs)

    return guarded


class FreshSignInToDelete:
    """An admin class whose rows are deleted, alone or several, only by someone who signed in a moment ago.

    The administration asks what would be deleted with a row before it deletes, on each way there.
    """

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        require_fresh_sign_in(request)
        return super().get_deleted_objects(objs, request)  # type: ignore[misc]
