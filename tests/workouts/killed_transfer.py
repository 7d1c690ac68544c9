"""Run by test_transfer_crashes in a process of its own: dies by SIGKILL at a chosen point."""

import sys
from typing import Any

import django

django.setup()

from django.core.files.base import ContentFile  # noqa: E402

from accounts.models import User  # noqa: E402
from tests.factories import make_import  # noqa: E402
from tests.workouts.killed_process import die, die_after  # noqa: E402
from workouts.models import Transfer  # noqa: E402
from workouts.services import exports, imports, jobs, transfers  # noqa: E402


def die_at_the_second(service: Any) -> Any:
    calls: list[None] = []

    def first_honest_then_dead(*args: Any, **kwargs: Any) -> Any:
        calls.append(None)
        return die() if len(calls) > 1 else service(*args, **kwargs)

    return first_honest_then_dead


def start(path: str) -> None:
    """Begin an import of the archive at `path`, item by item."""
    transfers.ITEMS_AT_ONCE = 1
    with open(path, "rb") as file:
        content = ContentFile(file.read())
    make_import(User.objects.get(username="alice"), content)


def main(point: str, path: str) -> None:
    match point:
        case "before the file is there":
            Transfer.file.field.storage.save = die
        case "between two items":
            transfers.store_items = die_at_the_second(transfers.store_items)
        case "reading an item":
            imports.read_recording = die_at_the_second(imports.read_recording)
        case "before the commit of an item":
            transfers.note_outcome = die_at_the_second(transfers.note_outcome)
        case "after the commit of an item":
            transfers.store_once = die_at_the_second(transfers.store_once)
        case "between two turns":
            transfers.SLICE_ITEMS = 2
            jobs.give_back = die_after(jobs.give_back)
        case "before the end":
            jobs.finish = die
        case "packing":
            exports.describe_workout = die_at_the_second(exports.describe_workout)
        case "before the export is kept":
            exports.lock_owner = die
    if point in {"before the file is there", "between two items"}:
        start(path)
    jobs.run_transfer.func(Transfer.objects.get().pk)


if __name__ == "__main__":
    main(*sys.argv[1:])
