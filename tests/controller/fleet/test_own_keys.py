"""The controller's own keys change, and whoever checks a bundle needs nobody's word for it."""

from datetime import datetime
from io import BytesIO

import pytest

from controller.exports import gather
from controller.fleet import own_keys
from controller.identity.home import ControllerHome
from controller.identity.secrets import Keys
from controller.ledger.actions import By
from evidence import messages, trust_policy
from evidence.bundle import MANIFEST
from evidence.errors import Refused
from evidence.keys import SigningKey
from evidence.messages import Notice
from evidence.verify import run
from tests.controller.clinic import MORNING, Clinic, Server

SHELL = By("shell", "", MORNING)


@pytest.fixture
def rotated(home: ControllerHome, bright_smiles: Clinic) -> Server:
    """OP1 reported before and after the receipt key was changed."""
    with Server(home, bright_smiles) as before:
        op1 = before.machine("OP1")
        op1.sync(op1.event())
    own_keys.rotate_receipt(home, SHELL, "age")
    own_keys.start_ca(home, SHELL)
    with Server(home, bright_smiles) as server:
        op1.server, op1.receipt = server, 1
        server.passes(hours=1)
        op1.sync(op1.event())
        return server


def exported(server: Server, until: datetime | None = None) -> BytesIO:
    server.passes(hours=1)
    by = By("shell", "", server.now)
    order = gather.Order(server.clinic.id, MORNING, until or server.now, by)
    out = BytesIO()
    gather.evidence(server.home, server.clinic.place, order, out)
    return out


def test_a_bundle_over_a_change_of_the_receipt_key_is_proven(rotated: Server) -> None:
    keys = trust_policy.read(gather.policy(rotated.home, rotated.clinic.place))
    outcome = run.verify(exported(rotated), keys)
    assert outcome.standing == "proven", outcome.problems


def test_so_is_one_of_the_time_before_it(rotated: Server) -> None:
    keys = trust_policy.read(gather.policy(rotated.home, rotated.clinic.place))
    outcome = run.verify(exported(rotated, until=MORNING), keys)
    assert outcome.standing == "proven", outcome.problems


def test_it_is_signed_by_the_new_key(rotated: Server) -> None:
    import json
    import zipfile

    with zipfile.ZipFile(exported(rotated)) as bundle:
        manifest = json.loads(bundle.read(MANIFEST))
    assert manifest["signatures"][0]["keyid"] == Keys.load(rotated.home).receipt(2).keyid


def test_a_change_of_the_receipt_key_needs_both_signatures() -> None:
    old, new = (SigningKey.from_seed(bytes([number]) * 32) for number in (1, 2))
    notice = Notice(kind="receipt", old=old.public.hex, new=new.public.hex, from_leaf=3, why="age")
    known = {old.keyid: old.public}
    assert messages.unseal_notice(messages.seal(notice, old, new), known) == notice
    for signers in ((old,), (new,), (old, old)):
        with pytest.raises(Refused):
            messages.unseal_notice(messages.seal(notice, *signers), known)
