"""How much an account keeps here; the app that keeps it registers itself."""

from collections.abc import Callable
from dataclasses import dataclass

from .models import User


@dataclass(frozen=True)
class Storage:
    """Bytes that somebody uses, and may use at most; a quota of 0 is no limit."""

    used: int = 0
    quota: int = 0


StorageOf = Callable[[User], Storage]


class _StorageProvider:
    storage: StorageOf = staticmethod(lambda user: Storage())


def provide_storage(provider: StorageOf) -> None:
    """Let `provider` answer `storage_of` from now on."""
    _StorageProvider.storage = staticmethod(provider)


def storage_of(user: User) -> Storage:
    return _StorageProvider.storage(user)
