"""A process of its own that posts one form to the token endpoint for each line it is given.

It says “ready” first; each line is a JSON object, each answer the status of the call.
"""

import json
import os
import sys

import django


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "fittrackee_site.settings"
    django.setup()
    from django.db import connection
    from django.test import Client

    client = Client(HTTP_HOST="localhost:8000")
    client.post("/api/oauth/token", {})
    connection.ensure_connection()
    print("ready", flush=True)
    for line in sys.stdin:
        print(client.post("/api/oauth/token", json.loads(line)).status_code, flush=True)


if __name__ == "__main__":
    main()
