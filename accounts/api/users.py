"""Accounts, as administrators see and change them."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from contract.answers import done, success
from contract.callers import caller, refuse_all_but_admins
from contract.errors import ContractError, NotFoundError
from contract.pagination import ListPagination
from contract.reading import ReadingView, refuse_empty_body
from contract.schema import envelope
from contract.searching import LONGEST_SEARCH, search_text

from ..models import User
from ..services.administration import administer
from ..services.deletion import delete_account
from .contract import error_codes
from .serializers import AccountChangeSerializer, UserSerializer, UsersSerializer
from .views import user_body, users_body

ORDERS = {
    "username": "username",
    "created_at": "created_at",
    "workouts_count": "workouts_count",
    "admin": "is_admin",
    "is_active": "is_active",
}
MESSAGES = {
    "email_unchanged": "new email must be different than curent email",
    "email_invalid": "valid email must be provided",
    "email_taken": "this email is already used by another account",
}


def find_named_user(username: str) -> User:
    user = User.objects.filter(username=username).first()
    if user is None:
        raise NotFoundError("user does not exist")
    return user


class UserPagination(ListPagination):
    key = "users"
    default_per_page = 10
    max_per_page = 50


class UserListView(ReadingView):
    """All accounts, active or not."""

    required_scopes = ["users"]
    pagination_class = UserPagination
    serializer_class = UserSerializer
    queryset = User.objects.none()

    @extend_schema(
        summary="List accounts (administrators)",
        parameters=[
            OpenApiParameter(
                "q", str, description=f"Part of the username, cut at {LONGEST_SEARCH} characters."
            ),
            OpenApiParameter("order_by", str, enum=list(ORDERS)),
            OpenApiParameter("order", str, enum=["asc", "desc"], default="asc"),
        ],
        responses=UserSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        refuse_all_but_admins(request)
        users = self.paginate_queryset(self.found(request)) or []
        return self.get_paginated_response(users_body(users, reader=caller(request)))

    def found(self, request: Request) -> QuerySet[User]:
        text = search_text(request.query_params.get("q", ""))
        users = User.objects.filter(username__icontains=text)
        order = ORDERS.get(request.query_params.get("order_by", ""), "pk")
        if order == "workouts_count":
            users = users.annotate(workouts_count=Count("workouts"))
        sign = "-" if request.query_params.get("order") == "desc" else ""
        return users.order_by(sign + order, "pk")


class UserView(ReadingView):
    """One account: one's own, or any for administrators."""

    required_scopes = ["users"]
    serializer_class = AccountChangeSerializer

    @extend_schema(summary="Read an account", responses=envelope(UsersSerializer))
    def get(self, request: Request, username: str) -> Response:
        if caller(request).username != username:
            refuse_all_but_admins(request)
        return self.answer(find_named_user(username))

    @extend_schema(
        summary="Change an account (administrators)", responses=envelope(UsersSerializer)
    )
    def patch(self, request: Request, username: str) -> Response:
        refuse_all_but_admins(request)
        refuse_empty_body(request)
        user = find_named_user(username)
        change = self.read().finished()
        try:
            administer(user, change)
        except ValidationError as error:
            raise ContractError(MESSAGES[error_codes(error)[0]]) from error
        except PermissionDenied as error:
            raise ContractError(str(error), status_code=403) from error
        return self.answer(user)

    @extend_schema(summary="Delete an account", responses={204: None})
    def delete(self, request: Request, username: str) -> Response:
        user = find_named_user(username)
        if user != caller(request):
            refuse_all_but_admins(request)
        try:
            delete_account(user)
        except PermissionDenied as error:
            raise ContractError(str(error), status_code=403) from error
        return done()

    def answer(self, user: User) -> Response:
        reader = caller(self.request)
        if user == reader:  # it may just have changed
            reader = user
        return success({"users": [user_body(user, reader=reader)]})
