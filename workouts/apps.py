from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorkoutsConfig(AppConfig):
    name = "workouts"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("workouts")

    def ready(self) -> None:
        """Tell accounts how much is stored; let files go together with their account."""
        from accounts.services.deletion import on_account_deletion
        from accounts.storage import provide_storage

        from .services.quota import storage_used_by
        from .services.storage import delete_owned_files
        from .services.transfers import drop_files_of

        on_account_deletion.extend([delete_owned_files, drop_files_of])
        provide_storage(storage_used_by)
