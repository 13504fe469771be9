"""North Quay IT with Bright Smiles, and a browser's session for whoever signs in."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from controller.identity.home import ControllerHome
from tests.controller import bright_smiles

SignIn = Callable[[str], Client]


@pytest.fixture
def home(tmp_path: Path, settings) -> ControllerHome:
    made = bright_smiles.new_home(tmp_path / "controller")
    settings.HOME = made.root
    return made


@pytest.fixture
def north_quay(db, home: ControllerHome) -> bright_smiles.Practice:
    return bright_smiles.practice(home)


@pytest.fixture
def sign_in() -> SignIn:
    """A session of the person with that e-mail."""

    def signed_in(email: str) -> Client:
        client = Client()
        answer = client.post("/sign-in", {"email": email, "password": bright_smiles.PASSWORD})
        assert answer.status_code == 302
        return client

    return signed_in


@pytest.fixture
def dr_lee(north_quay: bright_smiles.Practice, sign_in: SignIn) -> Client:
    return sign_in(north_quay.dr_lee.email)
