"""The configuration of the instance over the API."""

from typing import Any, cast

from django.conf import settings
from django.core.exceptions import ValidationError
from drf_spectacular.utils import extend_schema
from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import AllowAny, BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from contract import API_VERSION
from contract.answers import success
from contract.callers import refuse_all_but_admins
from contract.errors import ContractError
from contract.reading import ReadingView, refuse_empty_body
from contract.schema import envelope
from instance import __version__
from instance.configuration import ConfigurationChange, update_configuration
from instance.models import AppConfiguration

from ..services.registration import registration_is_open
from .serializers import ConfigurationChangeSerializer, ConfigurationSerializer


class ConfigurationView(ReadingView):
    """What everybody may know of the instance; administrators change it."""

    required_scopes = ["application"]
    serializer_class = ConfigurationChangeSerializer

    def get_authenticators(self) -> list[BaseAuthentication]:
        if self.request is not None and self.request.method == "PATCH":
            return super().get_authenticators()
        return []

    def get_permissions(self) -> list[BasePermission]:
        if self.request is not None and self.request.method == "PATCH":
            return cast(list[BasePermission], super().get_permissions())
        return [AllowAny()]

    @extend_schema(
        summary="Read the configuration", auth=[], responses=envelope(ConfigurationSerializer)
    )
    def get(self, request: Request) -> Response:
        return success(configuration_body())

    @extend_schema(
        summary="Change the configuration (administrators)",
        responses=envelope(ConfigurationSerializer),
    )
    def patch(self, request: Request) -> Response:
        refuse_all_but_admins(request)
        refuse_empty_body(request)
        values = self.read().validated_data
        change = ConfigurationChange(
            archive_file_limit=values.get("gpx_limit_import", values.get("file_limit_import")),
            max_file_size=values.get("max_single_file_size"),
            max_archive_size=values.get("max_zip_file_size"),
            max_users=values.get("max_users"),
            admin_contact=(values["admin_contact"] or "") if "admin_contact" in values else None,
        )
        try:
            update_configuration(change)
        except ValidationError as error:
            raise configuration_refusal(error) from error
        return success(configuration_body())


CONFIGURATION_LINES = {
    "archive_file_limit": "Max. files in a zip archive must be greater than 0",
    "max_file_size": "Max. size of uploaded files must be greater than 0",
    "max_archive_size": "Max. size of zip archive must be greater than 0",
    "admin_contact": "valid email must be provided for admin contact",
}
ARCHIVE_TOO_SMALL = (
    "Max. size of zip archive must be equal or greater than max. size of uploaded files"
)


def configuration_refusal(error: ValidationError) -> ContractError:
    """400 with the contract's sentences for the fields that are wrong."""
    fields = error.error_dict
    lines = [line for field, line in CONFIGURATION_LINES.items() if field in fields]
    return ContractError(lines or ARCHIVE_TOO_SMALL)


def configuration_body() -> dict[str, Any]:
    configuration = AppConfiguration.current()
    return ConfigurationSerializer(
        {
            "admin_contact": configuration.admin_contact or None,
            "file_limit_import": configuration.archive_file_limit,
            "gpx_limit_import": configuration.archive_file_limit,
            "is_email_sending_enabled": settings.EMAIL_IS_CONFIGURED,
            "is_registration_enabled": registration_is_open(),
            "map_attribution": settings.MAP_ATTRIBUTION,
            "max_single_file_size": configuration.max_file_size,
            "max_users": configuration.max_users,
            "max_zip_file_size": configuration.max_archive_size,
            "server_version": __version__,
            "version": API_VERSION,
        }
    ).data
