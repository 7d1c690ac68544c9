"""The only list of scopes, with the sentence a person reads on the consent page."""

from django.utils.translation import gettext_lazy as _

SCOPES = {
    "application:write": _("Change the configuration of this site (administrators only)."),
    "profile:read": _("See your profile and preferences."),
    "profile:write": _("Change your profile, preferences, picture, e-mail address and password."),
    "users:read": _("See user accounts: your own, or all of them if you are an administrator."),
    "users:write": _("Delete your account, or manage all accounts if you are an administrator."),
    "workouts:read": _("See your workouts, recordings, records, sports and statistics."),
    "workouts:write": _("Add, change and delete your workouts."),
}
