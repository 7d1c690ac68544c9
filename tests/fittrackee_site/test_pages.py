"""Pages about the site, and the frame around every page."""

from pathlib import Path

import pytest
from django.template.loader import render_to_string


@pytest.mark.parametrize("address", ["/about", "/privacy", "/offline", "/service-worker.js"])
def test_pages_about_the_site_are_open_to_everybody(client, db, address):
    assert client.get(address).status_code == 200


def test_an_unknown_address_gets_our_own_page(client, db):
    answer = client.get("/nothing-here")
    assert answer.status_code == 404
    assert "Page not found" in answer.text


@pytest.mark.parametrize("template", ["500.html", "503.html", "outage.html", "pages/offline.html"])
def test_last_resort_pages_need_no_database(template):
    assert "<h1>" in render_to_string(template)


def test_the_theme_of_the_user_is_on_the_page(alice_client, alice):
    alice.theme = "dark"
    alice.save()
    assert 'data-theme="dark"' in alice_client.get("/about").text


@pytest.mark.parametrize("address", ["/about", "/nothing-here"])
def test_no_page_has_inline_script_or_style(alice_client, address):
    html = alice_client.get(address).text
    assert " style=" not in html
    assert "<style" not in html
    assert "<script>" not in html
    assert "onclick" not in html


def test_the_scripts_we_ship_stay_small():
    root = Path(__file__).resolve().parent.parent.parent
    scripts = [*root.glob("*/static/**/*.js"), root / "templates/service-worker.js"]
    assert sum(script.stat().st_size for script in scripts) < 60_000


@pytest.mark.parametrize("path", ["/", "/workouts", "/profile", "/api/auth/profile"])
def test_what_one_person_sees_is_kept_by_no_cache_on_the_way(alice_client, path):
    assert alice_client.get(path)["Cache-Control"] == "private, no-cache"
