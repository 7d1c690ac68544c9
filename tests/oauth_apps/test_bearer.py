"""Bearer tokens at the API: who is let in, in which words the others are refused."""

import base64
import json
import time
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import path
from django.utils import timezone
from oauth2_provider.contrib.rest_framework import OAuth2Authentication
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from oauth_apps.authentication import BearerAuthentication, InsufficientScope
from oauth_apps.models import AccessToken, Application
from oauth_apps.permissions import HasScope, needed_scopes
from oauth_apps.services import (
    count_third_party_access,
    issue_first_party_token,
    revoke_all,
    revoke_first_party_tokens,
    revoke_third_party_access,
    revoke_token,
)
from oauth_apps.services.tokens import issue_personal_token
from tests.factories import bearer, first_party, make_application, make_tokens

PROVIDE = {"status": "error", "message": "provide a valid auth token"}
INVALID = {
    "error": "invalid_token",
    "error_description": "The access token provided is expired, revoked, malformed, or invalid "
    "for other reasons.",
}


class NotesView(APIView):
    required_scopes = ("workouts",)

    def get(self, request):
        return Response({"user": request.user.username})

    post = get


class UnnamedView(APIView):
    def get(self, request):
        return Response({})


class OwnView(APIView):
    required_scopes = ()
    first_party_only = True

    def get(self, request):
        return Response({})


urlpatterns = [
    path("api/notes", NotesView.as_view()),
    path("api/unnamed", UnnamedView.as_view()),
    path("api/own", OwnView.as_view()),
]


@pytest.fixture(autouse=True)
def routes(settings):
    settings.ROOT_URLCONF = __name__


def notes(api, token: str):
    return api.get("/api/notes", headers=bearer(token))


def test_without_a_token_the_way_to_one_is_told(api, db):
    answer = api.get("/api/notes")
    assert (answer.status_code, answer.json()) == (401, PROVIDE)
    assert answer["WWW-Authenticate"].startswith("Bearer resource_metadata=")


@pytest.mark.parametrize(
    ("header", "body"),
    [
        ("", PROVIDE),
        ("Bearer", PROVIDE),
        ("Bearer ", PROVIDE),
        ("Bearer x", INVALID),
        ("bearer x", INVALID),
        ("Bearer abc.def.ghi", INVALID),
        ("Bearer a b", INVALID),
        ("Bearer \xe9", INVALID),
        ("Bearer " + "x" * 100_000, INVALID),
        ("Basic YWxpY2U6cGFzcw==", {"error": "unsupported_token_type"}),
        ("Foo bar", {"error": "unsupported_token_type"}),
        ("justatoken", {"error": "unsupported_token_type"}),
    ],
)
def test_other_headers_are_refused_in_the_words_of_the_contract(api, db, header, body):
    answer = api.get("/api/notes", HTTP_AUTHORIZATION=header)
    assert (answer.status_code, answer.json()) == (401, body)
    assert answer["WWW-Authenticate"].startswith("Bearer ")


def test_a_token_opens_what_its_scopes_name(api, alice):
    token = make_tokens(alice, "workouts:read").access_token
    assert notes(api, token).json() == {"user": "alice"}
    answer = api.post("/api/notes", headers=bearer(token))
    assert answer.status_code == 403
    assert answer.json() == {
        "error": "insufficient_scope",
        "error_description": "The request requires higher privileges than provided by the access "
        "token.",
    }
    assert 'scope="workouts:write"' in answer["WWW-Authenticate"]


def test_a_write_scope_does_not_read(api, alice):
    assert notes(api, make_tokens(alice, "workouts:write").access_token).status_code == 403


def test_a_token_in_the_address_or_the_body_is_not_read(api, alice):
    token = make_tokens(alice, "workouts:read workouts:write").access_token
    assert api.get(f"/api/notes?access_token={token}").json() == PROVIDE
    assert api.post("/api/notes", {"access_token": token}).json() == PROVIDE


def test_a_view_that_names_no_scope_opens_for_nobody(api, alice):
    with pytest.raises(Exception, match="UnnamedView names no required_scopes"):
        api.get("/api/unnamed", headers=first_party(alice))


def test_an_invented_method_asks_for_the_scope_that_writes():
    assert needed_scopes(NotesView, "BREW") == {"workouts:write"}


def test_what_another_authenticator_left_is_no_token(alice):
    request = Request(APIRequestFactory().get("/api/notes"))
    request.user, request.auth = alice, object()
    with pytest.raises(InsufficientScope):
        HasScope().has_permission(request, NotesView())


