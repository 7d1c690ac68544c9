"""Computes the recorded workouts again from their stored originals."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from workouts.models import Workout
from workouts.services.recordings import recompute_workout

PROGRESS_FILE = "recompute_workouts.progress"


class Command(BaseCommand):
    help = (
        "Read the stored originals again and compute figures, segments and records. "
        "An interrupted run goes on where it stopped."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--restart", action="store_true", help="begin at the first workout")

    def handle(self, *args: Any, restart: bool, **options: Any) -> None:
        progress = Path(settings.DATA_DIR) / PROGRESS_FILE
        last = 0 if restart else read_progress(progress)
        if last:
            self.stdout.write(f"Going on after workout {last}.")
        workouts = Workout.objects.filter(recording__isnull=False, pk__gt=last).order_by("pk")
        total, failures = workouts.count(), 0
        for number, workout in enumerate(workouts.select_related("owner").iterator(100), 1):
            failures += not self._recompute(workout, f"[{number}/{total}]")
            progress.write_text(str(workout.pk))
        progress.unlink(missing_ok=True)
        self.stdout.write(f"{total - failures} of {total} workouts were computed again.")
        if failures:
            raise CommandError(f"{failures} workouts failed and stay as they were.")

    def _recompute(self, workout: Workout, place: str) -> bool:
        """Whether it worked."""
        try:
            recompute_workout(workout)
        except (OSError, ValidationError) as error:
            reasons = error.messages if isinstance(error, ValidationError) else [str(error)]
            self.stderr.write(f"{place} {workout.short_id} FAILED: {' '.join(reasons)}")
            return False
        self.stdout.write(f"{place} {workout.short_id} {workout}")
        return True


def read_progress(path: Path) -> int:
    """The workout that an interrupted run finished last, or 0."""
    text = path.read_text().strip() if path.exists() else ""
    return int(text) if text.isdecimal() else 0
