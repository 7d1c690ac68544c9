"""One's own account, users and the configuration over the API."""

from io import BytesIO

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from accounts.models import User
from instance.models import AppConfiguration
from oauth_apps.services import issue_first_party_token
from tests.factories import make_user, make_workout

PROFILE = {
    "first_name": "Alice",
    "last_name": "",
    "bio": None,
    "birth_date": "1985-07-14",
    "location": "Grenoble",
}
PREFERENCES = {
    "display_ascent": False,
    "imperial_units": True,
    "language": "fr",
    "timezone": "America/New_York",
    "weekm": True,
}


class Api:
    """Speaks to the API as one user."""

    def __init__(self, user: User | None = None) -> None:
        token = issue_first_party_token(user) if user else ""
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}
        self.client = Client()

    def __call__(self, method: str, path: str, body: object = None):
        return getattr(self.client, method)(
            f"/api/{path}", body, content_type="application/json", headers=self.headers
        )

    def send_picture(self, data: bytes, name: str = "me.png"):
        return self.client.post(
            "/api/auth/picture", {"file": SimpleUploadedFile(name, data)}, headers=self.headers
        )


@pytest.fixture
def as_alice(alice) -> Api:
    return Api(alice)


@pytest.fixture
def as_admin(admin) -> Api:
    return Api(admin)


def picture(width: int = 20, height: int = 12) -> bytes:
    data = BytesIO()
    Image.new("RGB", (width, height), "red").save(data, "PNG")
    return data.getvalue()


def test_own_account_with_figures(as_alice, alice):
    workout = make_workout(alice, sport=3, ascent_m=120.5)
    alice.records.create(sport_id=3, kind="FD", workout=workout)
    alice.refresh_from_db()
    data = as_alice("get", "auth/profile").json()["data"]
    (record,) = data.pop("records")
    assert (record["record_type"], record["sport_id"], record["value"]) == ("FD", 3, 10.0)
    assert data.pop("created_at").endswith(" GMT")
    assert data == {
        "admin": False,
        "bio": None,
        "birth_date": None,
        "display_ascent": True,
        "email": "alice@example.com",
        "email_to_confirm": None,
        "first_name": None,
        "imperial_units": False,
        "is_active": True,
        "language": "en",
        "last_name": None,
        "location": None,
        "nb_sports": 1,
        "nb_workouts": 1,
        "picture": False,
        "sports_list": [3],
        "timezone": "UTC",
        "total_ascent": 120.5,
        "total_distance": 10.0,
        "total_duration": "1:00:00",
        "username": "alice",
        "weekm": False,
    }


def test_profile_is_changed(as_alice):
    answer = as_alice("post", "auth/profile/edit", PROFILE).json()
    assert answer["message"] == "user profile updated"
    changed = {key: answer["data"][key] for key in PROFILE}
    assert changed == PROFILE | {"birth_date": "Sun, 14 Jul 1985 00:00:00 GMT"}


@pytest.mark.parametrize("key", list(PROFILE))
def test_profile_needs_every_key(as_alice, key):
    answer = as_alice("post", "auth/profile/edit", {k: v for k, v in PROFILE.items() if k != key})
    assert (answer.status_code, answer.json()["message"]) == (400, "invalid payload")


@pytest.mark.parametrize(
    "changes", [{"birth_date": "14/07/1985"}, {"bio": "x" * 201}, {"first_name": 7}]
)
def test_wrong_profile_changes_nothing(as_alice, alice, changes):
    assert as_alice("post", "auth/profile/edit", PROFILE | changes).status_code == 400
    alice.refresh_from_db()
    assert alice.first_name is None


def test_preferences_are_changed(as_alice):
    answer = as_alice("post", "auth/profile/edit/preferences", PREFERENCES).json()
    assert answer["message"] == "user preferences updated"
    assert {key: answer["data"][key] for key in PREFERENCES} == PREFERENCES


@pytest.mark.parametrize(
    "changes",
    [{"weekm": "yes"}, {"weekm": None}, {"timezone": "Moon/Crater"}, {"timezone": None}],
)
def test_wrong_preferences_are_refused(as_alice, changes):
    answer = as_alice("post", "auth/profile/edit/preferences", PREFERENCES | changes)
    assert (answer.status_code, answer.json()["message"]) == (400, "invalid payload")


@pytest.mark.parametrize("language", ["zz", None, 7])
def test_unknown_language_becomes_english(as_alice, language):
    body = PREFERENCES | {"language": language}
    answer = as_alice("post", "auth/profile/edit/preferences", body)
    assert answer.json()["data"]["language"] == "en"


