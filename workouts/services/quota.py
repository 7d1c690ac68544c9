"""How much one person keeps here, and how much that may be."""

from django.core.exceptions import ValidationError
from django.db.models import Sum
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.storage import Storage
from instance.models import AppConfiguration

from ..models import Recording


def storage_used_by(owner: User) -> Storage:
    """What `owner` keeps: recordings, each file once, exports, and imports that wait."""
    files = Recording.objects.filter(workout__owner=owner).values("file_sha256", "file_size")
    recordings = files.distinct().aggregate(bytes=Sum("file_size"))["bytes"] or 0
    transfers = owner.transfers.aggregate(bytes=Sum("file_size"))["bytes"] or 0
    return Storage(recordings + transfers, AppConfiguration.current().storage_quota)


def refuse_over_quota(owner: User, *, more: int) -> None:
    """ValidationError (`code`: quota) when `more` bytes are too many. Needs the owner's lock."""
    if not AppConfiguration.current().storage_quota:
        return
    storage = storage_used_by(owner)
    if storage.used + more > storage.quota:
        raise ValidationError(
            _("There is no space left for this: you use %(used)s of %(quota)s."),
            "quota",
            params={
                "used": filesizeformat(storage.used),
                "quota": filesizeformat(storage.quota),
            },
        )
