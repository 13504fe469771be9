"""What is asked for on a page is made by the worker, by the rights of that hour, and is proven."""

import shutil
import stat
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from uuid import uuid4
from zipfile import ZipFile

import pytest

from controller.errors import NotThere
from controller.exports import bundles, gather
from controller.exports.bundles import KEPT, TRIES, Wanted
from controller.exports.gather import policy
from controller.exports.models import Export
from controller.identity.home import ControllerHome
from controller.ledger.actions import By
from controller.ledger.models import Audit
from controller.people.actions import Grant, add_user, give_role
from controller.people.models import Membership, User
from controller.people.roles import Role
from controller.tenants.models import Clinic as Tenant
from evidence import trust_policy
from evidence.verify import run
from tests.controller.clinic import Machine, Server
from tests.controller.conftest import django_on


@pytest.fixture
def dr_lee(ten_days: Server) -> By:
    """The owner of Bright Smiles."""
    by = By("shell", "", ten_days.now)
    user: User = add_user("dr_lee@bright-smiles.example", "Dr. Lee")
    place = ten_days.clinic.place.clinic(ten_days.clinic.id)
    give_role(ten_days.home, user, Grant(place, Role.CLINIC_OWNER, None), by)
    return By(user.email, "192.0.2.7", ten_days.now, user.id)


def asked(server: Server, by: By, days: int = 5) -> Export:
    clinic = Tenant.objects.at(server.clinic.place).get(id=server.clinic.id)
    since = server.now - timedelta(days=days + 1)
    wanted = Wanted(clinic, "auditor", since, server.now - timedelta(days=1))
    return bundles.ask(server.home, wanted, by)


def worked(server: Server, row: Export) -> Export:
    bundles.work(server.home, server.now)
    row.refresh_from_db()
    return row


def taken(server: Server, row: Export, by: By) -> bytes:
    with bundles.opened(server.home, server.clinic.place, row.id, by)[1] as file:
        return file.read()


def test_what_the_button_makes_is_proven(ten_days: Server, dr_lee: By) -> None:
    row = worked(ten_days, asked(ten_days, dr_lee))
    data = taken(ten_days, row, dr_lee)

    keys = trust_policy.read(policy(ten_days.home, ten_days.clinic.place))
    assert run.verify(BytesIO(data), keys).standing == "proven"
    assert (row.state, row.size, row.machines) == ("made", len(data), 2)
    acts = Audit.objects.at(ten_days.clinic.place).values_list("action", flat=True)
    assert {"evidence.ask", "evidence.export", "evidence.take"} <= set(acts)


def test_it_is_what_the_command_makes(ten_days: Server, dr_lee: By, tmp_path: Path) -> None:
    row = asked(ten_days, dr_lee)
    shutil.copytree(ten_days.home.root, tmp_path / "copy")
    there, by_command = ControllerHome(tmp_path / "copy"), BytesIO()
    order = gather.Order(row.clinic_id, row.since, row.until, By("shell", "", ten_days.now))
    with django_on(there):
        gather.evidence(there, ten_days.clinic.place, order, by_command)
    row = worked(ten_days, row)

    with ZipFile(by_command) as one, ZipFile(BytesIO(taken(ten_days, row, dr_lee))) as other:
        assert one.namelist() == other.namelist()
        differing = [name for name in one.namelist() if one.read(name) != other.read(name)]
    # The newest checkpoint and who made it when: each making is an act of its own.
    assert differing == ["log/newest", "manifest.json"]


def test_files_lie_where_nobody_else_reads(ten_days: Server, dr_lee: By) -> None:
    worked(ten_days, asked(ten_days, dr_lee))

    folder = ten_days.home.root / "exports"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert len(list(folder.iterdir())) == 1


def test_who_lost_the_right_meanwhile_gets_nothing(ten_days: Server, dr_lee: By) -> None:
    row = asked(ten_days, dr_lee)
    Membership.objects.at(ten_days.clinic.place).filter(user_id=dr_lee.user).delete()

    row = worked(ten_days, row)

    assert (row.state, "may not" in row.why) == ("refused", True)
    assert list((ten_days.home.root / "exports").glob("*")) == []


def test_an_open_join_token_is_told_to_who_asked(ten_days: Server, dr_lee: By) -> None:
    Machine(ten_days, "OP3").join(ten_days.token(max_uses=2))

    row = worked(ten_days, asked(ten_days, dr_lee))

    assert row.state == "refused"
    assert "1 more may join" in row.why


def test_after_a_week_the_file_is_gone_and_the_row_stays(ten_days: Server, dr_lee: By) -> None:
    row = worked(ten_days, asked(ten_days, dr_lee))
    bundles.work(ten_days.home, ten_days.now + KEPT)
    row.refresh_from_db()

    assert row.state == "gone"
    assert list((ten_days.home.root / "exports").iterdir()) == []
    with pytest.raises(NotThere):
        taken(ten_days, row, dr_lee)


def test_one_that_broke_off_is_begun_again_and_not_for_ever(
    ten_days: Server, dr_lee: By, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = asked(ten_days, dr_lee)

    def power_cut(*_: object) -> None:
        raise RuntimeError("the power was cut")

    monkeypatch.setattr(bundles.gather, "evidence", power_cut)
    for _ in range(TRIES):
        with pytest.raises(RuntimeError):
            bundles.work(ten_days.home, ten_days.now)

    assert worked(ten_days, row).state == "refused"
    assert list((ten_days.home.root / "exports").iterdir()) == []


def test_after_a_week_nobody_takes_it_though_no_worker_came(ten_days: Server, dr_lee: By) -> None:
    row = worked(ten_days, asked(ten_days, dr_lee))

    with pytest.raises(NotThere):
        taken(ten_days, row, replace(dr_lee, at=ten_days.now + KEPT))


def test_what_belongs_to_nobody_any_more_does_not_stay(ten_days: Server, dr_lee: By) -> None:
    """A making that was killed, and files whose rows a restored database does not have."""
    row = worked(ten_days, asked(ten_days, dr_lee))
    folder = ten_days.home.root / "exports"
    for name in (f"{uuid4()}.dentinel-evidence", f"{uuid4()}.part"):
        (folder / name).write_bytes(b"everything of a clinic")

    bundles.work(ten_days.home, ten_days.now)

    assert [path.stem for path in folder.iterdir()] == [str(row.id)]
