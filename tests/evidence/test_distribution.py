"""Under which names do rules travel, and which rules is a machine to take?"""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence import distribution
from evidence.distribution import (
    Assignment,
    Bytes,
    Metadata,
    Names,
    PackTarget,
    Stand,
    Table,
    is_served,
)
from evidence.errors import Malformed, TooLarge
from tests.evidence.clinic import CLINIC, HASH, ORG, uuid

OP1 = uuid("OP1")
BASELINE = PackTarget(pack="dental-baseline", version="2.3.1", sha256=HASH, length=48_211)
ASSIGNMENT = Assignment(
    org=ORG,
    clinic=CLINIC,
    serial=17,
    patrol="3600s",
    packs=(BASELINE,),
    tailoring=Bytes(sha256=HASH),
    data=(Table(table="windows-builds", sha256=HASH),),
    names=Names(clinic="bright-smiles"),
    machines={OP1: Stand(site="main", groups=("ops",), role="operatory", name="OP1")},
)


def changed(**members: Any) -> bytes:
    document = json.loads(ASSIGNMENT.to_bytes())
    return json.dumps({**document, **members}).encode()


def test_an_assignment_is_read_as_it_was_written():
    assert Assignment.from_bytes(ASSIGNMENT.to_bytes()) == ASSIGNMENT


def test_an_assignment_says_how_often_a_machine_is_looked_through():
    assert ASSIGNMENT.every == timedelta(hours=1)


def test_the_form_of_the_page_is_read():
    page = {
        "dentinel": "assignment/v1",
        "org": ORG,
        "clinic": CLINIC,
        "serial": 17,
        "patrol": "3600s",
        "packs": [{"pack": "dental-baseline", "version": "2.3.1", "sha256": HASH, "length": 48211}],
        "tailoring": {"sha256": HASH},
        "rollout": {"sha256": HASH},
        "data": [{"table": "windows-builds", "sha256": HASH}],
        "machines": {OP1: {"site": "main", "groups": ["ops"], "role": "imaging_server"}},
    }

    assert Assignment.from_bytes(json.dumps(page).encode()).machines[OP1].groups == ("ops",)


@pytest.mark.parametrize(
    "members",
    [
        {"dentinel": "assignment/v2"},
        {"org": "bright"},
        {"serial": 0},
        {"serial": "17"},
        {"patrol": "60s"},
        {"patrol": "99999s"},
        {"patrol": "1h"},
        {"packs": []},
        {"packs": [{"pack": "../x", "version": "1", "sha256": HASH, "length": 1}]},
        {"packs": [{"pack": "a", "version": "1/2", "sha256": HASH, "length": 1}]},
        {"packs": [{"pack": "a", "version": "1", "sha256": HASH, "length": 0}]},
        {"machines": {"OP1": {}}},
        {"machines": {OP1: {"role": "king"}}},
        {"run": "calc.exe"},
    ],
)
def test_what_is_no_assignment_is_refused(members: dict[str, Any]):
    with pytest.raises(Malformed):
        Assignment.from_bytes(changed(**members))


def test_a_pack_is_assigned_once():
    with pytest.raises(Malformed):
        replace(ASSIGNMENT, packs=(BASELINE, replace(BASELINE, version="2.4.0")))


def test_an_assignment_has_a_longest():
    data = ASSIGNMENT.to_bytes()

    with pytest.raises(TooLarge):
        Assignment.from_bytes(data + b" " * distribution.ASSIGNMENT_BYTES)


@pytest.mark.parametrize(
    "path",
    [
        "metadata/timestamp.json",
        "metadata/" + distribution.metadata_file("root", 1),
        "metadata/" + distribution.metadata_file("snapshot", 2**31),
        "metadata/" + distribution.metadata_file("targets", 5),
        "metadata/" + distribution.metadata_file(distribution.clinic_role(CLINIC), 3),
        "targets/" + distribution.target_file(distribution.pack_target("a-b", "2.3.1"), HASH),
        "targets/" + distribution.target_file(distribution.assignment_target(CLINIC), HASH),
        "targets/" + distribution.target_file(distribution.tailoring_target(CLINIC), HASH),
        "targets/" + distribution.target_file(distribution.rollout_target(CLINIC), HASH),
        "targets/" + distribution.target_file(distribution.table_target("windows-builds"), HASH),
    ],
)
def test_what_a_repository_holds_is_served(path: str):
    assert is_served(path)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "metadata/",
        "metadata/root.json",
        "metadata/0.root.json",
        "metadata/1.timestamp.json",
        "metadata/../keys/seed",
        "metadata/1.root.json/",
        "metadata/1.root.json\n",
        "metadata/1.c-..%2f.json",
        "targets/packs/../../keys/seed",
        f"targets/packs/a/../{HASH}.1.json",
        f"targets/tenants/{CLINIC}/assignment.json",
        f"targets//packs/a/{HASH}.1.json",
        f"targets\\packs\\a\\{HASH}.1.json",
        f"targets/packs/a/{HASH.upper()}.1.json",
    ],
)
def test_no_other_path_is_served(path: str):
    assert not is_served(path)


@given(st.text(alphabet="./\\%ab01\0\n", max_size=40))
def test_no_path_that_is_served_leads_out(path: str):
    assert not (is_served(path) and (".." in path or "\\" in path or path.startswith("/")))


def test_the_head_of_metadata_is_read():
    data = json.dumps(
        {
            "signatures": [],
            "signed": {
                "_type": "targets",
                "spec_version": "1.0.31",
                "version": 42,
                "expires": "2027-05-21T13:40:00Z",
                "targets": {},
            },
        }
    ).encode()

    assert Metadata.from_bytes(data) == Metadata(
        "targets", 42, datetime(2027, 5, 21, 13, 40, tzinfo=UTC)
    )


@pytest.mark.parametrize(
    "signed",
    [
        None,
        [],
        {"_type": "king", "version": 1, "expires": "2027-05-21T13:40:00Z"},
        {"_type": "root", "version": True, "expires": "2027-05-21T13:40:00Z"},
        {"_type": "root", "version": 1, "expires": "soon"},
    ],
)
def test_what_is_no_metadata_is_refused(signed: Any):
    with pytest.raises(Malformed):
        Metadata.from_bytes(json.dumps({"signed": signed}).encode())
