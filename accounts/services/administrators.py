"""The site never loses its last administrator, whoever takes rights away and however often."""

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ..models import User

GONE = _("This account no longer exists.")


def is_last_admin(user: User) -> bool:
    """Whether nobody else could administer the site."""
    others = User.objects.filter(is_admin=True, is_active=True).exclude(pk=user.pk)
    return user.is_admin and not others.exists()


def refuse_last_admin(user: User, refusal: object) -> None:
    """PermissionDenied with `refusal` when nobody else could administer the site.

    Inside a transaction, until whose end nobody else takes rights away; `user` is as it is now.
    """
    lock_rights(user)
    if is_last_admin(user):
        raise PermissionDenied(refusal)


def lock_rights(user: User) -> None:
    """Let nobody else change the rights of `user`, nor of an administrator if `user` is one.

    PermissionDenied when the account was deleted meanwhile. In order, so that two who do this at
    once don't wait for each other; SQLite's transactions take the only write lock at their start.
    """
    was_admin = user.is_admin
    concerned = Q(pk=user.pk) | Q(is_admin=True) if was_admin else Q(pk=user.pk)
    rows = User.objects.select_for_update(no_key=True).filter(concerned).order_by("pk")
    now = {row.pk: row for row in rows}.get(user.pk)
    if now is None:
        raise PermissionDenied(GONE)
    for name in ("is_admin", "is_active", "is_shut_out"):
        setattr(user, name, getattr(now, name))
    if user.is_admin and not was_admin:
        lock_rights(user)
