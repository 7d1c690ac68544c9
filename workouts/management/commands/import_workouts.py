"""Brings in recordings from files and folders."""

import os
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q

from accounts.models import User
from workouts.models import Sport
from workouts.services.failures import failing_alone
from workouts.services.uploads import EXTENSIONS, prepare_recording, read_upload, store_recording


class Command(BaseCommand):
    help = "Import recordings for a user; folders are searched for them. Fails if any file did."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--user", required=True, help="username or e-mail address")
        parser.add_argument("--sport", required=True, help="label, such as Running, or id")
        parser.add_argument(
            "--skip-duplicates", action="store_true", help="leave out what was imported before"
        )
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")

    def handle(
        self,
        *args: Any,
        user: str,
        sport: str,
        skip_duplicates: bool,
        paths: list[Path],
        **options: Any,
    ) -> None:
        owner, chosen = find_user(user), find_sport(sport)
        files = list(find_files(paths))
        failures = 0
        for number, path in enumerate(files, 1):
            try:
                with failing_alone(readable(path)):
                    result = import_file(owner, chosen, path, skip_duplicates)
            except ValidationError as error:
                failures += 1
                result = f"FAILED: {' '.join(error.messages)}"
            self.stdout.write(f"[{number}/{len(files)}] {readable(path)}: {result}")
        self.stdout.write(f"{len(files) - failures} of {len(files)} files done.")
        if failures or not files:
            raise CommandError(f"{failures} files failed." if files else "No recordings found.")


def find_user(name: str) -> User:
    user = User.objects.filter(Q(username__iexact=name) | Q(email__iexact=name)).first()
    if user is None:
        raise CommandError(f"There is no user “{name}”.")
    return user


def find_sport(label: str) -> Sport:
    wanted = Q(pk=int(label)) if label.isdecimal() else Q(label__iexact=label)
    sport = Sport.objects.filter(wanted).first()
    if sport is None:
        labels = ", ".join(Sport.objects.values_list("label", flat=True))
        raise CommandError(f"There is no sport “{label}”. There are: {labels}.")
    return sport


def find_files(paths: list[Path]) -> Iterator[Path]:
    """The paths themselves, and the recordings in those that are folders, by name."""
    for path in paths:
        if path.is_dir():
            found = (file for file in path.rglob("*") if file.is_file())
            yield from sorted(file for file in found if file.suffix[1:].lower() in EXTENSIONS)
        else:
            yield path


def import_file(owner: User, sport: Sport, path: Path, skip_duplicates: bool) -> str:
    """Import one file, and say what became of it."""
    try:
        opened = path.open("rb")
    except OSError as error:
        raise ValidationError(error.strerror or str(error)) from error
    with opened:
        file = File(opened, name=readable(Path(path.name)))
        new = prepare_recording(owner, sport, read_upload(file), file)
    stored = store_recording(new, skip_duplicates=skip_duplicates)
    workout = stored.workout
    if not stored.is_new:
        return f"skipped, is “{workout}” of {workout.start:%Y-%m-%d}"
    return f"“{workout}” of {workout.start:%Y-%m-%d}, {workout.distance_km:.2f} km"


def readable(path: Path) -> str:
    """A path as text, also when its bytes are not."""
    return os.fsencode(path).decode(errors="replace")
