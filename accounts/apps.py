from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("accounts")

    def ready(self) -> None:
        """Let the owner be told by mail of tokens, applications and secrets."""
        from oauth_apps.notices import on_made

        from .emails import tell_what_was_made

        on_made.append(tell_what_was_made)
