"""How a page answers a form: 200 while it is asked for, 422 when what was sent is wrong."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.utils.datastructures import MultiValueDict


def posted(request: HttpRequest) -> QueryDict | None:
    """What was sent, to bind a form to; None while the page is only asked for."""
    return request.POST if request.method == "POST" else None


def posted_files(request: HttpRequest) -> MultiValueDict[str, UploadedFile[bytes]] | None:
    """The files that were sent, for a form that takes some."""
    return request.FILES if request.method == "POST" else None


def form_page(request: HttpRequest, template: str, form: Any, **context: Any) -> HttpResponse:
    """The page with its form, or with what is wrong in it."""
    return render(request, template, {"form": form, **context}, status=form_status(form))


def form_status(form: Any) -> int:
    """A form that was sent and is shown again was not taken."""
    return 422 if form.is_bound else 200


def says_wrong_form(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A page of allauth, which redirects after a form that it took, and shows others with 200."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        is_page = isinstance(response, TemplateResponse) and response.status_code == 200
        if request.method == "POST" and is_page:
            response.status_code = 422
        return response

    return answered
