"""When a session was last seen costs a write now and then, not with every request."""

from allauth.usersessions.models import UserSession
from django.core.cache import cache


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
