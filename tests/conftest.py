"""Fixtures shared by all tests."""

from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.models import User

from .factories import make_user


@pytest.fixture(autouse=True)
def own_storage(settings, tmp_path: Path) -> Path:
    """Every test keeps its files apart, and starts with an empty cache."""
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.DATA_DIR = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path / "files")},
        },
    }
    cache.clear()
    return tmp_path / "files"


@pytest.fixture
def alice(db) -> User:
    return make_user("alice")


@pytest.fixture
def bob(db) -> User:
    return make_user("bob")


@pytest.fixture
def admin(db) -> User:
    return make_user("admin", is_admin=True)


@pytest.fixture
def alice_client(alice: User) -> Client:
    client = Client()
    client.force_login(alice)
    return client
