"""Profile pictures: always decoded and encoded again, so that nothing but pixels is kept."""

import struct
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from typing import IO

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile, File
from django.db import transaction
from django.template.defaultfilters import filesizeformat
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

from instance.models import AppConfiguration

from ..models import User
from .administrators import GONE

FORMATS = ("JPEG", "PNG", "GIF", "WEBP")
MAX_PIXELS = 40_000_000
KEPT_SIDE = 800
# Pillow's words for damaged pixels, and what it stumbles over in damaged metadata.
UNREADABLE = (
    UnidentifiedImageError,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
    OSError,
    EOFError,
    ValueError,
    TypeError,
    AttributeError,
    LookupError,
    ArithmeticError,
    struct.error,
    SyntaxError,
)


@dataclass(frozen=True)
class EncodedPicture:
    """A picture as it is stored; `extension` is jpg or png."""

    data: bytes
    extension: str


def check_size(size: int) -> None:
    """Raise ValidationError for a file larger than the instance accepts; bytes."""
    limit = AppConfiguration.current().max_file_size
    if size > limit:
        raise ValidationError(
            _("This file is larger than %(limit)s."),
            params={"limit": filesizeformat(limit)},
            code="file_too_large",
        )


def open_picture(user: User) -> File[bytes] | None:
    """The stored picture, open for reading; None without one, or when its file is gone."""
    if not user.picture.name:
        return None
    try:
        return user.picture.storage.open(user.picture.name)
    except FileNotFoundError:
        return None


def set_picture(user: User, file: IO[bytes]) -> None:
    """Keep the picture in `file`, at most 800 pixels wide and high, without its metadata.

    ValidationError for what is no picture or has more than 40 million pixels.
    """
    picture = encode_picture(file)
    with transaction.atomic():
        old = _lock_picture(user)
        name = f"{user.pk}/{get_random_string(12)}.{picture.extension}"
        user.picture.save(name, ContentFile(picture.data), save=False)
        user.save(update_fields=["picture"])
        _delete_on_commit(user, old)


@transaction.atomic
def remove_picture(user: User) -> None:
    """Forget the picture; nothing happens when there is none."""
    old = _lock_picture(user)
    if old:
        user.picture = ""
        user.save(update_fields=["picture"])
        _delete_on_commit(user, old)


def _lock_picture(user: User) -> str:
    """The name of the stored picture, which nobody else replaces until the transaction ends."""
    locked = User.objects.select_for_update(no_key=True).filter(pk=user.pk)
    name: str | None = locked.values_list("picture", flat=True).first()
    if name is None:
        raise PermissionDenied(GONE)
    return name


def encode_picture(file: IO[bytes]) -> EncodedPicture:
    """The pixels of `file`, upright and small enough, as JPEG where it was one, else as PNG."""
    try:
        with Image.open(file, formats=FORMATS) as image:
            _check_pixels(image)
            kind = image.format
            upright = ImageOps.exif_transpose(image)
    except ValidationError:
        raise
    except UNREADABLE as error:
        raise ValidationError(
            _("This file is no picture that can be read; try a JPEG or PNG."), code="picture_unread"
        ) from error
    upright.thumbnail((KEPT_SIDE, KEPT_SIDE))
    data = BytesIO()
    if kind == "JPEG":
        upright.convert("RGB").save(data, "JPEG", quality=88, optimize=True)
        return EncodedPicture(data.getvalue(), "jpg")
    pixels = Image.new("RGBA", upright.size)
    pixels.paste(upright.convert("RGBA"))
    pixels.save(data, "PNG", optimize=True)
    return EncodedPicture(data.getvalue(), "png")


def _check_pixels(image: Image.Image) -> None:
    if image.width * image.height > MAX_PIXELS:
        raise ValidationError(
            _("This picture has more than %(limit)d million pixels."),
            params={"limit": MAX_PIXELS // 1_000_000},
            code="picture_too_large",
        )


def _delete_on_commit(user: User, name: str | None) -> None:
    if name:
        transaction.on_commit(partial(user.picture.storage.delete, name))
