"""Administration → applications: everybody's, with a switch to stop one."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views import View

from contract.searching import LONGEST_SEARCH, search_text

from ..models import Application
from ..services.applications import resume_application, suspend_application

PER_PAGE = 50


class AdministrationView(LoginRequiredMixin, View):
    """For administrators; for everybody else it does not exist."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.user.is_authenticated and not request.user.is_admin:
            raise Http404
        return super().dispatch(request, *args, **kwargs)


class ApplicationsView(AdministrationView):
    def get(self, request: HttpRequest) -> HttpResponse:
        search = search_text(request.GET.get("q", "").strip())
        found = Application.objects.third_party().with_use().search(search).order_by("name", "pk")
        page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
        context = {"page_obj": page, "search": search, "longest": LONGEST_SEARCH}
        return render(request, "oauth_apps/administration.html", context)


class SuspendView(AdministrationView):
    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        application = get_object_or_404(Application.objects.third_party(), pk=pk)
        names = {"name": application.name}
        if application.is_suspended:
            resume_application(application)
            messages.success(request, _("“%(name)s” may act again.") % names)
        else:
            suspend_application(application)
            messages.success(request, _("“%(name)s” is suspended for everybody.") % names)
        return redirect("oauth_apps:administration")
