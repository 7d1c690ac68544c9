"""The endpoints that manage applications, and the first party's way to authorize one."""

from typing import Any, cast

from django.db.models import QuerySet
from django.http import QueryDict
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.parsers import FormParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from contract.answers import created, done, success
from contract.callers import caller
from contract.errors import INVALID_PAYLOAD, ContractError, NotFoundError
from contract.pagination import ListPagination
from contract.reading import body_of

from .. import transport
from ..authorization import (
    FIRST_IS_DEFAULT,
    RefusedRequestError,
    UnsafeRequestError,
    give_code,
    read_request,
)
from ..models import Application
from ..notices import Made, announce
from ..permissions import refuse_old_sign_in
from ..redirects import with_parameters
from ..services.applications import delete_application, register_application
from ..services.tokens import revoke_application_tokens
from .protocol import InsecureTransportError
from .serializers import (
    ApplicationSerializer,
    AuthorizeSerializer,
    RedirectSerializer,
    RegistrationSerializer,
    read_registration,
)

REFUSED = "The resource owner or authorization server denied the request"


class ApplicationPagination(ListPagination):
    """Five on a page, whatever is asked for."""

    key = "clients"

    def read_per_page(self, request: Request) -> int:
        return self.default_per_page


def own_application(request: Request, **which: Any) -> Application:
    """The caller's application; NotFoundError for everybody else's."""
    application = Application.objects.owned_by(caller(request)).filter(**which).first()
    if application is None:
        raise NotFoundError("OAuth2 client not found")
    return application


def application_body(application: Application) -> dict[str, Any]:
    return {"client": ApplicationSerializer(application).data}


class ApplicationsView(ListAPIView[Application]):
    """The caller's applications; registering one, in the ten minutes after signing in."""

    first_party_only = True
    required_scopes = ()
    pagination_class = ApplicationPagination
    serializer_class = ApplicationSerializer
    queryset = Application.objects.none()

    def get_queryset(self) -> QuerySet[Application]:
        return Application.objects.owned_by(caller(self.request)).order_by("-pk")

    @extend_schema(request=RegistrationSerializer)
    def post(self, request: Request) -> Response:
        refuse_old_sign_in(request)
        application = read_registration(body_of(request), owner=caller(request))
        secret = register_application(application)
        announce(request, Made.APPLICATION, application.name)
        body = application_body(application)
        body["client"]["client_secret"] = secret
        response = created(body)
        response["Cache-Control"] = "no-store"
        return response


@extend_schema(responses=ApplicationSerializer)
class ApplicationView(APIView):
    """One application: read by its client id, deleted by its number."""

    first_party_only = True
    required_scopes = ()

    def get(self, request: Request, key: str) -> Response:
        return success(application_body(own_application(request, client_id=_text(key))))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, key: str) -> Response:
        delete_application(own_application(request, pk=_number(key)))
        return done()


@extend_schema(responses=ApplicationSerializer)
class ApplicationByIdView(APIView):
    """One application, read by its number."""

    first_party_only = True
    required_scopes = ()

    def get(self, request: Request, key: str) -> Response:
        return success(application_body(own_application(request, pk=_number(key))))


class RevokeApplicationView(APIView):
    """Ends every token of one of the caller's applications."""

    first_party_only = True
    required_scopes = ()

    @extend_schema(request=None, responses=None)
    def post(self, request: Request, key: str) -> Response:
        revoke_application_tokens(own_application(request, pk=_number(key)))
        return success()


def _number(key: str) -> int:
    """A database id; 0, which nothing has, for what can't be one."""
    return int(key) if key.isascii() and key.isdigit() and len(key) < 19 else 0


def _text(key: str) -> str:
    """A client id; empty, which nothing has, for what PostgreSQL can't even compare."""
    return key if key.isascii() and key.isalnum() else ""


class AuthorizeView(APIView):
    """Gives an application a code in the caller's name, as the consent page does."""

    first_party_only = True
    required_scopes = ()
    parser_classes = (FormParser, MultiPartParser)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if not transport.is_safe(request._request):
            raise InsecureTransportError()

    @extend_schema(
        request={"application/x-www-form-urlencoded": AuthorizeSerializer},
        responses=RedirectSerializer,
    )
    def post(self, request: Request) -> Response:
        params = cast(QueryDict, request.POST)  # without files, which are no texts
        if params.get("response_type") != "code" or not params.get("client_id"):
            raise ContractError(INVALID_PAYLOAD)
        try:
            asked = read_request(params, caller(request), FIRST_IS_DEFAULT)
        except UnsafeRequestError as error:
            raise ContractError(INVALID_PAYLOAD) from error
        except RefusedRequestError as error:
            raise ContractError(error.description) from error
        if params.get("confirm", "").lower() != "true":
            raise ContractError(REFUSED)
        code = give_code(asked, caller(request), list(asked.scopes))
        announce(request, Made.ACCESS, asked.application.name)
        url = with_parameters(asked.redirect_uri, code=code, state=asked.state)
        return Response({"redirect_url": url}, headers={"Cache-Control": "no-store"})
