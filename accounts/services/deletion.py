"""How an account ends, with everything it owns."""

from collections.abc import Callable

from django.db import transaction

from ..models import User
from .administrators import refuse_last_admin
from .pictures import remove_picture

LAST_ADMIN_KEEPS_ACCOUNT = "you can not delete your account, no other user has admin rights"

# Called before an account's rows go, inside the transaction; other apps add theirs when ready.
on_account_deletion: list[Callable[[User], None]] = []


@transaction.atomic
def delete_account(user: User) -> None:
    """Delete the account, all its rows and, once that is committed, its files.

    PermissionDenied for the only administrator, and when somebody else was faster.
    """
    refuse_last_admin(user, LAST_ADMIN_KEEPS_ACCOUNT)
    # What others are adding to the account is there by now, or will find that it is gone.
    User.objects.select_for_update().get(pk=user.pk)
    for hook in on_account_deletion:
        hook(user)
    remove_picture(user)
    user.delete()
