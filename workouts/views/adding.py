"""Adding workouts: from recordings, or by hand."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from contract.callers import caller
from contract.pages import form_page, form_status, posted, posted_files
from instance.models import AppConfiguration

from ..forms import NewWorkoutForm, UploadForm, last_sport_of, now_for
from ..services.uploads import Imported, Outcome, receive
from ..services.workouts import create_workout

# The script of the page sends one file at a time and shows the answer beside it.
ONE_BY_ONE = "X-One-By-One"


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add_recordings(request: HttpRequest) -> HttpResponse:
    """Bring in one or more recordings; each succeeds or fails on its own."""
    user = caller(request)
    form = UploadForm(
        posted(request),
        posted_files(request),
        user=user,
        initial={"sport": last_sport_of(user)},
    )
    if not form.is_valid():
        return answer_form(request, form)
    options = form.options()
    outcomes = [receive(user, file, options) for file in form.cleaned_data["recordings"]]
    return answer_outcomes(request, form, outcomes)


def answer_form(request: HttpRequest, form: UploadForm) -> HttpResponse:
    """The page, or what is wrong with one file when the script asks."""
    if ONE_BY_ONE in request.headers:
        return render(request, "workouts/_upload_result.html", {"form": form}, status=422)
    context = {"form": form, "limits": AppConfiguration.current()}
    return render(request, "workouts/add.html", context, status=form_status(form))


def answer_outcomes(
    request: HttpRequest, form: UploadForm, outcomes: list[Outcome]
) -> HttpResponse:
    """What became of each file; a single workout or transfer is shown, one failure asks again."""
    results = [file for outcome in outcomes for file in outcome.files]
    transfers = [outcome.transfer for outcome in outcomes if outcome.transfer is not None]
    context = {"results": results, "transfers": transfers}
    if ONE_BY_ONE in request.headers:
        return render(request, "workouts/_upload_result.html", context)
    if len(results) + len(transfers) > 1:
        return render(request, "workouts/added.html", context)
    if transfers:
        return redirect("workouts:transfer", uuid=transfers[0].uuid)
    return answer_only(request, form, results[0])


def answer_only(request: HttpRequest, form: UploadForm, result: Imported) -> HttpResponse:
    """The page of the only workout; the form again when it failed."""
    if result.workout is None:
        form.add_error("recordings", result.error or ValidationError(_("Nothing was added.")))
        return answer_form(request, form)
    messages.success(request, sentence_about(result))
    return redirect(result.workout)


def sentence_about(result: Imported) -> str:
    title = {"title": result.workout.title if result.workout else result.name}
    if result.is_new:
        return _("“%(title)s” was added.") % title
    return _("You have this recording already: “%(title)s”.") % title


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add_by_hand(request: HttpRequest) -> HttpResponse:
    """Add a workout that nothing recorded."""
    user = caller(request)
    usual = {"sport": last_sport_of(user), **now_for(user)}
    form = NewWorkoutForm(posted(request), user=user, initial=usual)
    if form.is_valid():
        workout = create_workout(user, form.new_workout())
        messages.success(request, _("“%(title)s” was added.") % {"title": workout.title})
        return redirect(workout)
    return form_page(request, "workouts/add_by_hand.html", form)
