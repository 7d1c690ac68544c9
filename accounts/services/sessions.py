"""Where people are signed in with a browser."""

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.utils import timezone


def drop_ended_sessions() -> int:
    """Delete the sessions that have expired, and what is noted of sessions that are gone; how many.

    `SessionStore.clear_expired` of the database, which counts.
    """
    ended = Session.objects.filter(expire_date__lt=timezone.now())
    count = ended.delete()[0]
    UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()
    return count
