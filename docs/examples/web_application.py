"""A web application's way to somebody's workouts: authorization code with PKCE.

    pip install requests-oauthlib
    python web_application.py https://log.example.org CLIENT_ID CLIENT_SECRET

Register the application under Settings → Apps with the redirect address
http://127.0.0.1:8765/callback and the scopes workouts:read and profile:read. An application that
people install (“No, people install it”) has no secret: leave CLIENT_SECRET out.
"""

import os
import sys
import webbrowser
from http.server import BaseHTTPRequestHandler, HTTPServer

from requests_oauthlib import OAuth2Session

REDIRECT_URI = "http://127.0.0.1:8765/callback"
SCOPES = ["workouts:read", "profile:read"]


class Callback(BaseHTTPRequestHandler):
    """Receives the one request with which the browser brings the code."""

    def do_GET(self) -> None:
        self.server.answer = self.path
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.end_headers()
        self.wfile.write(b"Thank you. You can close this window.\n")

    def log_message(self, *arguments: object) -> None:
        """Keep the code out of the terminal."""


def wait_for_callback() -> str:
    with HTTPServer(("127.0.0.1", 8765), Callback) as server:
        server.handle_request()
        return "https://127.0.0.1:8765" + server.answer


def main(site: str, client_id: str, client_secret: str | None = None) -> None:
    if site.startswith(("http://127.0.0.1", "http://localhost")):
        os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"
    session = OAuth2Session(client_id, redirect_uri=REDIRECT_URI, scope=SCOPES, pkce="S256")
    # A user may untick scopes: the token's scope then differs from the one asked for.
    os.environ["OAUTHLIB_RELAX_TOKEN_SCOPE"] = "1"
    url, _state = session.authorization_url(f"{site}/oauth/authorize")
    print("Opening", url)
    webbrowser.open(url)
    token = session.fetch_token(
        f"{site}/api/oauth/token",
        authorization_response=wait_for_callback(),
        client_secret=client_secret,
        include_client_id=True,
    )
    print("Granted:", token.get("scope"))
    answer = session.get(f"{site}/api/workouts", params={"per_page": 5})
    answer.raise_for_status()
    for workout in answer.json()["data"]["workouts"]:
        print(workout["workout_date"], workout["title"], workout["distance"], "km")


if __name__ == "__main__":
    main(*sys.argv[1:])