def test_new_password_keeps_the_token_that_set_it_and_ends_the_others(as_alice, alice, mail_is_on):
    other = Api(alice)
    body = {"email": alice.email, "password": "password!", "new_password": "brand-new-pass"}
    answer = as_alice("patch", "auth/profile/edit/account", body)
    assert answer.json()["message"] == "user account updated"
    assert as_alice("get", "auth/profile").status_code == 200
    assert other("get", "auth/profile").status_code == 401
    assert [message.subject for message in mail.outbox] == ["FitTrackee - Password changed"]


@pytest.mark.parametrize(
    ("body", "status", "message"),
    [
        ({}, 400, "invalid payload"),
        ({"password": "password!"}, 400, "email is missing"),
        ({"email": "alice@example.com"}, 400, "current password is missing"),
        ({"email": "alice@example.com", "password": "wrong"}, 401, "invalid credentials"),
        (
            {"email": "bad", "password": "password!", "new_password": "short"},
            400,
            "email: valid email must be provided\npassword: 8 characters required\n",
        ),
    ],
)
def test_account_says_what_is_wrong(as_alice, body, status, message):
    answer = as_alice("patch", "auth/profile/edit/account", body)
    assert (answer.status_code, answer.json()["message"]) == (status, message)


def test_address_waits_for_its_link(as_alice, alice, mailed_token):
    body = {"email": "new@example.com", "password": "password!"}
    data = as_alice("patch", "auth/profile/edit/account", body).json()["data"]
    assert (data["email"], data["email_to_confirm"]) == ("alice@example.com", "new@example.com")
    token = mailed_token("new@example.com")
    answer = Api()("post", "auth/email/update", {"token": token})
    assert answer.json() == {"status": "success", "message": "email updated"}
    assert Api()("post", "auth/email/update", {"token": token}).status_code == 400
    alice.refresh_from_db()
    assert (alice.email, alice.email_to_confirm) == ("new@example.com", "")


def test_picture_is_stored_shown_to_anybody_and_removed(as_alice, alice):
    assert Api()("get", "users/alice/picture").json()["message"] == "No picture."
    answer = as_alice.send_picture(picture(33, 7))
    assert answer.json() == {"status": "success", "message": "user picture updated"}
    shown = Api()("get", "users/alice/picture")
    with Image.open(BytesIO(b"".join(shown.streaming_content))) as image:
        assert (shown["Content-Type"], image.size) == ("image/png", (33, 7))
    assert as_alice("delete", "auth/picture").status_code == 204
    assert as_alice("delete", "auth/picture").status_code == 204
    assert Api()("get", "users/alice/picture").status_code == 404


@pytest.mark.parametrize(
    ("data", "name", "message"),
    [
        (picture(), "me.bmp", "file extension not allowed"),
        (picture(), "me", "file extension not allowed"),
        (b"no picture", "me.png", "file is not a valid picture"),
    ],
)
def test_wrong_picture_is_refused(as_alice, data, name, message):
    answer = as_alice.send_picture(data, name)
    assert (answer.status_code, answer.json()["status"]) == (400, "fail")
    assert answer.json()["message"] == message


def damaged_metadata(position: int, value: int) -> bytes:
    """A picture to be turned by its metadata, of which one byte is wrong."""
    exif, data = Image.Exif(), BytesIO()
    exif[0x0112], exif[0x011A] = 6, 2.0
    Image.new("RGB", (4, 3)).save(data, "JPEG", exif=exif.tobytes())
    damaged = bytearray(data.getvalue())
    damaged[position] = value
    return bytes(damaged)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("position", "value"), [(53, 0), (53, 13), (55, 1)])
def test_picture_with_damaged_metadata_is_refused(as_alice, position, value):
    answer = as_alice.send_picture(damaged_metadata(position, value), "me.jpg")
    assert answer.json()["message"] == "file is not a valid picture"


@pytest.mark.parametrize("body", ["[" * 50_000, '{"a":' * 50_000, "5"])
def test_json_instead_of_a_picture_is_refused(as_alice, body):
    path, kind = "/api/auth/picture", "application/json"
    answer = Client().post(path, body, content_type=kind, headers=as_alice.headers)
    assert answer.status_code == 400


def test_large_picture_is_refused_with_its_size(as_alice):
    AppConfiguration.objects.create(pk=1, max_file_size=1024)
    answer = as_alice.send_picture(b"x" * 2000)
    assert answer.status_code == 413
    assert answer.json()["message"].startswith("Error during picture upload, file size (2.")


# --- Users


@pytest.mark.parametrize("path", ["users", "users/alice", "users/nobody"])
def test_users_are_for_administrators(path, bob):
    answer = Api(bob)("get", path)
    assert (answer.status_code, answer.json()["message"]) == (403, "you do not have permissions")


