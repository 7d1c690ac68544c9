"""The page that documents the API, and its built-in program."""

from django.test import Client

from oauth_apps.models import Application
from oauth_apps.scopes import SCOPES


def test_the_documentation_has_a_public_client_of_its_own(client: Client, db, settings):
    settings.SITE_URL = "https://log.example.org"
    page = client.get("/api/docs").content.decode()
    program = Application.objects.get(kind="docs")
    assert f'data-client="{program.client_id}"' in page
    assert program.redirect_uris == "https://log.example.org/api/docs/redirect"
    assert program.is_public
    assert program.scopes == list(SCOPES)


def test_the_client_follows_the_site_to_another_address(client: Client, db, settings):
    for address in ("https://one.example.org", "https://two.example.org"):
        settings.SITE_URL = address
        client.get("/api/docs")
    program = Application.objects.get(kind="docs")
    assert program.redirect_uris == "https://two.example.org/api/docs/redirect"


def test_the_pages_have_no_inline_script(client: Client, db):
    for path in ("/api/docs", "/api/docs/redirect"):
        page = client.get(path).content.decode()
        assert all(" src=" in tag.split(">")[0] for tag in page.split("<script")[1:])
