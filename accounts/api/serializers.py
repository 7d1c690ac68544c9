"""Accounts and the configuration as JSON, and what programs may send."""

from typing import Any

from django.core.exceptions import ValidationError
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from contract.fields import Fields, GmtField, StrictBooleanField, clock, gmt_date

from ..figures import UserFigures
from ..models import User
from ..services.administration import AccountChange
from ..services.profile import PreferencesChange, ProfileChange
from ..validators import validate_time_zone

# What nobody but the account itself reads.
OWN_KEYS = ("display_ascent", "imperial_units", "language", "timezone", "weekm")


# --- What we answer


class UserSerializer(serializers.Serializer[Any]):
    """An account with its figures over all sports.

    The preferences (`display_ascent`, `imperial_units`, `language`, `timezone`, `weekm`) are there
    only when one reads one's own account. The context names the `reader`, and the `figures` of
    each account by primary key.
    """

    admin = serializers.BooleanField(source="is_admin")
    bio = serializers.CharField(allow_null=True)
    birth_date = serializers.SerializerMethodField()
    created_at = GmtField()
    email = serializers.CharField()
    email_to_confirm = serializers.SerializerMethodField()
    first_name = serializers.CharField(allow_null=True)
    is_active = serializers.BooleanField()
    last_name = serializers.CharField(allow_null=True)
    location = serializers.CharField(allow_null=True)
    nb_sports = serializers.SerializerMethodField()
    nb_workouts = serializers.SerializerMethodField()
    picture = serializers.SerializerMethodField()
    records = serializers.SerializerMethodField()
    sports_list = serializers.SerializerMethodField()
    total_ascent = serializers.SerializerMethodField(help_text="m")
    total_distance = serializers.SerializerMethodField(help_text="km")
    total_duration = serializers.SerializerMethodField(help_text="Elapsed time, pauses included.")
    username = serializers.CharField()
    display_ascent = serializers.BooleanField(required=False)
    imperial_units = serializers.BooleanField(required=False)
    language = serializers.CharField(required=False)
    timezone = serializers.CharField(required=False)
    weekm = serializers.BooleanField(source="week_starts_monday", required=False)

    def to_representation(self, user: User) -> dict[str, Any]:
        shown = super().to_representation(user)
        if user.pk != self.context["reader"].pk:
            for key in OWN_KEYS:
                del shown[key]
        return shown

    def figures(self, user: User) -> UserFigures:
        known: dict[int, UserFigures] = self.context["figures"]
        return known[user.pk]

    @extend_schema_field({"type": ["string", "null"]})
    def get_birth_date(self, user: User) -> str | None:
        return gmt_date(user.birth_date) if user.birth_date else None

    def get_email_to_confirm(self, user: User) -> str | None:
        return user.email_to_confirm or None

    def get_picture(self, user: User) -> bool:
        return bool(user.picture)

    def get_nb_sports(self, user: User) -> int:
        return len(self.figures(user).sport_ids)

    def get_nb_workouts(self, user: User) -> int:
        return self.figures(user).nb_workouts

    def get_sports_list(self, user: User) -> list[int]:
        return self.figures(user).sport_ids

    @extend_schema_field({"type": "array", "items": {"type": "object"}})
    def get_records(self, user: User) -> list[Any]:
        return self.figures(user).records

    def get_total_ascent(self, user: User) -> float:
        return self.figures(user).total_ascent_m

    def get_total_distance(self, user: User) -> float:
        return self.figures(user).total_distance_km

    def get_total_duration(self, user: User) -> str:
        return clock(self.figures(user).total_duration)


class UsersSerializer(serializers.Serializer[Any]):
    users = UserSerializer(many=True)


class ConfigurationSerializer(serializers.Serializer[Any]):
    """The limits of the instance, and what it can do."""

    admin_contact = serializers.CharField(allow_null=True)
    file_limit_import = serializers.IntegerField(help_text="The same as `gpx_limit_import`.")
    gpx_limit_import = serializers.IntegerField(help_text="Most files taken from an archive.")
    is_email_sending_enabled = serializers.BooleanField()
    is_registration_enabled = serializers.BooleanField()
    map_attribution = serializers.CharField(help_text="HTML")
    max_single_file_size = serializers.IntegerField(help_text="bytes")
    max_users = serializers.IntegerField(help_text="0: no limit")
    max_zip_file_size = serializers.IntegerField(help_text="bytes")
    server_version = serializers.CharField(help_text="The version of this server.")
    version = serializers.CharField(help_text="The level of the API that is spoken.")


class StatusSerializer(serializers.Serializer[Any]):
    status = serializers.ChoiceField(choices=["success"])


class MessageSerializer(StatusSerializer):
    message = serializers.CharField()


class SignInAnswerSerializer(MessageSerializer):
    auth_token = serializers.CharField(help_text="A JWT; send it as a bearer token.")


