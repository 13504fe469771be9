"""What is exported of a clinic is proven to a stranger, and one changed byte is not."""

from datetime import timedelta
from io import BytesIO
from uuid import UUID
from zipfile import ZipFile

import pytest

from controller.errors import NotThere, Refusal
from controller.exports.gather import Order, evidence, policy
from controller.fleet.actions import withdraw_token
from controller.fleet.models import JoinToken
from controller.ledger.actions import By
from controller.policy.models import Pack
from controller.tenants.scope import Place
from evidence import frames, trust_policy
from evidence.envelope import PayloadType
from evidence.join import JoinString, base32
from evidence.records import KeyRecord
from evidence.verify import run
from tests.controller.clinic import PACK, PACK_DATA, Machine, Server, verdict
from tests.controller.tables import rows


def exported(server: Server, days: int = 30, clinic: UUID | None = None) -> bytes:
    by = By("dr_lee", "", server.now)
    order = Order(clinic or server.clinic.id, server.now - timedelta(days=days), server.now, by)
    out = BytesIO()
    evidence(server.home, server.clinic.place, order, out)
    return out.getvalue()


def verified(server: Server, data: bytes) -> run.Outcome:
    keys = trust_policy.read(policy(server.home, server.clinic.place))
    return run.verify(BytesIO(data), keys)


@pytest.fixture
def ten_days(server: Server) -> Server:
    """Two machines that reported daily for ten days; one changed its mind now and then."""
    Pack(org_id=server.clinic.org, digest=PACK.sha256, name=PACK.pack, version=PACK.version,
         data=PACK_DATA, known_at=server.now).save()  # fmt: skip
    machines = [server.machine(name) for name in ("OP1", "OP2")]
    for day in range(10):
        for machine in machines:
            said = verdict("volumes-encrypted", "fail" if day % 3 else "pass")
            machine.sync(machine.seal(machine.full(said)), machine.event())
        server.passes(days=1)
    return server


def test_a_whole_export_is_proven(ten_days: Server) -> None:
    outcome = verified(ten_days, exported(ten_days))

    assert outcome.standing == "proven", outcome
    assert outcome.told.reports == 40


def test_a_part_of_the_time_is_proven_too(ten_days: Server) -> None:
    outcome = verified(ten_days, exported(ten_days, days=3))

    assert outcome.standing == "proven", outcome
    assert outcome.told.reports < 40


@pytest.mark.threat("edited-history")
def test_a_report_that_was_changed_in_the_database_is_false(ten_days: Server) -> None:
    ((raw,),) = rows(ten_days.home, "SELECT raw FROM report WHERE seq = 7 LIMIT 1")
    _put(ten_days, "UPDATE report SET raw = ? WHERE seq = 8 AND raw IS NOT NULL", raw)

    assert verified(ten_days, exported(ten_days)).standing == "false"


def test_a_line_that_was_changed_in_the_database_is_not_exported_unseen(
    ten_days: Server,
) -> None:
    sql = "UPDATE log_entry SET line = CAST(replace(line, ?, ?) AS BLOB) WHERE idx = 9"
    _put(ten_days, sql, '"seq":1', '"seq":9')
    assert verified(ten_days, exported(ten_days)).standing == "false"


def test_another_org_is_not_there(ten_days: Server) -> None:
    stranger = Place(UUID("00000000-0000-4000-8000-000000000001"))
    order = Order(ten_days.clinic.id, ten_days.now, ten_days.now, By("eve", "", ten_days.now))
    with pytest.raises(NotThere):
        evidence(ten_days.home, stranger, order, BytesIO())


def test_an_export_is_an_act_that_stands_in_the_export(ten_days: Server) -> None:
    assert b"evidence.export" in exported(ten_days)


@pytest.fixture
def roll_out(ten_days: Server) -> JoinString:
    """Leave for two machines, of which one has come."""
    join = ten_days.token(max_uses=2)
    Machine(ten_days, "OP3").join(join)
    return join


@pytest.mark.threat("read-join-string")
def test_no_bundle_carries_a_secret_by_which_somebody_could_join(
    ten_days: Server, roll_out: JoinString
) -> None:
    before = rows(ten_days.home, "SELECT * FROM audit")
    with pytest.raises(Refusal, match="1 more may join") as caught:
        exported(ten_days)

    assert f"token revoke {base32(roll_out.tid)}" in caught.value.help
    assert rows(ten_days.home, "SELECT * FROM audit") == before


def test_a_withdrawn_token_bars_no_export(ten_days: Server, roll_out: JoinString) -> None:
    token = JoinToken.objects.at(ten_days.clinic.place).get(tid=base32(roll_out.tid))
    withdraw_token(ten_days.home, ten_days.clinic.place, token.id, By("dr_lee", "", ten_days.now))

    assert verified(ten_days, exported(ten_days)).standing == "proven"


@pytest.mark.usefixtures("roll_out")
def test_a_token_that_ended_bars_no_export(ten_days: Server) -> None:
    ten_days.passes(days=3)
    assert verified(ten_days, exported(ten_days)).standing == "proven"


def test_a_request_from_a_bundle_tells_no_fact_key(ten_days: Server) -> None:
    with ZipFile(BytesIO(exported(ten_days))) as bundle:
        records = bundle.read("keys.jsonl").splitlines()
    shown = [KeyRecord.from_line(one).envelope for one in records]
    joined = [one for one in shown if one.payload_type == PayloadType.ENROLL]
    heard = [ten_days.post("/v1/enroll", frames.write([one])) for one in joined]

    assert [answer.problem() for answer in heard] == ["token_used_up"] * 2


def _put(server: Server, sql: str, *params: object) -> None:
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(server.home.database)) as connection:
        connection.execute(sql, params)
        connection.commit()
