"""A process of its own, with as many threads as a server, that posts forms to the token endpoint.

It says “ready” first; each line is a JSON object with a form and how often to post it at once,
each answer the list of the statuses.
"""

import json
import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import django

THREADS = 4


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "fittrackee_site.settings"
    django.setup()
    with ThreadPoolExecutor(THREADS) as pool:
        barrier = threading.Barrier(THREADS)
        list(pool.map(lambda _number: barrier.wait() and post({}), range(THREADS)))
        print("ready", flush=True)
        for line in sys.stdin:
            order = json.loads(line)
            print(json.dumps(list(pool.map(post, [order["form"]] * order["times"]))), flush=True)


def post(form: dict[str, str]) -> int:
    from django.test import Client

    client = Client(HTTP_HOST="localhost:8000", raise_request_exception=False)
    return client.post("/api/oauth/token", form).status_code


if __name__ == "__main__":
    main()
