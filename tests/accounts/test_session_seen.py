"""When a session was last seen costs a write now and then, not with every request."""

import pytest
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.test import Client

from accounts.models import User
from tests.factories import make_user


def test_a_session_is_noted_once_in_a_while(alice_client, django_assert_num_queries):
    alice_client.get("/about")
    seen = UserSession.objects.get().last_seen_at
    alice_client.get("/about")
    assert UserSession.objects.get().last_seen_at == seen
    cache.clear()
    alice_client.get("/about")
    assert UserSession.objects.get().last_seen_at > seen


def test_a_second_page_reads_session_account_and_configuration_only(
    alice_client, django_assert_num_queries
):
    alice_client.get("/privacy")
    with django_assert_num_queries(3):
        alice_client.get("/privacy")


@pytest.mark.django_db(transaction=True)
def test_a_page_asked_for_while_the_account_is_deleted_is_no_error(monkeypatch):
    client, user = Client(), make_user()
    client.force_login(user)
    real = UserSession.objects.create_from_request

    def delete_first(request):
        User.objects.filter(pk=request.user.pk).delete()
        real(request)

    monkeypatch.setattr(UserSession.objects, "create_from_request", delete_first)
    assert client.get("/about").status_code == 200
    assert not UserSession.objects.exists()
