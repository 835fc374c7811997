"""How people sign in: the settings of django-allauth that are the same wherever the portal runs.

`sodertorn.settings` takes them in whole, and adds what depends on the environment.
"""

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "admin:index"

ACCOUNT_ADAPTER = "sodertorn.account_adapters.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "sodertorn.account_forms.LoginForm",
    "reauthenticate": "sodertorn.account_forms.PasswordAgainForm",
    "change_password": "sodertorn.account_forms.ChangePasswordForm",
    "set_password": "sodertorn.account_forms.SetPasswordForm",
    "reset_password": "sodertorn.account_forms.ForgottenPasswordForm",
    "reset_password_from_key": "sodertorn.account_forms.NewPasswordForm",
}
ACCOUNT_LOGIN_METHODS = {"username", "email"}
# Accounts are made by the office, which answers for their addresses; nobody signs up or proves an address.
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
# A wrong password five times locks that name for five minutes, whoever tries. The page for too many requests
# says "en minut", so every other limit is counted by the minute.
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/5m/key"}
ACCOUNT_REAUTHENTICATION_TIMEOUT = 10 * 60

MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Södertörnskommunerna"
# A telephone's clock may be half a minute wrong.
MFA_TOTP_TOLERANCE = 1
# No address is ever verified here (see above), so that can't be asked for first.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_ADAPTER = "sodertorn.account_adapters.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "sodertorn.account_forms.CodeForm",
    "reauthenticate": "sodertorn.account_forms.CodeAgainForm",
    "activate_totp": "sodertorn.account_forms.ActivateAppForm",
    "add_webauthn": "sodertorn.account_forms.AddPasskeyForm",
    "edit_webauthn": "sodertorn.account_forms.RenamePasskeyForm",
}

SOCIALACCOUNT_ADAPTER = "sodertorn.single_sign_on.SingleSignOnAdapter"
# The way out is a link: a form that ended at another host would be stopped by the content security policy.
SOCIALACCOUNT_LOGIN_ON_GET = True
