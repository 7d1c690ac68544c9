"""Changing and deleting a workout."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from contract.callers import caller
from contract.pages import form_page, posted

from .. import access
from ..forms import ManualWorkoutForm, RecordedWorkoutForm
from ..models import Workout
from ..services.workouts import delete_workout, edit_workout


def find_owned(request: HttpRequest, uuid: UUID) -> Workout:
    return get_object_or_404(access.owned(caller(request)).for_list(), uuid=uuid)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Say something else about a workout; figures only when no recording knows them."""
    workout = find_owned(request, uuid)
    form_class = RecordedWorkoutForm if workout.has_recording else ManualWorkoutForm
    form = form_class(posted(request), user=workout.owner, workout=workout)
    if form.is_valid():
        edited = edit_workout(workout, form.changes())
        messages.success(request, _("“%(title)s” was saved.") % {"title": edited.title})
        return redirect(edited)
    return form_page(request, "workouts/edit.html", form, workout=workout)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Ask once, say what will be lost, then delete."""
    workout = find_owned(request, uuid)
    if request.method == "POST":
        delete_workout(workout)
        messages.success(request, _("“%(title)s” was deleted.") % {"title": workout.title})
        return redirect("workouts:list")
    return render(request, "workouts/delete.html", {"workout": workout})
