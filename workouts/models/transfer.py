"""Big things on their way in or out, done by the job worker."""

import uuid
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..limits import FILE_NAME_LENGTH, TITLE_LENGTH
from .sport import Sport
from .workout import Workout


def transfer_path(transfer: "Transfer", name: str) -> str:
    """Where a file of `transfer` can be kept: another place each time, so that whoever fails takes
    no other worker's file away. The name given by a user is never part of it.
    """
    return f"transfers/{transfer.owner_id}/{transfer.uuid}-{get_random_string(8)}.zip"


class TransferQuerySet(models.QuerySet["Transfer"]):
    def held(self, transfer: "Transfer") -> Self:
        """`transfer`, unless it was cancelled or another worker has taken it up meanwhile."""
        return self.filter(pk=transfer.pk, status=Transfer.Status.RUNNING, claim=transfer.claim)


class Transfer(models.Model):
    """An archive being imported, an export being made, or an export being brought back."""

    class Kind(models.TextChoices):
        ARCHIVE = "archive", _("Archive of recordings")
        EXPORT = "export", _("Export")
        RESTORE = "restore", _("Import of an export")

    class Status(models.TextChoices):
        PREPARING = "preparing", _("Being prepared")
        QUEUED = "queued", _("Waiting")
        RUNNING = "running", pgettext_lazy("under way", "Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    OPEN = [Status.QUEUED, Status.RUNNING]
    # What counts against the most at once, whether its items are all there or not.
    UNDER_WAY = [Status.PREPARING, *OPEN]

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="transfers"
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    status = models.CharField(
        _("state"), max_length=10, choices=Status.choices, default=Status.QUEUED
    )
    # What its user wanted of an upload: the fields of UploadOptions.
    sport = models.ForeignKey(Sport, on_delete=models.PROTECT, null=True, related_name="+")
    title = models.CharField(_("title"), max_length=TITLE_LENGTH, blank=True)
    notes = models.TextField(_("notes"), blank=True, null=True)
    skip_duplicates = models.BooleanField(_("skip duplicates"), default=True)
    file = models.FileField(_("file"), upload_to=transfer_path, max_length=255, blank=True)
    file_name = models.CharField(_("name of the file"), max_length=FILE_NAME_LENGTH, blank=True)
    file_size = models.PositiveBigIntegerField(_("size of the file"), default=0)
    total = models.PositiveIntegerField(_("total"), default=0)
    done = models.PositiveIntegerField(_("done"), default=0)
    error = models.TextField(_("error"), blank=True)
    created_at = models.DateTimeField(_("started"), default=timezone.now, editable=False)
    touched_at = models.DateTimeField(default=timezone.now, editable=False)
    # A worker holds a running transfer until then, and longer while it lives. Its claim ends when
    # another worker takes the transfer up: whoever was only slow then stops.
    leased_until = models.DateTimeField(null=True, editable=False)
    claim = models.UUIDField(null=True, editable=False)
    # How many workers died over it since it last came forward.
    lost_workers = models.PositiveSmallIntegerField(default=0, editable=False)

    objects: ClassVar[TransferQuerySet] = TransferQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-created_at", "-id"]
        verbose_name = _("transfer")
        verbose_name_plural = _("transfers")
        indexes = [models.Index(fields=["status", "touched_at"], name="transfer_open")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(done__lte=models.F("total")), name="transfer_done_within_total"
            )
        ]

    def __str__(self) -> str:
        return self.file_name or str(self.uuid)

    @property
    def is_open(self) -> bool:
        """Whether there is still something to do."""
        return self.status in self.OPEN

    @property
    def percent(self) -> int:
        return round(100 * self.done / self.total) if self.total else 0


class TransferItem(models.Model):
    """What became of one file of an archive, or of one workout of an export."""

    class Outcome(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        IMPORTED = "imported", _("Imported")
        DUPLICATE = "duplicate", _("Already there")
        FAILED = "failed", _("Failed")

    transfer = models.ForeignKey(Transfer, on_delete=models.CASCADE, related_name="items")
    index = models.PositiveIntegerField()
    name = models.CharField(_("name"), max_length=FILE_NAME_LENGTH)
    outcome = models.CharField(
        _("result"), max_length=10, choices=Outcome.choices, default=Outcome.WAITING
    )
    message = models.TextField(_("reason"), blank=True)
    # Counted before each try, so that a file that kills the worker is not tried for ever.
    attempts = models.PositiveSmallIntegerField(default=0)
    workout = models.ForeignKey(Workout, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["index"]
        verbose_name = _("item of a transfer")
        verbose_name_plural = _("items of transfers")
        constraints = [
            models.UniqueConstraint(fields=["transfer", "index"], name="transfer_item_unique")
        ]

    def __str__(self) -> str:
        return self.name