def test_list_of_users_hides_their_preferences(as_admin, alice):
    users = as_admin("get", "users?order_by=username").json()["data"]["users"]
    assert [user["username"] for user in users] == ["admin", "alice"]
    assert "timezone" in users[0]
    assert "timezone" not in users[1]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("q=LI", ["alice"]),
        ("order_by=workouts_count&order=desc&per_page=1", ["bob"]),
        ("order_by=username&order=desc", ["bob", "alice", "admin"]),
        ("page=9", []),
    ],
)
def test_users_are_found_and_sorted(as_admin, alice, bob, query, names):
    make_workout(bob)
    users = as_admin("get", f"users?{query}").json()["data"]["users"]
    assert [user["username"] for user in users] == names


@pytest.mark.parametrize("more", [0, 3])
def test_list_of_users_takes_the_same_queries_whatever_its_length(
    as_admin, django_assert_num_queries, more
):
    for _ in range(more):
        owner = make_user()
        owner.records.create(sport_id=1, kind="FD", workout=make_workout(owner))
    as_admin("get", "users")
    with django_assert_num_queries(5):
        as_admin("get", "users")


def test_administrator_activates_and_gives_rights(as_admin):
    make_user("ines", is_active=False)
    (user,) = as_admin("patch", "users/ines", {"admin": True}).json()["data"]["users"]
    assert (user["admin"], user["is_active"]) == (True, True)


def test_last_administrator_keeps_the_rights(as_admin, admin):
    assert as_admin("patch", "users/admin", {"admin": False}).status_code == 403
    assert as_admin("delete", "users/admin").status_code == 403


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "invalid payload"),
        ({"admin": "maybe"}, "invalid payload"),
        ({"new_email": "nonsense"}, "valid email must be provided"),
        (
            {"new_email": "alice@example.com"},
            "new email must be different than curent email",
        ),
    ],
)
def test_wrong_changes_of_an_account_are_refused(as_admin, alice, body, message):
    answer = as_admin("patch", "users/alice", body)
    assert (answer.status_code, answer.json()["message"]) == (400, message)


def test_administrator_resets_a_password_with_two_mails(as_admin, alice, mail_is_on):
    as_admin("patch", "users/alice", {"reset_password": True})
    alice.refresh_from_db()
    assert not alice.check_password("password!")
    assert [message.subject for message in mail.outbox] == [
        "FitTrackee - Password changed",
        "FitTrackee - Password reset request",
    ]
    assert "The request came from" not in mail.outbox[0].body


def test_administrator_changes_an_address_by_the_link_to_the_new_one(as_admin, alice, mail_is_on):
    as_admin("patch", "users/alice", {"new_email": "new@example.com"})
    assert [message.to for message in mail.outbox] == [["new@example.com"]]


def test_deletion_is_for_the_owner_and_administrators(as_alice, as_admin, alice, bob):
    assert as_alice("delete", "users/nobody").status_code == 404
    assert as_alice("delete", "users/bob").status_code == 403
    assert as_admin("delete", "users/bob").status_code == 204
    assert as_alice("delete", "users/alice").status_code == 204
    assert as_alice("get", "auth/profile").status_code == 401


# --- Configuration


def test_configuration_is_public(db, settings):
    data = Api()("get", "config").json()["data"]
    assert data["version"] >= "0.7.29"
    assert data["gpx_limit_import"] == data["file_limit_import"] == 2000
    assert data["map_attribution"] == settings.MAP_ATTRIBUTION
    assert (data["is_registration_enabled"], data["is_email_sending_enabled"]) == (True, False)


def test_administrator_changes_the_configuration(as_admin, as_alice):
    body = {"gpx_limit_import": 20, "max_users": 50, "admin_contact": "root@example.org"}
    assert as_alice("patch", "config", body).status_code == 403
    data = as_admin("patch", "config", body).json()["data"]
    assert {key: data[key] for key in body} == body
    assert (
        as_admin("patch", "config", {"admin_contact": ""}).json()["data"]["admin_contact"] is None
    )


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "invalid payload"),
        ({"max_users": -1}, "invalid payload"),
        ({"max_users": "many"}, "invalid payload"),
        (
            {"gpx_limit_import": 0, "admin_contact": "x"},
            [
                "Max. files in a zip archive must be greater than 0",
                "valid email must be provided for admin contact",
            ],
        ),
        (
            {"max_single_file_size": 5000, "max_zip_file_size": 4000},
            "Max. size of zip archive must be equal or greater than max. size of uploaded files",
        ),
    ],
)
def test_wrong_configuration_is_refused(as_admin, body, message):
    answer = as_admin("patch", "config", body)
    assert (answer.status_code, answer.json()["message"]) == (400, message)
    assert not AppConfiguration.objects.exists()
