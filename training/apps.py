from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TrainingConfig(AppConfig):
    name = "training"
    verbose_name = _("training")

    def ready(self) -> None:
        """Tell accounts what each of them has recorded."""
        from accounts.figures import provide_figures

        from .api.account_figures import figures_of

        provide_figures(figures_of)
