"""How an account ends, with everything it owns."""

from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.db import transaction

from ..models import User
from .pictures import remove_picture

LAST_ADMIN = "you can not delete your account, no other user has admin rights"

# Called before an account's rows go, inside the transaction; other apps add theirs when ready.
on_account_deletion: list[Callable[[User], None]] = []


def is_last_admin(user: User) -> bool:
    """Whether nobody else could administer the site."""
    others = User.objects.filter(is_admin=True, is_active=True).exclude(pk=user.pk)
    return user.is_admin and not others.exists()


@transaction.atomic
def delete_account(user: User) -> None:
    """Delete the account, all its rows and, once that is committed, its files.

    PermissionDenied for the only administrator.
    """
    if is_last_admin(user):
        raise PermissionDenied(LAST_ADMIN)
    for hook in on_account_deletion:
        hook(user)
    remove_picture(user)
    user.delete()
