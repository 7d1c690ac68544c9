"""A process of its own whose very first requests are eight at once, to each path it is given.

It prints the statuses of each path as a line of JSON.
"""

import json
import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import django

CALLERS = 8


def main(paths: list[str]) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "fittrackee_site.settings"
    django.setup()
    for path in paths:
        print(json.dumps(call_at_once(path)), flush=True)


def call_at_once(path: str) -> list[int]:
    from django.test import Client

    barrier = threading.Barrier(CALLERS)

    def call(_number: int) -> int:
        client = Client(HTTP_HOST="localhost:8000", raise_request_exception=False)
        barrier.wait()
        return client.get(path).status_code

    with ThreadPoolExecutor(CALLERS) as pool:
        return list(pool.map(call, range(CALLERS)))


if __name__ == "__main__":
    main(sys.argv[1:])
