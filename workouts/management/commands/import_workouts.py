"""Brings in recordings and archives from files and folders."""

import os
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.core.management.base import BaseCommand, CommandError
from django.db.models import Field, Q

from accounts.models import User
from tracks.readers import is_recording
from workouts.models import Sport, Workout
from workouts.services.recordings import UploadOptions
from workouts.services.uploads import Imported, Outcome, receive


class Command(BaseCommand):
    help = (
        "Import recordings, and zip archives of them, for a user; folders are searched for "
        "recordings. Fails if any file did."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--user", required=True, help="username or e-mail address")
        parser.add_argument("--sport", required=True, help="label, such as Running, or id")
        parser.add_argument(
            "--title", type=text_for("title"), default="", help="instead of what the recordings say"
        )
        parser.add_argument("--notes", type=text_for("notes"), help="for every workout")
        parser.add_argument(
            "--skip-duplicates", action="store_true", help="leave out what was imported before"
        )
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")

    def handle(
        self,
        *args: Any,
        user: str,
        sport: str,
        title: str,
        notes: str | None,
        skip_duplicates: bool,
        paths: list[Path],
        **options: Any,
    ) -> None:
        owner = find_user(user)
        wanted = UploadOptions(find_sport(sport), title, notes, skip_duplicates)
        files = list(find_files(paths))
        succeeded = failed = 0
        for number, path in enumerate(files, 1):
            outcome = receive_path(owner, path, wanted)
            for line in lines_about(outcome, path_text(path)):
                self.stdout.write(f"[{number}/{len(files)}] {line}")
            failures = sum(file.error is not None for file in outcome.files)
            failed += failures
            succeeded += 1 if outcome.transfer else len(outcome.files) - failures
        self.stdout.write(f"{succeeded} of {succeeded + failed} files done.")
        if failed or not files:
            raise CommandError(f"{failed} files failed." if files else "No recordings found.")


def text_for(column: str) -> Callable[[str], str]:
    """What checks an option whose text goes to a column of workouts."""
    field = Workout._meta.get_field(column)
    assert isinstance(field, Field)

    def text(value: str) -> str:
        try:
            field.run_validators(value)
        except ValidationError as error:
            raise ArgumentTypeError(" ".join(error.messages)) from error
        return value

    return text


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
            yield from sorted(file for file in found if is_recording(file.name))
        else:
            yield path


def receive_path(owner: User, path: Path, options: UploadOptions) -> Outcome:
    """Import one file; one that can't be opened is refused like one that can't be read."""
    name = path_text(Path(path.name))
    try:
        opened = path.open("rb")
    except OSError as error:
        return Outcome([Imported(name, error=ValidationError(error.strerror or str(error)))])
    with opened:
        return receive(owner, File(opened, name), options)


def lines_about(outcome: Outcome, path: str) -> Iterator[str]:
    """What became of the file at `path`, or of each file in it."""
    if outcome.transfer is not None:
        yield f"{path}: left to the worker, {outcome.transfer.total} files"
    for file in outcome.files:
        place = f"{path}/{file.name}" if outcome.is_archive else path
        yield f"{place}: {result_of(file)}"


def result_of(file: Imported) -> str:
    workout = file.workout
    if workout is None:
        return f"FAILED: {file.reason}"
    if not file.is_new:
        return f"skipped, is “{workout}” of {workout.start:%Y-%m-%d}"
    return f"“{workout}” of {workout.start:%Y-%m-%d}, {workout.distance_km:.2f} km"


def path_text(path: Path) -> str:
    """A path as text, also when its bytes are not."""
    return os.fsencode(path).decode(errors="replace")
