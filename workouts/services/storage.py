"""Recordings on disk: one file per person and content, whatever happens in between.

Whatever touches a person's recordings holds that person's lock: the rows and files of one person
change in one order. It keeps them together also when the machine stops at any moment:

1. `insert_recording` inserts the rows; `keep_file` then writes the bytes under a temporary name,
   forces them to the disk and gives them their final name. Stopped in here, the rows never were,
   and a file without a row is left.
2. The commit shows the row, whose file is there.
3. `release_file` removes a file only after the commit that deleted its row, under the lock again,
   and only when no other row names it. Stopped before, a file without a row is left.

`find_orphans` and `remove_orphan` take away what is left, at the next start.
"""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path, PurePath

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction

from accounts.models import User

from .. import access
from ..models import Recording
from .locks import lock_owner, lock_owner_id

RECORDINGS_FOLDER = "recordings"
STAGED_SUFFIX = ".part"


def keep_file(name: str, data: bytes) -> None:
    """Write `data` safely as the file `name`, replacing its identical twin if there is one.

    A recording needs the owner's lock, held until the row that names it is committed.
    """
    path = Path(default_storage.path(name))
    make_folder(path.parent)
    descriptor, staged = tempfile.mkstemp(suffix=STAGED_SUFFIX, dir=path.parent)
    with ExitStack() as on_failure:
        on_failure.callback(os.unlink, staged)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(descriptor)
        Path(staged).replace(path)
        on_failure.pop_all()
    sync_folder(path.parent)


def release_file(owner: User, track: Recording) -> None:
    """Remove the file of a recording after the commit, unless another row names it then."""
    owner_id, name = owner.pk, str(track.file)
    transaction.on_commit(lambda: remove_unreferenced(owner_id, name), robust=True)


def release_picture(name: str) -> None:
    """Remove a drawn picture, which belongs to one workout only, after the commit."""
    transaction.on_commit(lambda: default_storage.delete(name), robust=True)


@transaction.atomic
def remove_unreferenced(owner_id: int, name: str) -> None:
    """Remove a file that no row names: an upload of the same bytes has committed it, or waits."""
    lock_owner_id(owner_id)
    # The checksum, of which the name is made, has an index.
    if not Recording.objects.filter(file_sha256=PurePath(name).stem, file=name).exists():
        default_storage.delete(name)


def delete_owned_files(user: User) -> None:
    """Remove all recordings and map pictures of an account that is being deleted, after the commit.

    Call it inside the transaction, before the account's rows go: it also keeps uploads out.
    """
    lock_owner(user)
    user_id = user.pk
    drawn = access.owned(user).filter(map_id__isnull=False).only("map_id")
    pictures = [workout.map_file for workout in drawn]
    transaction.on_commit(lambda: remove_files_of_deleted(user_id, pictures), robust=True)


def remove_files_of_deleted(user_id: int, pictures: list[str]) -> None:
    """Remove the recordings and pictures of a user, who must be no more."""
    if User.objects.filter(pk=user_id).exists():
        return
    shutil.rmtree(default_storage.path(f"{RECORDINGS_FOLDER}/{user_id}"), ignore_errors=True)
    for name in pictures:
        default_storage.delete(name)


def find_orphans(older_than: timedelta = timedelta()) -> Iterator[str]:
    """The names of files that no row names and that nobody touched for `older_than`."""
    for folder in sorted(Path(default_storage.path(RECORDINGS_FOLDER)).glob("*")):
        yield from find_orphans_in(folder, time.time() - older_than.total_seconds())


@transaction.atomic
def find_orphans_in(folder: Path, newest: float) -> list[str]:
    """Those in the folder of one owner; under the lock no upload is seen half done."""
    owner_id = int(folder.name) if folder.name.isdecimal() else 0
    lock_owner_id(owner_id)
    root = default_storage.path("")
    names = {
        path.relative_to(root).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and path.stat().st_mtime <= newest
    }
    kept = Recording.objects.filter(workout__owner_id=owner_id).values_list("file", flat=True)
    return sorted(names.difference(kept))


def remove_orphans() -> None:
    """Remove what crashes left, for once a day; what is younger than an hour may be under way."""
    for name in find_orphans(older_than=timedelta(hours=1)):
        remove_orphan(name)


def find_missing() -> Iterator[str]:
    """The names of files that a row names and that are not there."""
    names = Recording.objects.order_by("file").values_list("file", flat=True).distinct()
    return (name for name in names.iterator() if not default_storage.exists(name))


def remove_orphan(name: str) -> None:
    """Remove what `find_orphans` found, unless a row came to name it."""
    owner_id = name.split("/")[1]
    remove_unreferenced(int(owner_id) if owner_id.isdecimal() else 0, name)


def make_folder(folder: Path) -> None:
    """Make a folder, private to the server, and those above it where they are missing."""
    missing = [parent for parent in (folder, *folder.parents) if not parent.exists()]
    for parent in reversed(missing):
        parent.mkdir(mode=settings.FILE_UPLOAD_DIRECTORY_PERMISSIONS, exist_ok=True)


def sync_folder(folder: Path) -> None:
    """Force a folder's list of names to the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
