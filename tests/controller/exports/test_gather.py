"""What is exported of a clinic is proven to a stranger, and one changed byte is not."""

import re
import sqlite3
from base64 import b64decode
from contextlib import closing
from datetime import timedelta
from io import BytesIO
from uuid import UUID
from zipfile import ZipFile

import pytest

from controller.errors import NotThere, Refusal
from controller.exports.checkpoints import newest
from controller.exports.gather import Order, evidence, policy
from controller.fleet.actions import withdraw_token
from controller.fleet.models import JoinToken
from controller.fleet.restart import restart
from controller.ledger.actions import By, Statement, acting, open_clinic
from controller.ledger.check import check
from controller.tenants.models import Clinic as Tenant
from controller.tenants.scope import Place
from evidence import frames, trust_policy
from evidence.envelope import PayloadType
from evidence.join import JoinString, base32
from evidence.records import KeyRecord
from evidence.verify import run
from tests.controller.clinic import Clinic, Machine, Server, verdict
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


@pytest.fixture
def restored(ten_days: Server) -> Server:
    """After ten days the database of a week ago was put back, and the log begun anew."""
    server, backup = ten_days, ten_days.home.root / "backup"
    with closing(sqlite3.connect(server.home.database)) as live:
        with closing(sqlite3.connect(backup)) as copy:
            live.backup(copy)
        machine = server.machine("OP3")
        machine.sync(machine.event(), machine.event())
        with closing(sqlite3.connect(backup)) as copy:
            copy.backup(live)
    server.passes(days=1)
    restart(server.home, By("shell", "", server.now))
    machine = server.machine("OP4")
    machine.sync(machine.event())
    return server


@pytest.mark.threat("restored-database")
def test_after_a_restore_the_bundle_says_what_is_missing_and_proves_the_rest(
    restored: Server,
) -> None:
    outcome = verified(restored, exported(restored))
    (restart_told,) = outcome.problems

    assert outcome.standing == "incomplete", outcome.problems
    assert "begun anew (restore)" in restart_told.what
    assert "the last 4 of them are missing" in restart_told.what
    assert outcome.told.reports == 41


def test_the_ledger_is_whole_after_a_restore(restored: Server) -> None:
    assert check(restored.home, restored.clinic.org) == []


@pytest.fixture
def two_clinics(ten_days: Server) -> tuple[Server, list[bytes]]:
    """A second clinic of the org with a machine, people and a word of theirs; and what names it."""
    server, by = ten_days, By("dr_oak", "198.51.100.9", ten_days.now)
    other = Tenant(
        org_id=server.clinic.org, name="Elm Street", slug="elm-street", made_at=server.now
    )
    open_clinic(server.home, other, by)
    mine, server.clinic = server.clinic, Clinic(server.clinic.org, other.id, other.name)
    machine = server.machine("ELM-PANO")
    machine.sync(machine.seal(machine.full(verdict("volumes-encrypted"))), machine.event())
    with acting(server.home, by) as books:
        about = UUID(int=77, version=4)
        said = Statement("waiver", about, "grant", b'{"why":"elm street says so"}')
        books.state(server.clinic.org, other.id, said)
    server.clinic = mine
    names = [str(other.id), machine.agent, str(about), machine.report_key.keyid]
    texts = ["elm-street", "Elm Street", "elm street", "ELM-PANO", "dr_oak", "198.51.100.9"]
    return server, [word.encode() for word in (*names, *texts)]


@pytest.mark.threat("mixed-bundle")
def test_no_byte_of_another_clinic_is_in_a_bundle(
    two_clinics: tuple[Server, list[bytes]],
) -> None:
    server, foreign = two_clinics
    data = exported(server)
    with ZipFile(BytesIO(data)) as bundle:
        held = b"\n".join(bundle.read(name) for name in bundle.namelist())
    payloads = b"\n".join(
        b64decode(found) for found in re.findall(rb'"payload":"([A-Za-z0-9+/=]+)"', held)
    )

    assert [word for word in foreign if word in held or word in payloads] == []
    assert b"OP1" in payloads
    assert verified(server, data).standing == "proven"


def test_the_other_clinics_bundle_is_proven_by_its_own_key(
    two_clinics: tuple[Server, list[bytes]],
) -> None:
    server, foreign = two_clinics
    data = exported(server, clinic=UUID(foreign[0].decode()))

    outcome = verified(server, data)
    assert outcome.standing == "proven", outcome.problems
    assert [each.act for each in outcome.stated.waivers] == ["grant"]


def test_an_export_goes_on_from_the_last_audit(ten_days: Server) -> None:
    exported(ten_days, days=3)
    ten_days.passes(hours=1)
    outcome = verified(ten_days, data := exported(ten_days, days=3))

    assert outcome.standing == "proven", outcome.problems
    assert "log/before" in ZipFile(BytesIO(data)).namelist()


def test_a_period_in_the_past_ends_at_its_own_checkpoint(ten_days: Server) -> None:
    by = By("dr_lee", "", ten_days.now)
    since, until = ten_days.now - timedelta(days=6), ten_days.now - timedelta(days=4)
    out = BytesIO()
    evidence(ten_days.home, ten_days.clinic.place, Order(ten_days.clinic.id, since, until, by), out)
    outcome = verified(ten_days, out.getvalue())

    assert outcome.standing == "proven", outcome.problems
    assert "log/newest" in ZipFile(out).namelist()
    assert b"evidence.export" not in ZipFile(out).read("log/entries.jsonl")


def test_the_newest_checkpoint_on_paper_is_of_this_log(ten_days: Server) -> None:
    kept = newest(ten_days.clinic.place, ten_days.clinic.id)
    keys = trust_policy.read(policy(ten_days.home, ten_days.clinic.place))
    outcome = run.verify(BytesIO(exported(ten_days)), keys, kept.note)

    assert outcome.standing == "proven", outcome.problems
    assert kept.code in kept.sheet
    assert len(kept.code) == 19


def test_the_derived_page_says_that_it_is_unsigned(ten_days: Server) -> None:
    with ZipFile(BytesIO(exported(ten_days))) as bundle:
        page, table = (bundle.read(f"derived/{n}") for n in ("report.html", "verdicts.csv"))

    assert b"derived: unsigned, not checked" in page
    assert table.startswith(b'"# derived: unsigned, not checked"\r\nmachine,rule,verdict,')
    assert b"OP1,dental-baseline/volumes-encrypted,fail," in table


def _put(server: Server, sql: str, *params: object) -> None:
    with closing(sqlite3.connect(server.home.database)) as connection:
        connection.execute(sql, params)
        connection.commit()
