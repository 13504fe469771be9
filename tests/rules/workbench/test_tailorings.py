"""A tailoring as text: every mistake where it stands, each read as its author means it."""

import hashlib
from datetime import UTC, date, datetime

import pytest

from rules.compiled import builtin, instants, tailoring
from rules.compiled.assignment import Assignment
from rules.engine.tailor import tailor
from rules.errors import Misused
from rules.language.files import read_file
from rules.workbench.tailorings import CheckedTailorings, build, check_tailorings

PACK = builtin.pack()
TODAY = date(2026, 11, 22)
HEAD = 'dentinel: tailoring/v1\nextends: {pack: dental-baseline, version: "1.x"}\n'
SOUND = f"""{HEAD}zone: America/Chicago
scopes:
  - match: {{clinic: bright-smiles}}
    set:
      screen-locks: {{max_idle: 10m}}
      usb-storage-blocked:
        accept: [blocked]
        allowed_serials: {{add: ["0951"], reason: PACS export, approved_by: dr_lee}}
    severity: {{screen-locks: critical}}
  - match: {{group: imaging}}
    set:
      screen-locks:
        max_idle: {{value: 20m, reason: slow, approved_by: dr_lee, until: "2027-03-31"}}
  - match: {{machine: PANO-01}}
    disable: {{volumes-encrypted: {{reason: old, approved_by: dr_lee, until: "2027-03-31"}}}}
"""


def checked(*texts: str, fleet: tuple[Assignment, ...] = ()) -> CheckedTailorings:
    files = []
    for number, text in enumerate(texts):
        problems: list = []
        file = read_file(f"tailoring-{number}.yaml", text.encode(), problems)
        assert file is not None, problems
        files.append(file)
    return check_tailorings(files, [PACK], TODAY, fleet)


def of(*scopes: str, head: str = HEAD) -> str:
    return f"{head}scopes:\n" + "".join(f"  - {scope}\n" for scope in scopes)


def told(text: str) -> list[str]:
    return [f"{problem.id} {problem.message}" for problem in checked(text).problems]


def test_a_sound_one_becomes_what_machines_load_and_judge_by() -> None:
    found = checked(SOUND)
    assert found.problems == []
    digest = hashlib.sha256(SOUND.encode()).hexdigest()
    data = build(found, {"tailoring-0.yaml": digest})
    loaded = tailoring.load(data, [PACK])
    machine = Assignment(None, "bright-smiles", frozenset({"imaging"}), "PANO-01")
    at = datetime(2026, 11, 22, 10, tzinfo=UTC)
    terms = tailor(PACK, loaded.tailorings, machine, at)
    assert terms["screen-locks"].params["max_idle"].form == "1200s"
    assert terms["screen-locks"].severity == "critical"
    assert terms["usb-storage-blocked"].params["accept"].form == ["blocked"]
    assert terms["usb-storage-blocked"].params["allowed_serials"].form == ["0951"]
    assert terms["volumes-encrypted"].disabled is not None


def test_a_day_ends_where_the_clinic_is() -> None:
    (of_group,) = [one for one in checked(SOUND).settings if one.match.level == "group"]
    assert of_group.grant.until == instants.read_timestamp("2027-04-01T05:00:00Z") - 1
    without = checked(SOUND.replace("zone: America/Chicago\n", ""))
    (of_group,) = [one for one in without.settings if one.match.level == "group"]
    assert of_group.grant.until == instants.read_timestamp("2027-04-01T00:00:00Z") - 1


def test_an_instant_is_taken_as_it_stands() -> None:
    found = checked(SOUND.replace('until: "2027-03-31"}}', 'until: "2027-03-31T12:00:00-05:00"}}'))
    assert not found.problems
    ends = {one.grant.until for one in found.settings}
    assert instants.read_timestamp("2027-03-31T17:00:00Z") in ends


def test_a_zone_that_there_is_not_is_told() -> None:
    assert told(SOUND.replace("America/Chicago", "America/Chikago")) == [
        "DL103 there is no time zone 'America/Chikago' on this computer"
    ]


DISABLE = "{match: {machine: PANO-01}, disable: {screen-locks: {%s}}}"
SET = "{match: {clinic: bright-smiles}, set: {%s}}"


