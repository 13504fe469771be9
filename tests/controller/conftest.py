"""A controller's home with real tables, made once and copied for each test."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import connections
from django.db.utils import load_backend

from controller.identity import authority
from controller.identity.home import ControllerHome
from controller.identity.secrets import Keys
from controller.ledger.actions import By, open_clinic, open_org
from controller.ledger.lock import CheckpointLock
from controller.tenants import models
from tests.controller.clinic import MORNING, Clinic, Server


@contextmanager
def django_on(home: ControllerHome) -> Iterator[None]:
    """Let Django work on the database of a home; its own test database stays as it is."""
    usual = connections["default"]
    settings = {**usual.settings_dict, "NAME": str(home.database)}
    connections["default"] = load_backend(settings["ENGINE"]).DatabaseWrapper(settings, "default")
    try:
        yield
    finally:
        connections["default"].close()
        connections["default"] = usual


@pytest.fixture(scope="session")
def _template(tmp_path_factory: pytest.TempPathFactory, django_db_blocker) -> tuple[Path, Clinic]:
    home = ControllerHome(tmp_path_factory.mktemp("controller") / "home").make(uuid4())
    keys = Keys.make(home, os.urandom)
    authority.ensure(home, keys, ["localhost"], datetime.now(UTC))
    CheckpointLock.make(home)
    by = By("shell", "", MORNING)
    with django_db_blocker.unblock(), django_on(home):
        call_command("migrate", verbosity=0)
        org = open_org(home, "North Quay IT", "north-quay", by)
        clinic = models.Clinic(org=org, name="Bright Smiles", slug="bright-smiles", made_at=MORNING)
        open_clinic(home, clinic, by)
    return home.root, Clinic(org.id, clinic.id, clinic.name)


@pytest.fixture
def home(
    _template: tuple[Path, Clinic], tmp_path: Path, django_db_blocker
) -> Iterator[ControllerHome]:
    """A controller with one org and one clinic; Django works on its database."""
    shutil.copytree(_template[0], tmp_path / "home", copy_function=shutil.copy2)
    home = ControllerHome(tmp_path / "home")
    with django_db_blocker.unblock(), django_on(home):
        yield home


@pytest.fixture
def bright_smiles(_template: tuple[Path, Clinic]) -> Clinic:
    """The clinic of that controller."""
    return _template[1]


@pytest.fixture
def server(home: ControllerHome, bright_smiles: Clinic) -> Iterator[Server]:
    """The intake of that controller, running."""
    with Server(home, bright_smiles) as server:
        yield server


@pytest.fixture
def new_server(
    _template: tuple[Path, Clinic], tmp_path_factory: pytest.TempPathFactory, django_db_blocker
) -> Callable[[], AbstractContextManager[Server]]:
    """As many controllers as a test wants, each with a home of its own."""

    @contextmanager
    def made() -> Iterator[Server]:
        root = tmp_path_factory.mktemp("more") / "home"
        shutil.copytree(_template[0], root)
        home = ControllerHome(root)
        with django_db_blocker.unblock(), django_on(home), Server(home, _template[1]) as server:
            yield server
        shutil.rmtree(root)

    return made
