"""The forms of the account pages: allauth's, with the portal's words."""

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as codes
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn import forms as passkeys
from django import forms

CODE_HELP = "Sex siffror ur appen, eller en av dina reservkoder."


class PlainForm(forms.Form):
    """Fields with a label above, and no pale text in them that disappears when one writes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)

    def name(self, field: str, label: str, help_text: str = "") -> None:
        self.fields[field].label = label
        self.fields[field].help_text = help_text


class LoginForm(PlainForm, account.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.name("login", "Användarnamn eller e-postadress")
        self.fields["login"].widget.attrs["autocomplete"] = "username"
        self.name("password", "Lösenord")


class PasswordAgainForm(PlainForm, account.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.name("password", "Lösenord")


class ChosenPassword(PlainForm):
    """A new password, written twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.name("password1", "Nytt lösenord", str(self.fields["password1"].help_text))
        self.name("password2", "Nytt lösenord en gång till")


class ChangePasswordForm(ChosenPassword, account.ChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.name("oldpassword", "Lösenordet du har nu")


class SetPasswordForm(ChosenPassword, account.SetPasswordForm):
    pass


class NewPasswordForm(ChosenPassword, account.ResetPasswordKeyForm):
    pass


class ForgottenPasswordForm(PlainForm, account.ResetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.name("email", "E-postadress")


class Code(PlainForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.name("code", "Kod", CODE_HELP)


class CodeForm(Code, codes.AuthenticateForm):
    pass


class CodeAgainForm(Code, codes.ReauthenticateForm):
    pass


class ActivateAppForm(PlainForm, ActivateTOTPForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.name("code", "Kod ur appen", "Sex siffror. De byts var trettionde sekund.")
        self.fields["code"].widget.attrs["inputmode"] = "numeric"


class AddPasskeyForm(PlainForm, passkeys.AddWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.name("name", "Namn", "Så att du känner igen den, till exempel ”Kontorsdatorn”.")
        self.name(
            "passwordless",
            "Jag vill kunna logga in med bara den här, utan lösenord",
            "Kräver fingeravtryck, ansikte eller pinkod på enheten.",
        )


class RenamePasskeyForm(PlainForm, passkeys.EditWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.name("name", "Namn")
