"""Fixtures shared by all tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.core.cache import cache
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.utils import translation
from pytest_django import DjangoDbBlocker
from pytest_django.plugin import blocking_manager_key

from accounts.models import User

from .factories import make_user

pytest_plugins = ["tests.slow_work"]
OWN_APPS = ("instance", "accounts", "oauth_apps", "workouts")
initial_rows: list[Model] = []


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """SQLite in a file, as on a real site: in memory, writers do not wait for each other."""
    if connection.vendor == "sqlite":
        path = tmp_path_factory.mktemp("database") / "test.sqlite3"
        connection.settings_dict["TEST"]["NAME"] = str(path)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Remember the rows that migrations put into the tables."""
    with django_db_blocker.unblock():
        for model in [model for app in OWN_APPS for model in apps.get_app_config(app).get_models()]:
            initial_rows.extend(model._base_manager.all())


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    """A test with real transactions empties the tables: bring those rows back."""
    yield
    marker = item.get_closest_marker("django_db")
    transactional = {"transactional_db", "live_server"} & set(getattr(item, "fixturenames", ()))
    if nextitem and (transactional or (marker and marker.kwargs.get("transaction"))):
        with item.config.stash[blocking_manager_key].unblock():
            for row in initial_rows:
                row.save_base(raw=True, force_insert=True)


@pytest.fixture(autouse=True)
def english_at_first() -> None:
    """A request leaves its language behind in its thread; no test inherits it."""
    translation.activate("en")


@pytest.fixture(autouse=True)
def own_storage(settings, tmp_path: Path) -> Path:
    """Every test keeps its files apart, and starts with an empty cache."""
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.DATA_DIR = tmp_path
    # Nobody listens there: no test asks a real tile server.
    settings.TILE_SERVER_URL = "http://127.0.0.1:9/{z}/{x}/{y}.png"
    tiles = settings.CACHES["tiles"] | {"LOCATION": tmp_path / "tiles"}
    settings.CACHES = settings.CACHES | {"tiles": tiles}
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
