"""The examples under docs/ do what they say, over a live server."""

import importlib.util
import threading
from pathlib import Path
from types import ModuleType

import pytest
import requests

from tests.factories import make_application, make_user, make_workout

from .test_clients import press_give

EXAMPLES = Path(__file__).resolve().parent.parent.parent / "docs" / "examples"


def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, EXAMPLES / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def people(transactional_db):
    return make_user("maker"), make_user("runner")


@pytest.mark.parametrize("client_type", ["confidential", "public"])
def test_the_web_application(live_server, people, monkeypatch, capsys, client_type):
    maker, runner = people
    make_workout(runner, title="Morning ride")
    example = load("web_application")
    app = make_application(
        maker, client_type=client_type, redirect_uris="http://127.0.0.1:8765/callback"
    )

    def browser(url: str) -> None:
        def visit() -> None:
            requests.get(press_give(runner, url), timeout=10)

        threading.Timer(0.5, visit).start()

    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    monkeypatch.setenv("OAUTHLIB_RELAX_TOKEN_SCOPE", "1")
    monkeypatch.setattr(example.webbrowser, "open", browser)
    example.main(live_server.url, app.client_id, app.secret or None)
    out = capsys.readouterr().out
    assert "Granted: ['workouts:read', 'profile:read']" in out
    assert "Morning ride 10.0 km" in out


def test_the_device(live_server, people, monkeypatch, capsys):
    from django.test import Client

    maker, runner = people
    app = make_application(maker, client_type="public", allows_devices=True)
    example = load("device")

    def let_in(seconds: int) -> None:
        """Instead of sleeping, the person enters the code that was printed."""
        code = capsys.readouterr().out.split()[-1]
        client = Client(HTTP_HOST="localhost:8000")
        client.force_login(runner)
        form = {"user_code": code, "decision": "give", "scopes": ["workouts:write"]}
        assert client.post("/oauth/device", form).status_code == 302

    monkeypatch.setattr(example.time, "sleep", let_in)
    example.main(live_server.url, app.client_id)
    assert "Added: Treadmill" in capsys.readouterr().out
    assert runner.workouts.get().title == "Treadmill"
