"""A waiver as text: leaves are typed over the item, and nothing is asked that never left."""

from dataclasses import replace
from datetime import UTC
from zoneinfo import ZoneInfo

import pytest

from rules.compiled import builtin, instants
from rules.compiled.rule import Pack
from rules.language.files import File, read_file
from rules.workbench.waivers import CheckedWaivers, check_waivers

PACK = builtin.pack()
WAIVER = """  - id: {id}
    rule: {rule}
    scope: {scope}
    reason: the old disk is copied in January
    risk_owner: dr_lee
    from: "2026-11-01"
    until: "2027-01-31"
{more}"""


def text(
    *more: str,
    identifier: str = "W-2026-014",
    rule: str = "volumes-encrypted",
    scope: str = "{machine: PANO-01}",
) -> str:
    lines = "".join(f"    {line}\n" for line in more)
    return WAIVER.format(id=identifier, rule=rule, scope=scope, more=lines)


def file(*waivers: str, name: str = "waivers.yaml") -> File:
    problems: list = []
    found = read_file(
        name, ("dentinel: waivers/v1\nwaivers:\n" + "".join(waivers)).encode(), problems
    )
    assert found is not None, problems
    return found


def checked(*waivers: str, pack: Pack = PACK) -> CheckedWaivers:
    return check_waivers([file(*waivers)], [pack])


def told(*waivers: str, pack: Pack = PACK) -> list[str]:
    return [f"{p.id} {p.message}" for p in checked(*waivers, pack=pack).problems]


def test_a_waiver_says_all_that_it_must() -> None:
    (found,) = checked(
        text("items: ['volume.name == \"E:\"']", "compensating: it is locked up")
    ).waivers
    assert (found.id, found.rule, str(found.match)) == (
        "W-2026-014",
        "volumes-encrypted",
        "machine PANO-01",
    )
    assert found.grant.is_signed
    assert found.compensating == "it is locked up"
    assert len(found.items) == 1


def test_days_begin_and_end_in_the_zone_of_the_clinic() -> None:
    of = [check_waivers([file(text())], [PACK], zone) for zone in (UTC, ZoneInfo("Asia/Tokyo"))]
    utc, tokyo = (one.waivers[0].grant for one in of)
    assert utc.since == instants.read_timestamp("2026-11-01T00:00:00Z")
    assert tokyo.since == instants.read_timestamp("2026-11-01T00:00:00+09:00")
    assert tokyo.until == instants.read_timestamp("2027-02-01T00:00:00+09:00") - 1


def test_a_site_is_a_group() -> None:
    (found,) = checked(text(scope="{site: main, clinic: bright-smiles}")).waivers
    assert str(found.match) == "group site:main of clinic bright-smiles"


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ("items: ['volume.nam == \"E:\"']", "DL302"),
        ("items: ['volume.name']", "DL308"),
        ("items: ['volume.protection == \"lokced\"']", "DL306"),
        ("items: ['host.os == \"windows\"']", "DL301"),
        ("items: ['volume.mount == \"/srv\"']", "DL608 mount never leaves the machine"),
        ("items: [[]]", "DL"),
        ("items: []", "DL107"),
        ("item: ['true']", "DL101"),
    ],
)
def test_a_leaf_that_cannot_be_asked_makes_no_waiver(more, problem) -> None:
    found = checked(text(more))
    assert f"{found.problems[0].id} {found.problems[0].message}".startswith(problem)
    assert found.waivers == []


@pytest.mark.parametrize(
    ("leaf", "problem"),
    [
        ('user.name == "front_desk"', "DL605 user.name leaves the machine as a number"),
        ('"front_desk" == user.name', "DL605 user.name leaves the machine as a number"),
        ('user.name in ["user-3", "dr_lee"]', "DL605 user.name leaves the machine as a number"),
        ('user.id == "S-1-5-21"', "DL605 user.id leaves the machine as a hash"),
        ('user.name == "user-3"', None),
        ('user.id != "k:7Q2fM1xTz0aB"', None),
    ],
)
def test_a_name_in_clear_is_found_nowhere(leaf, problem) -> None:
    said = told(text(f"items: ['{leaf}']", rule="screen-locks"))
    assert [one.partition(":")[0] for one in said] == ([problem] if problem else [])


def test_a_rule_about_the_machine_has_no_items() -> None:
    pack = replace(PACK, rules=tuple(replace(rule, over=None) for rule in PACK.rules))
    said = told(text("items: ['volume.name == \"E:\"']"), pack=pack)
    assert said == ["DL104 volumes-encrypted is about the machine, and has no items"]


def test_a_rule_that_is_gone_or_never_was_is_told() -> None:
    (problem,) = checked(text(rule="volume-encrypted")).problems
    assert (problem.id, problem.help) == ("DL601", 'did you mean "volumes-encrypted"?')
    gone = replace(PACK, retired=(("disks-dark", "0.9.0", "the disks are encrypted"),))
    assert told(text(rule="disks-dark"), pack=gone)[0].startswith("DL607 disks-dark is gone")


def test_without_a_scope_or_a_rule_there_is_no_waiver() -> None:
    assert told(text().replace("    scope: {machine: PANO-01}\n", "")) == [
        "DL102 a waiver needs scope"
    ]
    assert told(text().replace("    rule: volumes-encrypted\n", "")) == [
        "DL102 a waiver needs rule"
    ]


def test_a_waiver_ends() -> None:
    without = text().replace('    until: "2027-01-31"\n', "")
    assert told(without) == ["DL606 a waiver needs until"]
    assert told(text().replace("2027-01-31", "2027-11-30")) == [
        "DL606 the end is more than 366 days ahead"
    ]
    assert told(text().replace("2027-01-31", "2026-10-31")) == ["DL606 it ends before it begins"]


def test_an_id_stands_once_in_all_files() -> None:
    files = [file(text()), file(text(), name="more.yaml")]
    found = check_waivers(files, [PACK])
    assert [problem.id for problem in found.problems] == ["DL105"]
    assert len(found.waivers) == 1
    assert [problem.id for problem in checked(text(), text()).problems] == ["DL105"]


def test_a_warning_loses_no_waiver() -> None:
    found = checked(
        text('items: [\'volume.name == "E:" or volume.name == "E:" and volume.holds_imaging\']')
    )
    assert {problem.level for problem in found.problems} <= {"warning"}
    assert len(found.waivers) == 1
