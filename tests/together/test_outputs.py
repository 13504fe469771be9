"""Whatever leaves a controller or a machine, by whichever way: nobody's name is in it.

Planted are names of a folder and a file, and within images. That the same sweep finds what
machines did say is tests/controller/pages/test_outputs.py.
"""

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from controller.fleet.models import Machine
from controller.identity.home import ControllerHome
from controller.people.actions import Grant, give_role
from controller.people.roles import Role
from controller.tenants.queries import clinics, orgs
from controller.tenants.scope import Place
from tests.controller.bright_smiles import Practice, account, by
from tests.controller.conftest import django_on
from tests.controller.pages.conftest import sign_in  # noqa: F401 - a fixture
from tests.outputs import OUTPUTS, Scene, filled
from tests.spellings import holds

pytestmark = pytest.mark.xdist_group("canary")


@pytest.fixture
def name() -> str:
    return f"Zephyrine{secrets.token_hex(6)}"


@pytest.fixture
def planted(tmp_path: Path, operatory, name: str) -> Path:
    """An image that anybody can read, in a folder of a patient's name, called after him."""
    folder = tmp_path / "export" / name
    folder.mkdir()
    (folder / f"{name}.txt").write_text(f"patient {name}", encoding="utf-8")
    (folder / f"{name}.pdf").write_bytes(f"%PDF-1.4\n1 0 obj<</Title({name})>>\n%%EOF\n".encode())
    return folder


@pytest.fixture
def scene(
    planted: Path, bright_smiles, operatory, settings, django_db_blocker, sign_in  # noqa: F811
) -> Iterator[Scene]:  # fmt: skip
    """The machine has reported what it found there."""
    operatory.watch(export=(planted, "export"))
    operatory.errand("patrol", "--cause=start")
    operatory.errand("courier")
    assert bright_smiles.reports(operatory.id) == operatory.sealed() != []
    bright_smiles.process.stop()
    home = ControllerHome(bright_smiles.home)
    settings.HOME = home.root
    with django_db_blocker.unblock(), django_on(home):
        there = heard(home)
        filled(there)
        ask = lambda words: operatory.command(*words.split(), check=False)  # noqa: E731
        yield Scene(there, sign_in(there.dr_lee.email), ask)


def heard(home: ControllerHome) -> Practice:
    """The practice as its controller has it by now, and an administrator of it."""
    (org,) = orgs()
    place = Place(org.id)
    (clinic,) = clinics(place)
    dr_lee = account("dr_lee@north-quay.example", "Dr. Lee")
    give_role(home, dr_lee, Grant(place, Role.MSP_ADMIN), by())
    machines = {one.host: one for one in Machine.objects.at(place)}
    return Practice(home, org, clinic, place, machines, dr_lee)


@pytest.mark.slow
@pytest.mark.threat("leaked-name")
def test_no_name_leaves_by_any_way_out(scene: Scene, name: str) -> None:
    let_out = {way: output(scene) for way, output in OUTPUTS.items()}

    assert [way for way, said in let_out.items() if holds(said, [name])] == []
    assert b"exports-encrypted" in let_out["dentinel audit"]
    assert b"exports-encrypted" in let_out["page clinic"]
