from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorkoutsConfig(AppConfig):
    name = "workouts"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("workouts")

    def ready(self) -> None:
        """Let files go together with the account that owns them."""
        from accounts.services.deletion import on_account_deletion

        from .services.storage import delete_owned_files
        from .services.transfers import drop_files_of

        on_account_deletion.extend([delete_owned_files, drop_files_of])
