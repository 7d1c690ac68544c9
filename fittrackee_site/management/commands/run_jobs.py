"""The job worker: mails, map pictures, imports and exports."""

import logging
import os
import socket
import time
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import InterfaceError, OperationalError, connections
from django.utils.crypto import get_random_string
from django_tasks import DEFAULT_TASK_BACKEND_ALIAS
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from fittrackee_site.jobs import put_off_after_outage, reap_jobs_of
from fittrackee_site.supervision import Pauses

logger = logging.getLogger(__name__)

ASK_EVERY_S = 1.0


class EnduringWorker(Worker):
    """The package's worker, which here outlives its database.

    It begins with the jobs in whose middle one of its name ended.
    """

    def run(self) -> None:
        pauses = Pauses()
        while self.running:
            pauses.begin()
            try:
                reap_jobs_of(self.worker_id)
                return super().run()
            except (OperationalError, InterfaceError) as error:
                logger.warning("The job worker waits for its database: %s", error)
            connections.close_all()
            time.sleep(pauses.take())
        return None

    def run_task(self, db_task_result: DBTaskResult[..., Any]) -> None:
        super().run_task(db_task_result)
        put_off_after_outage(db_task_result)

    def shutdown(self, signum: int, frame: FrameType | None) -> None:
        """End after the job under way. A second signal, which breaks a job off in the package, says
        nothing new: systemd tells all processes of a service, and `serve` tells its own again.
        """
        if self.running:
            super().shutdown(signum, frame)


def make_worker(worker_id: str) -> EnduringWorker:
    """A worker for jobs of every kind."""
    return EnduringWorker(
        queue_names=["*"],
        excluded_queue_names=[],
        interval=ASK_EVERY_S,
        batch=False,
        backend_name=DEFAULT_TASK_BACKEND_ALIAS,
        startup_delay=False,
        max_tasks=None,
        worker_id=worker_id,
    )


class Command(BaseCommand):
    help = "Do the jobs that requests leave behind, until told to stop."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--worker-id",
            default=f"{socket.gethostname()[:32]}-{os.getpid()}-{get_random_string(8)}",
            help="its name, if it takes the place of a worker that ended",
        )

    def handle(self, *args: Any, worker_id: str, **options: Any) -> None:
        worker = make_worker(worker_id)
        worker.configure_signals()
        worker.run()
