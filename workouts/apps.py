from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorkoutsConfig(AppConfig):
    name = "workouts"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("workouts")

    def ready(self) -> None:
        """Tell accounts their figures; let files go together with the account that owns them."""
        from accounts.figures import provide_figures
        from accounts.services.deletion import on_account_deletion

        from .api.account_figures import figures_of
        from .services.storage import delete_owned_files
        from .services.transfers import drop_files_of

        on_account_deletion.extend([delete_owned_files, drop_files_of])
        provide_figures(figures_of)