@pytest.mark.parametrize(
    ("scope", "problem"),
    [
        (SET % "screen-lock: {max_idle: 10m}", "DL601 dental-baseline has no rule 'screen-lock'"),
        (SET % "screen-locks: {max: 10m}", "DL601 screen-locks has no param 'max'"),
        (SET % "screen-locks: {max_idle: ten}", "DL305 'ten' is no duration"),
        (SET % "screen-locks: {max_idle: [10m]}", "DL103 this is one duration, not more"),
        (SET % "screen-locks: {}", "DL107 nothing is set here"),
        (
            SET % "usb-storage-blocked: {accept: [blockd]}",
            "DL306 this is never 'blockd'",
        ),
        (
            SET % "usb-storage-blocked: {accept: {add: [blocked], value: [blocked]}}",
            "DL103 set a value, or add and remove",
        ),
        (
            SET % "screen-locks: {max_idle: {value: 10m, add: [5m]}}",
            "DL103 set a value, or add and remove",
        ),
        (
            SET % "screen-locks: {max_idle: {add: [5m]}}",
            "DL103 max_idle is one value: only a list has something to add or remove",
        ),
        (SET % "screen-locks: {max_idle: 1s}", "DL604 max_idle is at least 1m, and this is 1s"),
        (DISABLE % "reason: old, approved_by: dr_lee", "DL606 a disabled rule needs until"),
        (DISABLE % 'reason: old, until: "2027-01-31"', "DL602 a disabled rule needs approved_by"),
        (
            DISABLE % 'reason: old, approved_by: dr_lee, until: "2027-02-30"',
            "DL305 '2027-02-30' is no day or time",
        ),
        (
            DISABLE % 'reason: old, approved_by: dr_lee, until: "2027-11-26"',
            "DL606 the end is more than 366 days ahead",
        ),
        (
            DISABLE % 'reason: old, approved_by: dr_lee, from: "2027-02-01", until: "2027-01-31"',
            "DL606 it ends before it begins",
        ),
        (
            "{match: {group: 'role:dentist'}, severity: {screen-locks: low}}",
            "DL605 no machine has the role 'dentist'",
        ),
        ("{match: {clinic: bright-smiles}, severity: {screen-locks: dire}}", "DL103"),
        ("{match: {clinic: Bright Smiles}, severity: {screen-locks: low}}", "DL106"),
        ("{match: {}, severity: {screen-locks: low}}", "DL107"),
        ("{match: {clinic: bright-smiles}}", "DL107"),
    ],
)
def test_each_mistake_is_told_once(scope, problem) -> None:
    (said,) = told(of(scope))
    assert said.startswith(problem)


def test_366_days_from_today_are_not_too_long() -> None:
    last = date.fromordinal(TODAY.toordinal() + 366)
    scope = DISABLE % f'reason: old, approved_by: dr_lee, until: "{last}"'
    assert told(of(scope)) == []


def test_without_a_day_nothing_depends_on_the_clock() -> None:
    problems: list = []
    scope = DISABLE % 'reason: old, approved_by: dr_lee, until: "2099-01-31"'
    file = read_file("t.yaml", of(scope).encode(), problems)
    assert file is not None
    assert check_tailorings([file], [PACK], None).problems == []


def test_a_pack_that_is_not_here_and_another_version_are_told() -> None:
    scope = "{match: {clinic: a}, severity: {screen-locks: low}}"
    assert told(of(scope, head=HEAD.replace("baseline", "basline"))) == [
        "DL605 there is no pack 'dental-basline' here"
    ]
    assert told(of(scope, head=HEAD.replace("1.x", "2.x")))[0].startswith(
        "DL605 dental-baseline is 1."
    )


def test_files_are_checked_together() -> None:
    one = of(SET % "screen-locks: {max_idle: 10m}")
    other = of(SET % "screen-locks: {max_idle: 9m}")
    (problem,) = checked(one, other).problems
    assert (problem.id, problem.place.file) == ("DL603", "tailoring-1.yaml")
    assert "tailoring-0.yaml:4" in problem.help


def test_with_a_fleet_each_machine_is_asked() -> None:
    text = of(
        "{match: {group: imaging}, set: {screen-locks: {max_idle: 10m}}}",
        "{match: {group: 'site:main'}, set: {screen-locks: {max_idle: 9m}}}",
        "{match: {machine: PANO-02}, set: {screen-locks: {max_idle: 8m}}}",
    )
    assert checked(text).problems == []
    pano = Assignment(groups=frozenset({"imaging", "site:main"}), machine="PANO-01")
    apart = (
        Assignment(groups=frozenset({"imaging"}), machine="PANO-01"),
        Assignment(groups=frozenset({"site:main"}), machine="PANO-02"),
    )
    assert [p.id for p in checked(text, fleet=(pano,)).problems] == ["DL603", "DL605"]
    assert checked(text, fleet=apart).problems == []


def test_what_has_errors_is_not_built() -> None:
    with pytest.raises(Misused, match="has errors"):
        build(checked(of(SET % "screen-locks: {max: 10m}")), {})


def test_too_much_is_told() -> None:
    scopes = [
        f"{{match: {{machine: PC-{number}}}, set: {{screen-locks: {{max_idle: 5m}}, "
        f"patches-current: {{within: 5d}}}}}}"
        for number in range(1001)
    ]
    assert "DL003 2,002 things are set; machines take 2,000" in told(of(*scopes))
