"""Recordings on disk: one file per person and content, whatever happens in between.

The order that keeps files and rows together, also when the machine stops at any moment:

1. `stage_file` writes the bytes under a temporary name and forces them to the disk, outside of
   any transaction. Stopped here, a temporary file is left.
2. `keep_file` renames it to its final name, inside the transaction that inserts the row and under
   the owner's lock. Stopped here, a file without a row is left.
3. The commit makes row and file visible together: never a row without its file.
4. `release_file` removes a file only after the commit that deleted its row, under the owner's
   lock again, and only when no row names it. Stopped before, a file without a row is left.

`find_orphans` and `remove_orphan` take away what the steps 1, 2 and 4 may leave.
"""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path, PurePath

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction

from accounts.models import User
from workouts.models import Track, Workout, recording_name

from .locks import lock_owner, lock_owner_id

FOLDER = "recordings"
STAGED_SUFFIX = ".part"


@dataclass(frozen=True)
class StagedFile:
    """Bytes that are on the disk already, under a temporary name."""

    path: Path
    name: str
    sha256: str
    size: int


def stage_file(owner: User, data: bytes, extension: str) -> StagedFile:
    """Write `data` safely beside the owner's recordings; call it outside of a transaction.

    The name it will get depends on owner and content only, so the same bytes share one file.
    """
    sha256 = Track.checksum(data)
    name = recording_name(owner.pk, sha256, extension)
    folder = make_folder_of(name)
    descriptor, path = tempfile.mkstemp(suffix=STAGED_SUFFIX, dir=folder)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(descriptor)
    return StagedFile(Path(path), name, sha256, len(data))


def keep_file(staged: StagedFile) -> None:
    """Give a staged file its final name; an identical file that is there is replaced by its twin.

    Needs the owner's lock, held until the row that names the file is committed.
    """
    path = Path(default_storage.path(staged.name))
    staged.path.replace(path)
    sync_folder(path.parent)


def discard_file(owner: User, staged: StagedFile) -> None:
    """Undo `stage_file` and `keep_file` after their transaction failed."""
    staged.path.unlink(missing_ok=True)
    remove_unreferenced(owner.pk, staged.name)


def release_file(owner: User, track: Track) -> None:
    """Remove the file of a recording after the commit, unless another row names it then."""
    owner_id, name = owner.pk, str(track.file)
    transaction.on_commit(lambda: remove_unreferenced(owner_id, name), robust=True)


def release_picture(name: str) -> None:
    """Remove a drawn picture, which belongs to one workout only, after the commit."""
    transaction.on_commit(lambda: default_storage.delete(name), robust=True)


@transaction.atomic
def remove_unreferenced(owner_id: int, name: str) -> None:
    """Remove a file that no row names.

    Under the lock, so an upload of the same bytes has either committed its row or not yet begun.
    """
    lock_owner_id(owner_id)
    # The checksum, of which the name is made, has an index.
    if not Track.objects.filter(file_sha256=PurePath(name).stem, file=name).exists():
        default_storage.delete(name)


def delete_owned_files(user: User) -> None:
    """Remove all recordings and map pictures of an account that is being deleted, after the commit.

    Call it inside the transaction, before the account's rows go: it also keeps uploads out.
    """
    lock_owner(user)
    user_id = user.pk
    drawn = Workout.objects.filter(owner=user, map_id__isnull=False).only("map_id")
    pictures = [workout.map_file for workout in drawn]
    transaction.on_commit(lambda: remove_files_of_deleted(user_id, pictures), robust=True)


def remove_files_of_deleted(user_id: int, pictures: list[str]) -> None:
    """Remove the recordings and pictures of a user, who must be no more."""
    if User.objects.filter(pk=user_id).exists():
        return
    shutil.rmtree(default_storage.path(f"{FOLDER}/{user_id}"), ignore_errors=True)
    for name in pictures:
        default_storage.delete(name)


def find_orphans(older_than: timedelta) -> Iterator[str]:
    """The names of files that no row names and nobody touched for `older_than`."""
    newest = time.time() - older_than.total_seconds()
    root = Path(default_storage.path(""))
    for folder in sorted((root / FOLDER).glob("*")):
        names = {
            path.relative_to(root).as_posix()
            for path in folder.rglob("*")
            if path.is_file() and path.stat().st_mtime <= newest
        }
        owner_id = int(folder.name) if folder.name.isdecimal() else None
        kept = Track.objects.filter(workout__owner_id=owner_id)
        yield from sorted(names.difference(kept.values_list("file", flat=True)))


def find_missing() -> Iterator[str]:
    """The names of files that a row names and that are not there."""
    names = Track.objects.order_by("file").values_list("file", flat=True).distinct()
    return (name for name in names.iterator() if not default_storage.exists(name))


def remove_orphan(name: str) -> None:
    """Remove what `find_orphans` found, unless a row came to name it."""
    owner_id = name.split("/")[1]
    remove_unreferenced(int(owner_id) if owner_id.isdecimal() else 0, name)


def make_folder_of(name: str) -> Path:
    """The folder for the file `name`, private to the server; made when it is missing."""
    path = Path(default_storage.path(name)).parent
    missing = [folder for folder in (path, *path.parents) if not folder.exists()]
    for folder in reversed(missing):
        folder.mkdir(mode=settings.FILE_UPLOAD_DIRECTORY_PERMISSIONS, exist_ok=True)
    return path


def sync_folder(folder: Path) -> None:
    """Force a folder's list of names to the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
