"""The stored channels and the original file of one recording."""

import hashlib

from django.db import models
from django.utils.translation import gettext_lazy as _

from tracks.readers import FORMATS

from ..limits import FILE_NAME_LENGTH
from .workout import Workout


def recording_name(owner_id: int, sha256: str, extension: str) -> str:
    """Where an original is kept: by owner and content, never by the uploaded name."""
    return f"recordings/{owner_id}/{sha256[:2]}/{sha256}.{extension}"


def recording_path(recording: "Recording", name: str) -> str:
    return recording_name(recording.workout.owner_id, recording.file_sha256, recording.format)


class Recording(models.Model):
    """What a device recorded: compact channels for drawing, and the file byte for byte."""

    workout = models.OneToOneField(
        Workout, on_delete=models.CASCADE, related_name="recording", primary_key=True
    )
    channels = models.BinaryField(_("channels"))
    point_count = models.PositiveIntegerField(_("points"))
    format = models.CharField(_("format"), max_length=10)
    file = models.FileField(_("file"), upload_to=recording_path, max_length=255)
    file_name = models.CharField(_("name of the file"), max_length=FILE_NAME_LENGTH)
    file_sha256 = models.CharField(_("checksum"), max_length=64, db_index=True)
    file_size = models.PositiveBigIntegerField(_("size of the file"))

    class Meta:
        verbose_name = _("recording")
        verbose_name_plural = _("recordings")
        # Sizes are summed without reading past the channels, which lie before them in the row.
        indexes = [
            models.Index(fields=["workout", "file_sha256", "file_size"], name="recording_storage")
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def media_type(self) -> str:
        return FORMATS[self.format].media_type

    @staticmethod
    def checksum(data: bytes) -> str:
        """SHA-256 of a file's bytes, in hexadecimal."""
        return hashlib.sha256(data).hexdigest()
