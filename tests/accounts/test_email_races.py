"""Two accounts that take one address in the same moment."""

import pytest
from django.core.exceptions import ValidationError

from accounts.origins import Origin
from accounts.services import administration, credentials
from accounts.services.credentials import CredentialsChange, change_credentials


@pytest.fixture(autouse=True)
def nobody_has_it_yet(monkeypatch):
    """The check of both came before the write of either."""
    monkeypatch.setattr(credentials, "check_new_email", lambda user, email: None)
    monkeypatch.setattr(administration, "check_new_email", lambda user, email: None)


def test_the_second_to_take_an_address_is_told_so(alice, bob):
    with pytest.raises(ValidationError) as refused:
        change_credentials(alice, CredentialsChange(email=bob.email), origin=Origin())
    assert refused.value.code == "email_taken"
    alice.refresh_from_db()
    assert alice.email == "alice@example.com"


def test_so_is_an_administrator(alice, bob):
    with pytest.raises(ValidationError):
        administration.replace_email(alice, "BOB@example.com")
    alice.refresh_from_db()
    assert alice.email == "alice@example.com"
