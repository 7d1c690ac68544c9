"""Texts of libraries that our pages show; the translators say them in our words."""

from django.utils.translation import gettext_noop

# What django-allauth calls the ways to sign in, and what it says about second factors.
ALLAUTH = (
    gettext_noop("A new set of recovery codes has been generated."),
    gettext_noop("Authenticator app activated."),
    gettext_noop("Authenticator app deactivated."),
    gettext_noop("Authenticator code"),
    gettext_noop("Be patient, you are sending too many requests."),
    gettext_noop(
        "Enabling passwordless operation allows you to sign in using just this key, but imposes "
        "additional requirements such as biometrics or PIN protection."
    ),
    gettext_noop("Incorrect code."),
    gettext_noop("Incorrect password."),
    gettext_noop("Key nr. {number}"),
    gettext_noop("Passwordless"),
    gettext_noop("Security key added."),
    gettext_noop("Security key removed."),
    gettext_noop("Too many failed login attempts. Try again later."),
    gettext_noop("Use a security key"),
    gettext_noop("Use authenticator app or code"),
    gettext_noop("Use your password"),
    gettext_noop(
        "You cannot generate recovery codes without having two-factor authentication enabled."
    ),
)

# Django's German is formal where ours is not.
DJANGO = (
    gettext_noop("No file was submitted. Check the encoding type on the form."),
    gettext_noop("The submitted file is empty."),
)
