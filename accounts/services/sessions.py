"""Where people are signed in with a browser."""

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.utils import timezone

from oauth_apps.services.cleaning import delete_in_lots


def drop_ended_sessions() -> int:
    """Delete the sessions that have expired, and what is noted of sessions that are gone; how many.

    `SessionStore.clear_expired` of the database, which counts.
    """
    count = delete_in_lots(Session.objects.filter(expire_date__lt=timezone.now()))
    living = Session.objects.values("session_key")
    delete_in_lots(UserSession.objects.exclude(session_key__in=living))
    return count
