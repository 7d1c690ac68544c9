"""Administration → applications: everybody's, with a switch to stop one."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from contract.callers import administrators_only
from contract.searching import LONGEST_SEARCH, search_text

from ..models import Application
from ..services.applications import resume_application, suspend_application

PER_PAGE_FOR_ADMINISTRATORS = 50


@administrators_only
@require_safe
def all_applications(request: HttpRequest) -> HttpResponse:
    search = search_text(request.GET.get("q", "").strip())
    found = Application.objects.third_party().with_use().search(search).order_by("name", "pk")
    page = Paginator(found, PER_PAGE_FOR_ADMINISTRATORS).get_page(request.GET.get("page"))
    context = {"page_obj": page, "search": search, "longest": LONGEST_SEARCH}
    return render(request, "oauth_apps/administration.html", context)


@administrators_only
@require_POST
def switch_application(request: HttpRequest, pk: int) -> HttpResponse:
    """Suspend an application for everybody, or let it in again."""
    application = get_object_or_404(Application.objects.third_party(), pk=pk)
    names = {"name": application.name}
    if application.is_suspended:
        resume_application(application)
        messages.success(request, _("“%(name)s” may act again.") % names)
    else:
        suspend_application(application)
        messages.success(request, _("“%(name)s” is suspended for everybody.") % names)
    return redirect("oauth_apps:administration")
