"""Every page of the site, for pictures and for checks that all of them must pass."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from accounts.models import User
from accounts.tokens import Purpose, make_token
from oauth_apps.models import Application
from oauth_apps.services.applications import register_application
from tests.factories import make_workout, upload_gpx
from workouts.models import Transfer, TransferItem

REDIRECT = "https://sync.example.org/callback"


@dataclass(frozen=True)
class PageOf:
    """A page, and who looks at it: nobody, somebody or an administrator."""

    name: str
    path: str
    who: str = "somebody"


NOBODYS = [
    PageOf("login", "/login", "nobody"),
    PageOf("register", "/register", "nobody"),
    PageOf("email-sent", "/account-confirmation/email-sent", "nobody"),
    PageOf("resend-confirmation", "/account-confirmation/resend", "nobody"),
    PageOf("password-reset-request", "/password-reset/request", "nobody"),
    PageOf("password-reset-sent", "/password-reset/sent", "nobody"),
    PageOf("password-reset", "/password-reset?token=expired", "nobody"),
    PageOf("password-updated", "/password-reset/password-updated", "nobody"),
    PageOf("about", "/about", "nobody"),
    PageOf("privacy", "/privacy", "nobody"),
    PageOf("offline", "/offline", "nobody"),
    PageOf("not-found", "/nowhere", "nobody"),
]
SETTINGS = [
    PageOf("profile", "/profile"),
    PageOf("profile-edit", "/profile/edit"),
    PageOf("picture", "/profile/edit/picture"),
    PageOf("account", "/profile/edit/account"),
    PageOf("account-delete", "/profile/edit/account/delete"),
    PageOf("preferences", "/profile/preferences"),
    PageOf("sports", "/profile/sports"),
    PageOf("security", "/profile/security"),
    PageOf("sessions", "/profile/security/sessions"),
    PageOf("apps", "/profile/apps"),
    PageOf("app-new", "/profile/apps/new"),
    PageOf("apps-with-access", "/profile/apps/access"),
    PageOf("tokens", "/profile/apps/tokens"),
    PageOf("device", "/oauth/device"),
    PageOf("proof", "/login/again?next=/profile/apps/tokens"),
    PageOf("data", "/profile/data"),
]
WORKOUTS = [
    PageOf("dashboard", "/"),
    PageOf("workouts", "/workouts"),
    PageOf("workouts-none", "/workouts?title=nothing+like+this"),
    PageOf("add", "/workouts/add"),
    PageOf("add-by-hand", "/workouts/add/by-hand"),
    PageOf("statistics", "/statistics"),
]
ADMINISTRATION = [
    PageOf("admin", "/admin", "administrator"),
    PageOf("admin-configuration", "/admin/application", "administrator"),
    PageOf("admin-sports", "/admin/sports", "administrator"),
    PageOf("admin-users", "/admin/users", "administrator"),
    PageOf("admin-applications", "/admin/applications", "administrator"),
]
NEWCOMERS = [
    PageOf("dashboard-new", "/", "newcomer"),
    PageOf("workouts-new", "/workouts", "newcomer"),
    PageOf("statistics-new", "/statistics", "newcomer"),
    PageOf("apps-new", "/profile/apps", "newcomer"),
]


def own_pages(owner: User) -> list[PageOf]:
    """The pages that show something of `owner`'s, which is made here where it is not there."""
    recorded = owner.workouts.filter(recording__isnull=False).order_by("-distance_km").first()
    recorded = recorded or upload_gpx(owner, segments=2, points=200, with_sensors=True)
    by_hand = make_workout(owner, title="Round the lake", notes="By hand.", ascent_m=120.0)
    application = make_application(owner)
    transfer = make_transfer(owner)
    query = {"client_id": application.client_id, "response_type": "code", "state": "x"}
    scope = {"scope": "profile:read workouts:read workouts:write"}
    consent = urlencode(query | scope | {"redirect_uri": REDIRECT})
    mistaken = urlencode(query | {"scope": "everything", "redirect_uri": REDIRECT})
    reset = make_token(owner, Purpose.RESET_PASSWORD)
    return [
        PageOf("password-reset-programs", f"/password-reset?token={reset}", "nobody"),
        PageOf("workout", f"/workouts/{recorded.short_id}"),
        PageOf("workout-by-time", f"/workouts/{recorded.short_id}?x=time"),
        PageOf("workout-by-hand", f"/workouts/{by_hand.short_id}"),
        PageOf("segment", f"/workouts/{recorded.short_id}/segment/1"),
        PageOf("workout-edit", f"/workouts/{recorded.short_id}/edit"),
        PageOf("workout-edit-by-hand", f"/workouts/{by_hand.short_id}/edit"),
        PageOf("workout-delete", f"/workouts/{recorded.short_id}/delete"),
        PageOf("app", f"/profile/apps/{application.pk}"),
        PageOf("app-edit", f"/profile/apps/{application.pk}/edit"),
        PageOf("app-delete", f"/profile/apps/{application.pk}/delete"),
        PageOf("consent", f"/oauth/authorize?{consent}"),
        PageOf("consent-mistaken", f"/oauth/authorize?{mistaken}"),
        PageOf("import", f"/profile/data/{transfer.uuid}"),
        PageOf("admin-user", f"/admin/users/{owner.username}", "administrator"),
        PageOf("admin-user-delete", f"/admin/users/{owner.username}/delete", "administrator"),
    ]


def make_application(owner: User) -> Application:
    application = Application(
        user=owner,
        name="Watch sync",
        description="Brings the recordings of your watch here every night.",
        website="https://sync.example.org",
        redirect_uris=REDIRECT,
        allowed_scopes="profile:read workouts:read workouts:write",
        client_type=Application.CLIENT_CONFIDENTIAL,
    )
    register_application(application)
    return application


def make_transfer(owner: User) -> Transfer:
    """An import that is done, with every kind of result."""
    transfer = Transfer.objects.create(
        owner=owner, kind="archive", status="done", file_name="watch.zip", total=3, done=3
    )
    outcomes = [("imported", ""), ("duplicate", ""), ("failed", "This file is empty.")]
    TransferItem.objects.bulk_create(
        TransferItem(
            transfer=transfer, index=index, name=f"{index}.gpx", outcome=outcome, message=message
        )
        for index, (outcome, message) in enumerate(outcomes)
    )
    return transfer


def fill_calendar(owner: User) -> None:
    """Some workouts of the last weeks, so that dashboard and statistics have something to show."""
    now = datetime.now(tz=UTC)
    for days in range(1, 40, 3):
        sport = 1 + days % 5
        make_workout(owner, sport, start=now - timedelta(days=days), title=f"Outing {days}")


def all_pages(owner: User) -> list[PageOf]:
    return [*NOBODYS, *WORKOUTS, *own_pages(owner), *SETTINGS, *ADMINISTRATION, *NEWCOMERS]