class UserAnswerSerializer(StatusSerializer):
    message = serializers.CharField(required=False)

    def get_fields(self) -> Fields:
        return {**super().get_fields(), "data": UserSerializer()}


# --- What programs send


class TextField(serializers.CharField):
    """A text as it is: neither a number nor anything else, and nothing trimmed."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("trim_whitespace", False)
        super().__init__(**options)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return data


def password_field(**options: Any) -> TextField:
    return TextField(max_length=1000, allow_blank=True, style={"input_type": "password"}, **options)


def email_text_field(**options: Any) -> TextField:
    return TextField(max_length=1000, allow_blank=True, **options)


class WholeNumberField(serializers.IntegerField):
    """A whole number that a database takes; neither a text nor true nor false is one."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_value=2**31 - 1, **options)

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("invalid")
        return data


class RegistrationSerializer(serializers.Serializer[Any]):
    """A new account; `accepted_policy` and other keys are ignored."""

    username = TextField(allow_blank=True, max_length=1000)
    email = email_text_field()
    password = password_field()
    language = serializers.JSONField(required=False, help_text="en, fr or de; else en")


class SignInSerializer(serializers.Serializer[Any]):
    """The credentials of a sign-in over the API."""

    email = email_text_field(required=False)
    password = password_field(required=False)
    otp = TextField(
        required=False,
        max_length=100,
        help_text="For accounts with a second factor: the code of the authenticator app, or a "
        "recovery code.",
    )


class EmailSerializer(serializers.Serializer[Any]):
    email = email_text_field()


class TokenSerializer(serializers.Serializer[Any]):
    token = TextField(max_length=1000, help_text="From the link in the mail.")


class PasswordResetSerializer(TokenSerializer):
    password = password_field()


class BirthDateField(serializers.DateField):
    """`YYYY-MM-DD`; an empty text is none."""

    def to_internal_value(self, value: Any) -> Any:
        if not isinstance(value, str):
            self.fail("invalid", format="YYYY-MM-DD")
        return super().to_internal_value(value)

    def run_validation(self, data: Any = serializers.empty) -> Any:
        return super().run_validation(None if data == "" else data)


def optional_text(max_length: int) -> TextField:
    return TextField(max_length=max_length, allow_blank=True, allow_null=True)


class ProfileSerializer(serializers.Serializer[Any]):
    """The whole profile; every key must be there, its value may be empty or null."""

    first_name = optional_text(80)
    last_name = optional_text(80)
    bio = optional_text(200)
    birth_date = BirthDateField(input_formats=["%Y-%m-%d"], allow_null=True)
    location = optional_text(80)

    def finished(self) -> ProfileChange:
        return ProfileChange(**self.validated_data)


class CredentialsSerializer(serializers.Serializer[Any]):
    """The address and the current password, and a new password where one is wanted."""

    email = email_text_field(required=False, allow_null=True)
    password = password_field(required=False, allow_null=True)
    new_password = password_field(required=False, allow_null=True)


class PreferencesSerializer(serializers.Serializer[Any]):
    """How the site shows things to you; the API stays metric."""

    display_ascent = StrictBooleanField()
    imperial_units = StrictBooleanField()
    language = serializers.JSONField(allow_null=True, help_text="en, fr or de; else en")
    timezone = TextField(max_length=50)
    weekm = StrictBooleanField(help_text="Weeks start on Monday.")

    def validate_timezone(self, name: str) -> str:
        try:
            validate_time_zone(name)
        except ValidationError as error:
            raise serializers.ValidationError(error.messages) from error
        return name

    def finished(self) -> PreferencesChange:
        values = dict(self.validated_data)
        language = values.pop("language")
        return PreferencesChange(
            week_starts_monday=values.pop("weekm"),
            language=language if isinstance(language, str) else "",
            **values,
        )


class AccountChangeSerializer(serializers.Serializer[Any]):
    """What an administrator changes of an account."""

    admin = StrictBooleanField(required=False, allow_null=True)
    activate = StrictBooleanField(required=False, allow_null=True)
    reset_password = StrictBooleanField(required=False, allow_null=True)
    new_email = email_text_field(required=False, allow_null=True)

    def finished(self) -> AccountChange:
        values = self.validated_data
        return AccountChange(
            admin=values.get("admin"),
            activate=bool(values.get("activate")),
            reset_password=bool(values.get("reset_password")),
            new_email=values.get("new_email"),
        )


class ConfigurationChangeSerializer(serializers.Serializer[Any]):
    """Any of the limits; what is left out stays."""

    admin_contact = email_text_field(required=False, allow_null=True)
    file_limit_import = WholeNumberField(required=False, help_text="The same as gpx_limit_import.")
    gpx_limit_import = WholeNumberField(required=False)
    max_single_file_size = WholeNumberField(required=False, help_text="bytes")
    max_users = WholeNumberField(required=False, min_value=0)
    max_zip_file_size = WholeNumberField(required=False, help_text="bytes")
