"""Whatever a program sends: no 500, and nothing half-written when it is refused."""

import json

from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from tests.factories import make_recording_bytes, make_workout
from tests.workouts.api.test_uploads import part, send
from workouts.models import Record, Recording, Segment, Sport, Workout

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(-10, 100_000),
    st.floats(),
    st.text(max_size=300),
    st.sampled_from(["2021-03-14 09:30", "0001-01-01 00:00", "9999-12-31 23:59", "1", "1e999"]),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)
NAMES = ["sport_id", "title", "notes", "workout_date", "duration", "distance", "ascent", "descent"]
BODIES = st.dictionaries(st.sampled_from([*NAMES, "is_active", "on_duplicate"]), VALUES) | VALUES
GOOD = {"sport_id": 1, "duration": 60, "distance": 1, "workout_date": "2021-03-14 09:30"}

hard = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def state() -> list:
    """All rows that a request could have written."""
    models = (Workout, Segment, Recording, Record, Sport)
    return [list(model.objects.order_by("pk").values()) for model in models]


def check(send_request, before: list) -> None:
    """A refusal changes nothing; nothing is a server's error."""
    response = send_request()
    assert response.status_code < 500, response.content
    if response.status_code >= 400:
        assert response.json()
        assert state() == before


@hard
@given(body=BODIES, is_near=st.booleans())
def test_new_workouts(alice_client: Client, body, is_near):
    if is_near and isinstance(body, dict):
        body = GOOD | body
    data = json.dumps(body)
    address = "/api/workouts/no_gpx"
    check(lambda: alice_client.post(address, data, content_type="application/json"), state())


@hard
@given(body=BODIES)
def test_edits(alice: User, alice_client: Client, body):
    address = f"/api/workouts/{make_workout(alice).short_id}"
    data = json.dumps(body)
    check(lambda: alice_client.patch(address, data, content_type="application/json"), state())


@hard
@given(body=BODIES, is_near=st.booleans())
def test_uploads(alice_client: Client, body, is_near):
    if is_near and isinstance(body, dict):
        body = {**body, "sport_id": 1}
    parts = part("data", json.dumps(body)), part("file", make_recording_bytes(points=3), "a.gpx")
    check(lambda: send(alice_client, *parts), state())


@hard
@given(content=st.binary(max_size=500), name=st.sampled_from(["a.gpx", "a.zip"]))
def test_files(alice_client: Client, content, name):
    parts = part("data", '{"sport_id": 1}'), part("file", content, name)
    check(lambda: send(alice_client, *parts), state())


@hard
@given(body=BODIES)
def test_sports(admin: User, body):
    client = Client()
    client.force_login(admin)
    data = json.dumps(body)
    check(lambda: client.patch("/api/sports/1", data, content_type="application/json"), state())


@hard
@given(query=st.dictionaries(st.sampled_from(["page", "per_page", "from", "to"]), SCALARS))
def test_queries(alice_client: Client, query):
    query = {name: str(value).encode(errors="replace") for name, value in query.items()}
    check(lambda: alice_client.get("/api/workouts", query), state())
