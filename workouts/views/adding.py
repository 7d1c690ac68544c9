"""Adding workouts: from recordings, or by hand."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import AppConfiguration, User

from ..forms import NewWorkoutForm, UploadForm, last_sport_of, now_for
from ..services.recordings import Imported, Wish, import_archive, import_file
from ..services.workouts import create_workout

# The script of the page sends one file at a time and shows the answer beside it.
ONE_BY_ONE = "X-One-By-One"


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add_recordings(request: HttpRequest) -> HttpResponse:
    """Bring in one or more recordings; each succeeds or fails on its own."""
    user = cast(User, request.user)
    form = UploadForm(
        request.POST or None,
        request.FILES or None,
        user=user,
        initial={"sport": last_sport_of(user)},
    )
    if not form.is_valid():
        return answer_form(request, form)
    results = [
        result for file in form.cleaned_data["recordings"] for result in take(user, file, form)
    ]
    return answer_results(request, form, results)


def take(user: User, file: UploadedFile, form: UploadForm) -> list[Imported]:
    """What became of one uploaded file, or of each file in an archive."""
    try:
        if (file.name or "").lower().endswith(".zip"):
            return take_archive(user, file, form.wish())
        return [import_file(user, file, form.wish())]
    except ValidationError as error:
        return [Imported(file.name or "", error=error)]


def take_archive(user: User, file: UploadedFile, wish: Wish) -> list[Imported]:
    """The recordings of an archive; ValidationError when it is too large or holds none."""
    limit = AppConfiguration.current().max_archive_size
    if (file.size or 0) > limit:
        raise ValidationError(
            _("The archive is too large: at most %(limit)s are accepted."),
            params={"limit": filesizeformat(limit)},
        )
    results = import_archive(user, file, wish)
    if not results:
        raise ValidationError(_("This archive holds no recording outside of its folders."))
    return results


def answer_form(request: HttpRequest, form: UploadForm) -> HttpResponse:
    """The page, or what is wrong with one file when the script asks."""
    if ONE_BY_ONE in request.headers:
        return render(request, "workouts/_upload_result.html", {"form": form}, status=422)
    context = {"form": form, "limits": AppConfiguration.current()}
    return render(request, "workouts/add.html", context)


def answer_results(request: HttpRequest, form: UploadForm, results: list[Imported]) -> HttpResponse:
    """One workout: its page. One failure: the form again. Several: what became of each."""
    if ONE_BY_ONE in request.headers:
        return render(request, "workouts/_upload_result.html", {"results": results})
    only = results[0] if len(results) == 1 else None
    if only is None:
        return render(request, "workouts/added.html", {"results": results})
    if only.workout is None:
        form.add_error("recordings", cast(ValidationError, only.error))
        return answer_form(request, form)
    messages.success(request, sentence_about(only))
    return redirect(only.workout)


def sentence_about(result: Imported) -> str:
    title = {"title": result.workout.title if result.workout else result.name}
    if result.is_new:
        return _("“%(title)s” was added.") % title
    return _("You have this recording already: “%(title)s”.") % title


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add_by_hand(request: HttpRequest) -> HttpResponse:
    """Add a workout that nothing recorded."""
    user = cast(User, request.user)
    usual = {"sport": last_sport_of(user), **now_for(user)}
    form = NewWorkoutForm(request.POST or None, user=user, initial=usual)
    if form.is_valid():
        workout = create_workout(user, form.new_workout())
        messages.success(request, _("“%(title)s” was added.") % {"title": workout.title})
        return redirect(workout)
    return render(request, "workouts/add_by_hand.html", {"form": form})
