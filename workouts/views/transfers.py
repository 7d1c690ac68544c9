"""Your data: exports, exports brought back, and archives on their way in."""

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts import emails
from accounts.models import User
from accounts.storage import storage_of
from contract.callers import HtmxRequest, caller
from contract.pages import form_status
from oauth_apps.views.proof import require_proof

from .. import access
from ..models import Transfer, TransferItem
from ..services.exports import start_export
from ..services.jobs import enqueue_transfer
from ..services.restores import start_restore
from ..services.transfers import cancel_transfer, delete_transfer

LISTED = 20
# Of a long report, the page shows what went wrong first.
REPORTED = 200


class RestoreForm(forms.Form):
    """An export to bring back."""

    file = forms.FileField(
        label=gettext_lazy("Export (.zip)"),
        help_text=gettext_lazy("Workouts that are here already are left as they are."),
        widget=forms.ClearableFileInput(attrs={"accept": ".zip,application/zip"}),
    )

    def __init__(self, owner: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.owner = owner
        self.transfer: Transfer | None = None

    def clean_file(self) -> UploadedFile[bytes]:
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        self.transfer = start_restore(self.owner, file, file.name or "")
        return file


def listed_transfers(user: User) -> QuerySet[Transfer]:
    return access.owned_transfers(user).select_related("sport")


def find_transfer(request: HttpRequest, uuid: uuid.UUID) -> Transfer:
    return get_object_or_404(listed_transfers(caller(request)), uuid=uuid)


def data_page(request: HttpRequest, form: RestoreForm) -> HttpResponse:
    page = Paginator(listed_transfers(caller(request)), LISTED).get_page(request.GET.get("page"))
    context = {"form": form, "page_obj": page, "storage": storage_of(caller(request))}
    return render(request, "workouts/your_data.html", context, status=form_status(form))


@login_required
@require_safe
def your_data(request: HttpRequest) -> HttpResponse:
    """Taking everything away, and bringing it back."""
    return data_page(request, RestoreForm(caller(request)))


@login_required
@require_POST
def export(request: HttpRequest) -> HttpResponse:
    """Start an export, then show how far it is."""
    require_proof(request)
    try:
        transfer = start_export(caller(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("workouts:your_data")
    enqueue_transfer(transfer)
    emails.tell(request, emails.Mail.EXPORT_MADE)
    return redirect("workouts:transfer", uuid=transfer.uuid)


@login_required
@require_POST
def restore(request: HttpRequest) -> HttpResponse:
    """Start bringing an export back, then show how far it is."""
    form = RestoreForm(caller(request), request.POST, request.FILES)
    if not form.is_valid() or form.transfer is None:
        return data_page(request, form)
    enqueue_transfer(form.transfer)
    return redirect("workouts:transfer", uuid=form.transfer.uuid)


@login_required
@require_safe
def show_transfer(request: HtmxRequest, uuid: uuid.UUID) -> HttpResponse:
    """How far a transfer is, and what became of each file; asked again and again by the page."""
    transfer = find_transfer(request, uuid)
    items = transfer.items.select_related("workout").exclude(outcome=TransferItem.Outcome.WAITING)
    context = {"transfer": transfer, **count_outcomes(transfer)}
    context["items"] = items.order_by("-outcome", "index")[:REPORTED]
    template = "workouts/_transfer.html" if request.htmx else "workouts/transfer.html"
    return render(request, template, context)


def count_outcomes(transfer: Transfer) -> dict[str, int]:
    """How many items were imported, known and refused."""
    outcomes = (
        TransferItem.Outcome.IMPORTED,
        TransferItem.Outcome.DUPLICATE,
        TransferItem.Outcome.FAILED,
    )
    return transfer.items.aggregate(
        **{outcome.value: Count("pk", filter=Q(outcome=outcome)) for outcome in outcomes}
    )


@login_required
@require_safe
def download_export(request: HttpRequest, uuid: uuid.UUID) -> HttpResponseBase:
    """The zip of a finished export."""
    transfer = find_transfer(request, uuid)
    if transfer.kind != Transfer.Kind.EXPORT or not transfer.file:
        raise Http404
    return FileResponse(transfer.file.open("rb"), as_attachment=True, filename=transfer.file_name)


@login_required
@require_POST
def cancel(request: HttpRequest, uuid: uuid.UUID) -> HttpResponse:
    """Stop a transfer; what is imported stays."""
    cancel_transfer(find_transfer(request, uuid))
    return redirect("workouts:transfer", uuid=uuid)


@login_required
@require_POST
def forget(request: HttpRequest, uuid: uuid.UUID) -> HttpResponse:
    """Remove a finished transfer from the list, and its file."""
    transfer = find_transfer(request, uuid)
    if not transfer.is_open:
        delete_transfer(transfer)
        messages.success(request, _("Removed."))
    return redirect("workouts:your_data")
