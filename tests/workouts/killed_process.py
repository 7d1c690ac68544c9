"""Run by test_storage in a process of its own: dies by SIGKILL at a chosen point of a service."""

import os
import signal
import sys
from typing import Any, NoReturn

import django

django.setup()

from accounts.models import User  # noqa: E402
from tests.factories import upload_gpx  # noqa: E402
from workouts.models import Workout  # noqa: E402
from workouts.services import recordings, storage, workouts  # noqa: E402


def die(*args: Any, **kwargs: Any) -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("unreachable")


def die_after(service: Any) -> Any:
    def honest_then_dead(*args: Any, **kwargs: Any) -> NoReturn:
        service(*args, **kwargs)
        die()

    return honest_then_dead


def main(point: str, path: str) -> None:
    owner = User.objects.get(username="alice")
    match point:
        case "writing the file":
            storage.os.fsync = die
        case "before the rename":
            storage.Path.replace = die
        case "after inserting the rows":
            recordings.keep_file = die
        case "before the commit":
            recordings.keep_file = die_after(recordings.keep_file)
        case "after the commit":
            recordings.insert_recording = die_after(recordings.insert_recording)
        case "before the commit of a delete":
            workouts.refresh_records = die_after(workouts.refresh_records)
        case "after the commit of a delete":
            storage.remove_unreferenced = die
    if point.endswith("delete"):
        workouts.delete_workout(Workout.objects.get(owner=owner))
    else:
        with open(path, "rb") as file:
            upload_gpx(owner, data=file.read())


if __name__ == "__main__":
    main(*sys.argv[1:])
