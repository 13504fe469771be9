"""What can a thief do with the courier's process? Run as its user, beside root's home."""

import json
import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from agent.errors import IdentityLost
from agent.identity import keyfile
from agent.outbox.store import Outbox
from agent.paths import Home
from tests.agent.practice import Practice

NOBODY = 65534
SHARED = (".", "identity", "outbox", "courier", "identity/courier.key", "identity/enrolled.json",
          "identity/trust.json", "outbox/outbox.sqlite", "courier/courier.sqlite")  # fmt: skip

pytestmark = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can become another user"
)


@pytest.fixture
def installed(practice: Practice) -> Iterator[Practice]:
    """OP1 as the package installs it, with `nobody` in the place of the courier's user."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        here = replace(practice, home=Home(Path(folder) / "home"))
        here.join()
        here.seal(3)
        here.home.local.touch(mode=0o600)
        key = here.identity.report_key()
        keyfile.write(keyfile.next_of(here.home.report_key), key, "report")
        for name in SHARED:
            path = here.home.root / name
            mode = path.stat().st_mode & 0o7777
            os.chown(path, -1, NOBODY)
            path.chmod(mode)
        yield here


def as_nobody(does: Callable[[], list[str]]) -> list[str]:
    """What a child of this process gets done once it has given up every privilege."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
            told = does()
        except BaseException as error:  # noqa: BLE001 - a child that must not become a second pytest
            told = [repr(error)]
        os.write(writing, json.dumps(told).encode())
        os._exit(0)
    os.waitpid(child, 0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        return json.loads(pipe.read())


def theft(practice: Practice) -> list[str]:
    """All that the courier's user tries."""
    told = []
    identity = practice.identity
    assert identity.courier_key()
    try:
        identity.report_key()
    except IdentityLost:
        told.append("no report key")
    for path in (practice.home.chain, practice.home.binding, practice.home.local):
        try:
            path.read_bytes()
        except PermissionError:
            told.append(f"no {path.name}")
    try:
        practice.home.trust.write_bytes(b"{}")
    except PermissionError:
        told.append("no new trust")
    for path in (practice.home.rotating, practice.home.copied):
        try:
            path.write_bytes(b"order")
        except PermissionError:
            told.append(f"no {path.name} of its own")
    try:
        keyfile.next_of(practice.home.report_key).read_bytes()
    except PermissionError:
        told.append("no next report key")
    with Outbox(practice.home.outbox) as outbox:
        outbox._do("DELETE FROM report WHERE seq = 2", ())
    return [*told, "a report deleted"]


@pytest.mark.threat("stolen-courier")
def test_a_stolen_courier_cannot_seal_and_what_it_deletes_shows(installed: Practice) -> None:
    assert as_nobody(lambda: theft(installed)) == [
        "no report key", "no chain.json", "no binding.json", "no local.sqlite", "no new trust",
        "no rotating of its own", "no copied of its own", "no next report key",
        "a report deleted",
    ]  # fmt: skip

    installed.patrol()
    installed.deliver()
    (gap, *_) = installed.machine.reports
    assert (gap.header.epoch, gap.body.reason, gap.body.last_known.seq) == (2, "outbox_corrupt", 3)


def test_the_courier_s_user_can_do_the_courier_s_work(installed: Practice) -> None:
    assert as_nobody(lambda: [str(installed.deliver().answered)]) == ["True"]

    assert installed.states() == ["stored"] * 3
