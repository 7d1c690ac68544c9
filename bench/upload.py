"""A whole upload, from the posted form to the redirect, against reading and summarising alone.

    python -m bench.upload

The ratio is measured in one process and on the database of DATABASE_URL (by default a fresh SQLite
file), each upload with other bytes: nothing is a duplicate.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from .making import make_ride

if TYPE_CHECKING:
    from django.test import Client

POINTS = 20_000
ROUNDS = 9
LIMIT = 1.6


def prepare(folder: Path) -> None:
    """Settings of production in a folder of their own."""
    os.environ["DATA_DIR"] = str(folder)
    os.environ.setdefault("DATABASE_URL", f"sqlite:///{folder}/bench.sqlite3")
    os.environ.setdefault("SECRET_KEY", "only-for-the-benchmark-" * 3)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fittrackee_site.settings")
    import django

    django.setup()


def recordings(count: int) -> list[bytes]:
    """Rides of as many years, each of a length of its own: none looks like another's duplicate."""
    ride = make_ride(POINTS)
    return [
        ride.replace(b"<time>2024-", f"<time>{1980 + number}-".encode()) + b"\n" * number
        for number in range(count)
    ]


def seconds(job: Callable[[], object]) -> float:
    start = time.perf_counter()
    job()
    return time.perf_counter() - start


def read_and_summarise(data: bytes) -> None:
    from tracks.analysis.summary import summarise
    from tracks.readers import read_track

    summarise(read_track(data), stopped_below_kmh=1)


def signed_in_client() -> "Client":
    """A browser of a new account; its address is the one that production settings accept."""
    from django.conf import settings
    from django.core.management import call_command
    from django.test import Client

    from accounts.models import User

    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
    call_command("migrate", verbosity=0)
    name = f"bench{os.getpid()}"
    user = User.objects.create_user(name, f"{name}@example.com", "bench", is_active=True)
    client = Client(raise_request_exception=True)
    client.force_login(user)
    return client


def upload(client: "Client", data: bytes) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.urls import reverse

    file = SimpleUploadedFile("bench.gpx", data, content_type="application/gpx+xml")
    answer = client.post(reverse("workouts:add"), {"sport": "1", "recordings": file})
    if answer.status_code != 302 or not answer.headers["Location"].startswith("/workouts/"):
        raise SystemExit(f"The upload failed: {answer.status_code} {answer.headers}")


def main() -> int:
    client = signed_in_client()
    files = recordings(ROUNDS + 1)
    upload(client, files.pop())
    pairs = [
        (
            seconds(lambda data=data: read_and_summarise(data)),
            seconds(lambda data=data: upload(client, data)),
        )
        for data in files
    ]
    alone, whole = (statistics.median(times) for times in zip(*pairs, strict=True))
    ratio = statistics.median(whole / alone for alone, whole in pairs)
    print(f"reading and summarising {POINTS} points: {alone * 1000:.0f} ms")
    print(f"a whole upload: {whole * 1000:.0f} ms")
    print(f"ratio: {ratio:.2f} (limit {LIMIT})")
    return 0 if ratio < LIMIT else 1


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        prepare(Path(folder))
        sys.exit(main())
