"""North Quay IT with Bright Smiles, and a browser's session for whoever signs in."""

import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.account.internal.flows.login import _AUTHENTICATION_METHODS_USER_SESSION_KEY
from allauth.account.internal.userkit import user_id_to_str
from django.test import Client

from controller.findings import looks
from controller.identity.home import ControllerHome
from controller.people import lockout, logoff
from controller.people.queries import by_email
from tests.controller import bright_smiles

SignIn = Callable[[str], Client]


@pytest.fixture
def home(tmp_path: Path, settings) -> ControllerHome:
    made = bright_smiles.new_home(tmp_path / "controller")
    settings.HOME = made.root
    return made


@pytest.fixture(autouse=True)
def nobody_typed_anything_wrong_yet() -> None:
    """The counts of wrong passwords are the process's own, and this one runs many tests."""
    lockout.throttle._wrong.clear()


@pytest.fixture
def north_quay(db, home: ControllerHome) -> bright_smiles.Practice:
    return bright_smiles.practice(home)


@pytest.fixture
def sign_in() -> SignIn:
    """A session of the person with that e-mail, as a password and a code would have begun it."""

    def signed_in(email: str) -> Client:
        client, user = Client(), by_email(email)
        client.force_login(user)
        session = client.session
        logoff.begin(session, time.time())
        session[AUTHENTICATION_METHODS_SESSION_KEY] = [
            {"method": "password", "at": time.time()},
            {"method": "mfa", "at": time.time(), "type": "totp", "reauthenticated": True},
        ]
        session[_AUTHENTICATION_METHODS_USER_SESSION_KEY] = user_id_to_str(user)
        session.save()
        return client

    return signed_in


@pytest.fixture
def dr_lee(north_quay: bright_smiles.Practice, sign_in: SignIn) -> Client:
    return sign_in(north_quay.dr_lee.email)


@pytest.fixture
def attentive(dr_lee: Client, monkeypatch: pytest.MonkeyPatch) -> Client:
    """Dr. Lee, whose clicks are written down once: how long a test takes asks nothing more."""
    monkeypatch.setattr(logoff, "_GRAIN_SECONDS", 3600)
    monkeypatch.setattr(looks, "_GRAIN", timedelta(hours=1))
    monkeypatch.setattr(looks, "VISIT", timedelta(hours=1))
    return dr_lee
