"""The addresses of the account pages: allauth's views under Swedish paths, with allauth's names.

Only what the office needs is here. Signing up, and addresses that their owner adds and proves, are not:
accounts are made in the administration.
"""

from allauth.account import views as account
from allauth.mfa.base import views as second_factor
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as app
from allauth.mfa.webauthn import views as passkeys
from allauth.usersessions import views as sessions
from django.conf import settings
from django.urls import path, re_path

from sodertorn.account_views import account_overview, end_session, forgotten_password

PASSKEY = "tva-steg/losennycklar"

urlpatterns = [
    path("", account_overview, name="account_overview"),
    path("logga-in/", account.login, name="account_login"),
    path("logga-in/losennyckel/", passkeys.login_webauthn, name="mfa_login_webauthn"),
    path("logga-in/andra-steget/", second_factor.authenticate, name="mfa_authenticate"),
    path("logga-ut/", account.logout, name="account_logout"),
    path("avstangt/", account.account_inactive, name="account_inactive"),
    path("bekrafta/", account.reauthenticate, name="account_reauthenticate"),
    path("bekrafta/kod/", second_factor.reauthenticate, name="mfa_reauthenticate"),
    path("bekrafta/losennyckel/", passkeys.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("losenord/", account.password_change, name="account_change_password"),
    path("losenord/valj/", account.password_set, name="account_set_password"),
    path("losenord/glomt/", forgotten_password, name="account_reset_password"),
    path("losenord/glomt/skickat/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^losenord/glomt/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[^/]+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "losenord/glomt/klart/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("tva-steg/", second_factor.index, name="mfa_index"),
    path("tva-steg/app/", app.activate_totp, name="mfa_activate_totp"),
    path("tva-steg/app/ta-bort/", app.deactivate_totp, name="mfa_deactivate_totp"),
    path("tva-steg/reservkoder/", recovery_codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "tva-steg/reservkoder/nya/",
        recovery_codes.generate_recovery_codes,
        name="mfa_generate_recovery_codes",
    ),
    path(
        "tva-steg/reservkoder/reservkoder.txt",
        recovery_codes.download_recovery_codes,
        name="mfa_download_recovery_codes",
    ),
    path(f"{PASSKEY}/", passkeys.list_webauthn, name="mfa_list_webauthn"),
    path(f"{PASSKEY}/ny/", passkeys.add_webauthn, name="mfa_add_webauthn"),
    path(f"{PASSKEY}/<int:pk>/", passkeys.edit_webauthn, name="mfa_edit_webauthn"),
    path(f"{PASSKEY}/<int:pk>/ta-bort/", passkeys.remove_webauthn, name="mfa_remove_webauthn"),
    path("sessioner/", sessions.list_usersessions, name="usersessions_list"),
    path("sessioner/<int:pk>/avsluta/", end_session, name="account_end_session"),
]

if settings.SINGLE_SIGN_ON:
    from allauth.socialaccount.providers.openid_connect import views as openid_connect
    from allauth.socialaccount.views import login_cancelled, login_error

    from sodertorn import single_sign_on

    urlpatterns += [
        path("extern/avbruten/", login_cancelled, name="socialaccount_login_cancelled"),
        path("extern/fel/", login_error, name="socialaccount_login_error"),
        path("extern/<slug:provider_id>/", single_sign_on.login, name="openid_connect_login"),
        path("extern/<slug:provider_id>/svar/", openid_connect.callback, name="openid_connect_callback"),
    ]
