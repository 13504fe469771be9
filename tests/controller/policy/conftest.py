"""An author beside the controller."""

import pytest

from controller.identity.home import ControllerHome
from tests.controller.clinic import Clinic
from tests.controller.policy.author import Author


@pytest.fixture
def author(home: ControllerHome, bright_smiles: Clinic) -> Author:
    """dr_lee, who has signed the first rules and handed nothing over yet."""
    return Author(home, bright_smiles.org, bright_smiles.id).begin()
