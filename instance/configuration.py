"""Changing the configuration of the instance."""

from dataclasses import asdict, dataclass

from django.db import transaction

from .models import AppConfiguration


@dataclass(frozen=True)
class ConfigurationChange:
    """What an administrator asked for; None leaves a limit as it is. Sizes are bytes."""

    archive_file_limit: int | None = None
    max_file_size: int | None = None
    max_archive_size: int | None = None
    max_users: int | None = None
    storage_quota: int | None = None
    admin_contact: str | None = None
    require_pkce: bool | None = None


@transaction.atomic
def update_configuration(change: ConfigurationChange) -> AppConfiguration:
    """Store what changes, for all processes at once; ValidationError by field."""
    configuration = AppConfiguration.current()
    for name, value in asdict(change).items():
        if value is not None:
            setattr(configuration, name, value)
    configuration.full_clean(validate_unique=False)
    configuration.save()
    return configuration
