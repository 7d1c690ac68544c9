"""A process of its own that brings one recording in through one door, on each line it is given.

It says “ready” first; each line is a JSON object with the file's path and the numbers of an import
and of a restore that wait, each answer is “done”.
"""

import io
import json
import sys
import zipfile
from pathlib import Path
from typing import Any

import django

django.setup()

from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402

from accounts.models import User  # noqa: E402
from workouts.services.jobs import run_transfer  # noqa: E402

client = Client(HTTP_HOST="localhost")
KEY = {"Idempotency-Key": "the same"}


def sent(round_: dict[str, Any]) -> SimpleUploadedFile:
    return SimpleUploadedFile("outing.gpx", Path(round_["path"]).read_bytes())


def page(round_: dict[str, Any]) -> None:
    client.post("/workouts/add", {"sport": 1, "recordings": sent(round_)})


def api(round_: dict[str, Any]) -> None:
    form = {"data": '{"sport_id": 1}', "file": sent(round_)}
    client.post("/api/workouts", form, headers=KEY)


def archive(round_: dict[str, Any]) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        file.write(round_["path"], "outing.gpx")
    form = {"sport": 1, "recordings": SimpleUploadedFile("a.zip", packed.getvalue())}
    client.post("/workouts/add", form)


def command(round_: dict[str, Any]) -> None:
    options = {"user": "alice", "sport": "1", "skip_duplicates": True, "stdout": io.StringIO()}
    call_command("import_workouts", round_["path"], **options)


def worker(round_: dict[str, Any]) -> None:
    run_transfer.func(round_["import"])


def restore(round_: dict[str, Any]) -> None:
    run_transfer.func(round_["restore"])


DOORS = {door.__name__: door for door in (page, api, archive, command, worker, restore)}


def main(door: str) -> None:
    client.force_login(User.objects.get(username="alice"))
    client.get("/workouts/add")
    print("ready", flush=True)
    for line in sys.stdin:
        DOORS[door](json.loads(line))
        print("done", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
