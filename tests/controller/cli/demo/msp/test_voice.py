"""What the story's computers say: well-kept ones pass everything, each trouble shows as itself."""

from datetime import UTC, datetime, timedelta

import pytest

from controller.cli.demo.msp import voice
from controller.cli.demo.msp.cast import WARDS, Box
from controller.cli.demo.msp.machine import policy
from controller.cli.demo.msp.troubles import TROUBLES, Trouble
from controller.cli.demo.msp.voice import Names
from evidence import shape
from evidence.bodies import SELF, Full
from evidence.told import Veil
from rules.facts.describe import type_of
from rules.facts.form import misfits
from rules.facts.index import CATALOGUE

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
VEIL = Veil(Names(), b"k" * 32)
OP1, PANO = Box("OP1", "operatory"), Box("PANO-01", "imaging_server", "windows_server")
KINDS = {(box.role, box.host == "SCAN1"): box for ward in WARDS for box in ward.boxes}.values()
SHOWS = {
    "suspended": (OP1, "volumes-encrypted", "fail"),
    "unencrypted": (OP1, "volumes-encrypted", "fail"),
    "usb_open": (OP1, "usb-storage-blocked", "fail"),
    "patches_late": (OP1, "patches-current", "fail"),
    "restart_due": (OP1, "patches-current", "fail"),
    "end_of_support": (OP1, "os-supported", "fail"),
    "signatures_old": (OP1, "antivirus-on", "fail"),
    "firewall_off": (OP1, "firewall-on", "fail"),
    "screen_stays": (OP1, "screen-locks", "fail"),
    "smb_unsigned": (OP1, "smb-modern", "fail"),
    "clock_off": (OP1, "clock-right", "fail"),
    "nobody_known": (OP1, "screen-locks", "unknown"),
    "restore_due": (PANO, "backups-3-2-1", "fail"),
    "backup_late": (PANO, "backups-3-2-1", "fail"),
    "exports_readable": (PANO, "exports-encrypted", "fail"),
}
BESIDE = {
    "usb_open": {"phones-blocked"},
    # What cannot be told either while the list of users is not whole.
    "nobody_known": {
        "accounts-in-use",
        "accounts-personal",
        "admins-few",
        "daily-user-ordinary",
    },
}


def said(box: Box, *troubles: Trouble) -> dict[str, str]:
    return {one.rule: str(one.verdict) for one in voice.verdicts(box, troubles, NOON, VEIL)}


@pytest.mark.parametrize("box", KINDS, ids=lambda box: box.host)
def test_a_well_kept_computer_fails_nothing_and_says_so_at_any_time(box: Box) -> None:
    told = voice.verdicts(box, (), NOON, VEIL)

    assert {str(one.verdict) for one in told} <= {"pass", "not-applicable"}
    assert not any(one.items for one in told)


@pytest.mark.parametrize("box", KINDS, ids=lambda box: box.host)
def test_its_facts_are_whole_and_of_the_catalogue(box: Box) -> None:
    read = voice.read(box, (), NOON)

    assert read.keys() == CATALOGUE.keys()
    wrong = [
        text for n, one in read.items() for text in misfits(type_of(CATALOGUE[n]), one.value, n)
    ]
    assert wrong == []


@pytest.mark.parametrize("troubles", [(), (Trouble("suspended", NOON - timedelta(days=4)),)])
def test_what_is_written_once_for_all_is_what_would_be_written(
    troubles: tuple[Trouble, ...],
) -> None:
    body = Full(
        subject=SELF,
        cause="daily",
        agent_version="0.1.0",
        os=voice.system(OP1),
        policy=policy(OP1),
        verdicts=voice.verdicts(OP1, troubles, NOON, VEIL),
        imaging=voice.imaging(OP1, troubles, NOON, VEIL),
    )

    assert voice.wire(body) == shape.to_json(body)


@pytest.mark.parametrize("kind", TROUBLES)
def test_a_trouble_shows_in_its_rule_and_in_no_other(kind: str) -> None:
    box, rule, verdict = SHOWS[kind]
    since = NOON - timedelta(days=95)

    told = said(box, Trouble(kind, since))

    others = {name for name, one in told.items() if one not in ("pass", "not-applicable")} - {rule}
    assert told[rule] == verdict
    assert others <= BESIDE.get(kind, set())


def test_a_trouble_that_was_mended_leaves_nothing() -> None:
    mended = Trouble("suspended", NOON - timedelta(days=4), NOON - timedelta(days=1))

    assert set(said(OP1, mended).values()) <= {"pass", "not-applicable"}


def test_what_leaves_holds_no_path_and_no_name_of_a_user() -> None:
    facts = voice.facts(voice.read(PANO, (), NOON), Veil(Names(), b"k" * 32))

    assert "path" not in str(facts["shares"]["value"])
    assert [user["name"] for user in facts["users"]["value"]] == ["user-1"]
