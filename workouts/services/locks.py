"""What keeps two writes at once for the same person in order."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from accounts.models import User


def lock_owner(owner: User) -> None:
    """Let nobody else change the workouts of `owner` until the transaction ends.

    Records and stored files depend on all workouts of a person, so every service that writes them
    begins here. PermissionDenied when the account was deleted meanwhile.
    """
    if not lock_owner_id(owner.pk):
        raise PermissionDenied(_("This account no longer exists."))


def lock_owner_id(owner_id: int) -> bool:
    """The same by primary key; False when there is no such account.

    SQLite needs no row lock: its transactions take the only write lock at their start.
    """
    # Without the key: rows that merely point at the user (tokens, sessions) need not wait.
    locked = User.objects.select_for_update(no_key=True).filter(pk=owner_id)
    return locked.values_list("pk", flat=True).first() is not None