def test_the_toolkits_own_permissions_know_the_authenticator():
    assert issubclass(BearerAuthentication, OAuth2Authentication)


def test_first_party_views_refuse_the_tokens_of_programs(api, alice):
    personal = issue_personal_token(
        alice, name="x", scopes=[], expires=timezone.now() + timedelta(days=1)
    )
    assert api.get("/api/own", headers=first_party(alice)).status_code == 200
    for token in (make_tokens(alice, "workouts:read").access_token, personal):
        answer = api.get("/api/own", headers=bearer(token))
        assert (answer.status_code, answer.json()) == (401, PROVIDE)


def test_a_session_acts_as_the_user(alice_client):
    assert alice_client.get("/api/notes").json() == {"user": "alice"}


def test_a_sign_in_over_the_api_is_a_jwt_that_programs_can_read(api, alice):
    token = issue_first_party_token(alice)
    payload = token.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    assert claims["sub"] == str(alice.pk)
    assert claims["exp"] == pytest.approx(time.time() + 30 * 24 * 3600, abs=5)
    assert claims["iat"] == pytest.approx(time.time(), abs=5)
    assert claims["jti"]
    assert notes(api, token).status_code == 200


def test_two_sign_ins_in_one_second_have_fates_of_their_own(api, alice):
    first, second = issue_first_party_token(alice), issue_first_party_token(alice)
    revoke_token(first)
    assert notes(api, first).json() == INVALID
    assert notes(api, second).status_code == 200


def test_an_expired_token_is_invalid(api, alice):
    token = issue_first_party_token(alice, lifetime=timedelta(seconds=-1))
    assert (notes(api, token).status_code, notes(api, token).json()) == (401, INVALID)


def test_a_blocked_user_loses_the_api_at_once(api, alice):
    token = make_tokens(alice, "workouts:read").access_token
    type(alice).objects.update(is_active=False)
    assert (notes(api, token).status_code, notes(api, token).json()) == (401, PROVIDE)


def test_tokens_of_a_suspended_application_are_invalid_until_it_is_let_in_again(api, alice):
    app = make_application(alice)
    token = make_tokens(alice, "workouts:read", app).access_token
    Application.objects.update(suspended_at=timezone.now())
    assert notes(api, token).json() == INVALID
    Application.objects.update(suspended_at=None)
    assert notes(api, token).status_code == 200


def test_deleting_the_application_or_the_user_ends_the_tokens(api, alice, bob):
    app = make_application(bob)
    token = make_tokens(alice, "workouts:read", app).access_token
    own = make_tokens(bob, "workouts:read").access_token
    bob.delete()
    assert notes(api, token).json() == INVALID
    assert notes(api, own).json() == INVALID


def test_a_password_change_can_end_sign_ins_and_keep_programs(api, alice):
    sign_in, program = issue_first_party_token(alice), make_tokens(alice, "workouts:read")
    revoke_first_party_tokens(alice)
    assert notes(api, sign_in).json() == INVALID
    assert notes(api, program.access_token).status_code == 200


def test_the_access_of_programs_is_counted_and_ended_at_once(api, alice):
    app = make_application(alice)
    tokens = [make_tokens(alice, "workouts:read", app) for _ in range(2)]
    make_tokens(alice, "workouts:read")
    assert count_third_party_access(alice) == 2
    revoke_third_party_access(alice)
    assert count_third_party_access(alice) == 0
    assert notes(api, tokens[0].access_token).json() == INVALID


def test_all_tokens_of_a_user_can_be_ended_and_only_theirs(alice, bob):
    issue_first_party_token(alice)
    make_tokens(alice, "workouts:read")
    make_tokens(bob, "workouts:read")
    revoke_all(alice)
    assert AccessToken.objects.get().user == bob


def test_a_read_costs_one_query_and_use_is_noted_every_five_minutes(
    api, alice, django_assert_num_queries
):
    token = make_tokens(alice, "workouts:read").access_token
    with django_assert_num_queries(2):
        notes(api, token)
    with django_assert_num_queries(1):
        notes(api, token)
    AccessToken.objects.update(last_used_at=timezone.now() - timedelta(minutes=6))
    with django_assert_num_queries(2):
        notes(api, token)


def test_a_bearer_read_costs_no_more_queries_than_one_with_a_session(alice, alice_client, api):
    token = make_tokens(alice, "workouts:read").access_token
    notes(api, token), alice_client.get("/api/notes")
    with CaptureQueriesContext(connection) as with_session:
        alice_client.get("/api/notes")
    with CaptureQueriesContext(connection) as with_token:
        notes(api, token)
    assert len(with_token) <= len(with_session)
