"""Adding workouts: from recordings, or by hand."""

from dataclasses import dataclass, field

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import User
from contract.callers import caller
from contract.pages import form_page, form_status, posted, posted_files
from instance.models import AppConfiguration

from ..forms import NewWorkoutForm, UploadForm, last_sport_of, now_for
from ..jobs import enqueue_transfer
from ..models import Transfer
from ..services.imports import is_large, start_import
from ..services.recordings import Imported, UploadOptions, import_archive, import_file
from ..services.workouts import create_workout

# The script of the page sends one file at a time and shows the answer beside it.
ONE_BY_ONE = "X-One-By-One"


@dataclass(frozen=True)
class Taken:
    """What became of one uploaded file: its results, or the transfer that goes on without us."""

    results: list[Imported] = field(default_factory=list)
    transfer: Transfer | None = None


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add_recordings(request: HttpRequest) -> HttpResponse:
    """Bring in one or more recordings; each succeeds or fails on its own."""
    form = UploadForm(
        posted(request),
        posted_files(request),
        user=caller(request),
        initial={"sport": last_sport_of(caller(request))},
    )
    if not form.is_valid():
        return answer_form(request, form)
    options = form.options()
    taken = [take(caller(request), file, options) for file in form.cleaned_data["recordings"]]
    return answer_taken(request, form, taken)


def take(user: User, file: UploadedFile[bytes], options: UploadOptions) -> Taken:
    """Import one uploaded file, or each recording in an archive."""
    try:
        if (file.name or "").lower().endswith(".zip"):
            return take_archive(user, file, options)
        return Taken([import_file(user, file, options)])
    except ValidationError as error:
        return Taken([Imported(file.name or "", error=error)])


def take_archive(user: User, file: UploadedFile[bytes], options: UploadOptions) -> Taken:
    """Import an archive at once, or leave a large one to the worker.

    ValidationError when it is too large or holds no recording.
    """
    limit = AppConfiguration.current().max_archive_size
    if (file.size or 0) > limit:
        raise ValidationError(
            _("The archive is too large: at most %(limit)s are accepted."),
            params={"limit": filesizeformat(limit)},
        )
    if is_large(file):
        return Taken(transfer=start_large(user, file, options))
    results = import_archive(user, file, options)
    if not results:
        raise ValidationError(_("This archive holds no recording outside of its folders."))
    return Taken(results)


def start_large(user: User, file: UploadedFile[bytes], options: UploadOptions) -> Transfer:
    transfer = start_import(
        user,
        options.sport,
        file,
        file.name or "",
        notes=options.notes,
        skip_duplicates=options.skip_duplicates,
    )
    enqueue_transfer(transfer)
    return transfer


def answer_form(request: HttpRequest, form: UploadForm) -> HttpResponse:
    """The page, or what is wrong with one file when the script asks."""
    if ONE_BY_ONE in request.headers:
        return render(request, "workouts/_upload_result.html", {"form": form}, status=422)
    context = {"form": form, "limits": AppConfiguration.current()}
    return render(request, "workouts/add.html", context, status=form_status(form))


def answer_taken(request: HttpRequest, form: UploadForm, taken: list[Taken]) -> HttpResponse:
    """What became of each file; a single workout or transfer is shown, one failure asks again."""
    results = [result for file in taken for result in file.results]
    transfers = [file.transfer for file in taken if file.transfer is not None]
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
