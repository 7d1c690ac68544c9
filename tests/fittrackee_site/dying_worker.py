"""A real job worker, in a process of its own, that dies by SIGKILL in its first mail."""

import django

django.setup()

from django.core.management import call_command  # noqa: E402

from accounts import emails  # noqa: E402
from tests.workouts.killed_process import die  # noqa: E402

if __name__ == "__main__":
    emails.write_mail = die
    call_command("db_worker", "--batch", "--no-startup-delay", "--worker-id", "doomed")
