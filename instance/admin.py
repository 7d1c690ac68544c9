"""Django's admin for the instance's configuration."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from .models import AppConfiguration


@admin.register(AppConfiguration)
class AppConfigurationAdmin(admin.ModelAdmin[AppConfiguration]):
    list_display = ["__str__", "max_users", "max_file_size", "max_archive_size", "require_pkce"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return not AppConfiguration.objects.exists()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
