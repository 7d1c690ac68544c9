"""Jobs whose worker dies, in real processes, and results nobody needs any more."""

import signal
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from accounts.emails import send_mail
from fittrackee_site.jobs import (
    LONGEST_JOB,
    MOST_RUNS,
    RESULTS_KEPT_FOR,
    prune_job_results,
    reap_dead_jobs,
    reap_jobs_of,
    take_up_everything,
)
from fittrackee_site.management.commands.run_jobs import make_worker
from tests.factories import make_import, make_user, upload_gpx
from tests.processes import run_process
from tests.workouts.test_concurrency import at_once
from tests.workouts.test_transfers import make_zip, recording
from workouts.models import Transfer
from workouts.services import transfers
from workouts.services.jobs import run_transfer
from workouts.services.transfers import claim

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def queue(transactional_db, settings) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


@pytest.fixture
def job(queue) -> DBTaskResult:
    user = make_user("alice")
    send_mail.enqueue("password_changed", user.pk, user.email, {})
    return DBTaskResult.objects.get()


def state(job: DBTaskResult) -> str:
    job.refresh_from_db()
    return job.status


def run_worker(folder, module: str = "manage", *options: str) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    return run_process(folder, module, *options)


def test_a_job_whose_worker_was_killed_is_done_by_the_next(job, own_storage):
    assert run_worker(own_storage, "tests.fittrackee_site.dying_worker") == -signal.SIGKILL
    assert state(job) == "RUNNING"
    assert reap_dead_jobs() == 0
    assert reap_jobs_of("somebody else") == 0
    assert reap_jobs_of("doomed") == 1
    assert state(job) == "READY"
    assert run_worker(own_storage, "manage", "db_worker", "--batch", "--no-startup-delay") == 0
    assert state(job) == "SUCCESSFUL"


@pytest.mark.parametrize(
    ("error", "then"),
    [(OperationalError("database is locked"), "READY"), (ValueError("a mistake"), "FAILED")],
)
def test_a_job_that_met_an_outage_is_tried_again(job, monkeypatch, error, then):
    def fail(*parts: object) -> None:
        raise error

    monkeypatch.setattr("accounts.emails.write_mail", fail)
    worker = make_worker("steady")
    job.claim("steady")
    worker.run_task(job)
    assert state(job) == then
    in_a_minute = timedelta() < job.run_after - timezone.now() <= timedelta(minutes=1)
    assert in_a_minute == (then == "READY")


def test_a_job_that_kills_every_worker_has_failed(job, own_storage):
    for _ in range(MOST_RUNS):
        assert state(job) == "READY"
        assert run_worker(own_storage, "tests.fittrackee_site.dying_worker") == -signal.SIGKILL
        assert reap_dead_jobs(at_start=True) == 1
    assert state(job) == "FAILED"
    assert job.task_result.errors[0].exception_class.__name__ == "WorkerLostError"


def test_a_job_is_given_to_another_worker_when_it_has_run_for_too_long(job):
    job.claim("silent")
    assert reap_dead_jobs() == 0
    DBTaskResult.objects.update(started_at=timezone.now() - LONGEST_JOB * 2)
    assert sum(at_once(*(reap_dead_jobs for _ in range(4)))) == 1
    assert state(job) == "READY"


def test_results_are_kept_for_a_week(job):
    job.set_successful(None)
    prune_job_results()
    assert DBTaskResult.objects.exists()
    DBTaskResult.objects.update(finished_at=timezone.now() - RESULTS_KEPT_FOR - timedelta(hours=1))
    prune_job_results()
    assert not DBTaskResult.objects.exists()


def test_a_start_goes_on_with_jobs_and_transfers_at_once(job, own_storage):
    owner = make_user("bob")
    archive = make_import(owner, make_zip(a_gpx=recording(1)))
    claim(archive.pk)
    job.claim("killed")
    take_up_everything()
    assert run_worker(own_storage, "manage", "db_worker", "--batch", "--no-startup-delay") == 0
    assert Transfer.objects.get().status == "done"
    assert state(job) == "SUCCESSFUL"
    assert owner.workouts.count() == 1


def test_an_import_in_turns_lets_mails_go_first_and_pictures_last(queue, own_storage, monkeypatch):
    monkeypatch.setattr(transfers, "SLICE_ITEMS", 2)
    owner, other = make_user("bob"), make_user("carol")
    members = {f"{letter}_gpx": recording(day) for day, letter in enumerate("abc")}
    archive = make_import(owner, make_zip(**members))
    run_transfer.func(archive.pk)
    upload_gpx(other)
    send_mail.enqueue("password_changed", other.pk, other.email, {})
    names = [job.task_name for job in DBTaskResult.objects.ready()]
    assert names == ["send_mail", "run_transfer", *3 * ["prepare_map_picture"]]
    assert owner.workouts.count() == 2


def test_a_job_under_way_is_not_broken_off_by_a_second_signal():
    worker = make_worker("patient")
    worker.running_task = True
    for _ in range(3):
        worker.shutdown(signal.SIGTERM, None)
    assert not worker.running
