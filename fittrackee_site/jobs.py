"""Jobs whose worker is gone, and results that nobody needs any more."""

from datetime import timedelta
from typing import Any

from django.core.management import call_command
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from contract.outages import DATABASE_ERRORS
from workouts.services.jobs import take_up_transfers

# Longer than a mail or a map picture may take. A transfer may take longer: given to another worker
# as well, it does nothing there, as its lease is held.
LONGEST_JOB = timedelta(minutes=5)
MOST_RUNS = 3
OUTAGES = {f"{error.__module__}.{error.__qualname__}" for error in DATABASE_ERRORS}
OUTAGE_PAUSE = timedelta(minutes=1)
RESULTS_KEPT_FOR = timedelta(days=7)


class WorkerLostError(Exception):
    """The worker ended in the middle of a job, as often as it was tried."""


def reap_dead_jobs(*, at_start: bool = False) -> int:
    """Give the jobs of workers that are gone to others, or fail them; how many there were.

    For every minute; `at_start` when nothing else of the site runs yet.
    """
    running = DBTaskResult.objects.running()
    if not at_start:
        running = running.filter(started_at__lt=timezone.now() - LONGEST_JOB)
    return sum(reap(job) for job in running)


def reap_jobs_of(worker_id: str) -> int:
    """The same for all jobs of one worker, by whoever saw it end."""
    running = DBTaskResult.objects.running()
    return sum(reap(job) for job in running if job.worker_ids[-1:] == [worker_id])


def reap(job: DBTaskResult[..., Any]) -> bool:
    """Make a job that runs nowhere ready again, three runs at most; False when others did."""
    unchanged = DBTaskResult.objects.running().filter(pk=job.pk, started_at=job.started_at)
    if len(job.worker_ids) < MOST_RUNS:
        return bool(unchanged.update(status=TaskResultStatus.READY, started_at=None))
    return bool(
        unchanged.update(
            status=TaskResultStatus.FAILED,
            finished_at=timezone.now(),
            exception_class_path=f"{WorkerLostError.__module__}.{WorkerLostError.__qualname__}",
            traceback=str(WorkerLostError.__doc__),
        )
    )


def put_off_after_outage(job: DBTaskResult[..., Any]) -> None:
    """Try a job once more, a minute later, that failed with the database away or locked."""
    is_failed = job.status == TaskResultStatus.FAILED and len(job.worker_ids) < MOST_RUNS
    if is_failed and job.exception_class_path in OUTAGES:
        DBTaskResult.objects.filter(pk=job.pk).update(
            status=TaskResultStatus.READY,
            started_at=None,
            finished_at=None,
            run_after=timezone.now() + OUTAGE_PAUSE,
        )


def prune_job_results() -> None:
    """Delete the results of jobs that ended long ago, for once a day."""
    days = RESULTS_KEPT_FOR.days
    call_command("prune_db_task_results", queue_name="*", min_age_days=days, verbosity=0)


def take_up_everything() -> None:
    """Go on at once with what a crash interrupted, at a start before anything else of the site runs
    on this database.
    """
    reap_dead_jobs(at_start=True)
    take_up_transfers(at_start=True)
