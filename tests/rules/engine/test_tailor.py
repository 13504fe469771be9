"""Which values hold on a machine: the most specific scope's, for as long as it says, told as is."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given as any_of
from hypothesis import strategies as st

from rules.compiled import builtin, instants
from rules.compiled.assignment import LEVELS, Assignment, Match
from rules.compiled.grant import DAY, Grant
from rules.compiled.literal import Literal
from rules.compiled.setting import DISABLED, OFF, SEVERITY, Setting, Tailoring
from rules.compiled.tighten import Change
from rules.engine.judge import judge
from rules.engine.tailor import given, tailor
from rules.engine.terms import Terms
from rules.errors import Misused, Place
from rules.verdict import Verdict

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
AT = instants.of_datetime(NOW)
PACK = builtin.pack()
PANO = Assignment(
    "lee-dental", "bright-smiles", frozenset({"imaging", "site:main", "role:operatory"}), "PANO-01"
)
NAMES = {"org": "lee-dental", "clinic": "bright-smiles", "group": "imaging", "machine": "PANO-01"}
SCOPES = [Match(((level, NAMES[level]),)) for level in LEVELS]
ORG, CLINIC, GROUP, MACHINE = SCOPES
APPROVED = Grant("the vendor forbids it", "dr_lee", None, AT + 90 * DAY)
NOBODY = Grant()


def minutes(number: int) -> Literal:
    return Literal("duration", number * 60 * instants.SECOND)


def words(*names: str) -> Literal:
    return Literal("list", tuple(Literal("string", name) for name in names))


def idle(match: Match, number: int, grant: Grant = APPROVED, line: int = 1) -> Setting:
    place = Place("bright-smiles.yaml", line, 1, 9)
    return Setting(match, "screen-locks", "params.max_idle", place, minutes(number), grant=grant)


def of(*settings: Setting) -> list[Tailoring]:
    return [Tailoring("dental-baseline", "1.0.x", settings)]


def terms(*settings: Setting, rule: str = "screen-locks", now: datetime = NOW) -> Terms:
    return tailor(PACK, of(*settings), PANO, now)[rule]


def max_idle(*settings: Setting, now: datetime = NOW) -> tuple[str, str]:
    found = terms(*settings, now=now).params["max_idle"]
    return found.form, str(found.origin)


def test_the_most_specific_scope_wins() -> None:
    steps = [idle(scope, 14 - number) for number, scope in enumerate(SCOPES)]
    assert max_idle(*steps[:1]) == ("840s", "org lee-dental")
    assert max_idle(*steps[:2]) == ("780s", "clinic bright-smiles")
    assert max_idle(*steps[:3]) == ("720s", "group imaging")
    assert max_idle(*steps) == ("660s", "machine PANO-01")


def test_a_scope_wins_by_its_most_specific_key_and_needs_all_of_them() -> None:
    of_clinic = Match((("clinic", "bright-smiles"), ("group", "imaging")))
    elsewhere = Match((("clinic", "north-quay"), ("group", "imaging")))
    assert max_idle(idle(of_clinic, 5), idle(CLINIC, 6)) == (
        "300s",
        "group imaging of clinic bright-smiles",
    )
    assert max_idle(idle(elsewhere, 5), idle(CLINIC, 6)) == ("360s", "clinic bright-smiles")


def test_sites_and_roles_are_groups() -> None:
    for name in ("site:main", "role:operatory"):
        assert max_idle(idle(Match((("group", name),)), 5))[1] == f"group {name}"


def test_a_machine_goes_by_its_name_in_any_case() -> None:
    assert max_idle(idle(Match((("machine", "pano-01"),)), 5))[0] == "300s"


def test_each_param_has_a_ladder_of_its_own() -> None:
    within = Setting(
        CLINIC,
        "patches-current",
        "params.within",
        Place("t.yaml"),
        Literal("duration", 20 * DAY),
    )
    found = tailor(PACK, of(within, idle(MACHINE, 5)), PANO, NOW)
    assert found["patches-current"].params["within"].form == "1728000s"
    assert str(found["patches-current"].params["looked_within"].origin) == "pack"
    assert found["screen-locks"].params["max_idle"].form == "300s"
    assert "volumes-encrypted" not in found


def test_two_scopes_of_one_level_decide_nothing() -> None:
    site = Match((("group", "site:main"),))
    results = judged(idle(GROUP, 5), idle(site, 4))
    assert (results["screen-locks"].verdict, results["screen-locks"].why) == (
        Verdict.ERROR,
        "DL603",
    )
    broken = results["screen-locks"].terms.broken
    assert broken is not None
    assert {str(one.match) for one in broken.settings} == {"group imaging", "group site:main"}
    assert results["volumes-encrypted"].why != "DL603"
    assert results["screen-locks"].to_json()["undecided"] == [
        {"thing": "params.max_idle", "origin": "group imaging", "at": "bright-smiles.yaml:1"},
        {"thing": "params.max_idle", "origin": "group site:main", "at": "bright-smiles.yaml:1"},
    ]


def test_one_of_two_that_is_over_leaves_the_other() -> None:
    site = Match((("group", "site:main"),))
    over = replace(APPROVED, until=AT - DAY)
    assert max_idle(idle(GROUP, 5, over), idle(site, 4))[0] == "240s"


def test_loosening_that_nobody_approved_is_an_error() -> None:
    """A clinic may tighten; a group that sets less tight over it must have been approved."""
    results = judged(idle(CLINIC, 5, NOBODY), idle(GROUP, 10, NOBODY))
    assert results["screen-locks"].why == "DL602"


def test_what_is_over_falls_back_to_the_value_below() -> None:
    after = NOW + timedelta(days=91)
    settings = (idle(CLINIC, 10, NOBODY), idle(GROUP, 20))
    assert max_idle(*settings) == ("1200s", "group imaging")
    assert max_idle(*settings, now=after) == ("600s", "clinic bright-smiles")


def test_what_has_not_begun_does_not_hold() -> None:
    ahead = Grant(since=AT + DAY)
    assert max_idle(idle(CLINIC, 5, ahead))[1] == "pack"
    assert max_idle(idle(CLINIC, 5, ahead), now=NOW + timedelta(days=2))[0] == "300s"


def test_a_clock_that_was_turned_back_makes_no_loosening_last() -> None:
    long_ago = NOW - timedelta(days=400)
    assert max_idle(idle(GROUP, 20), now=long_ago)[1] == "pack"
    stricter = Grant(until=AT + 90 * DAY)
    assert max_idle(idle(GROUP, 5, stricter), now=long_ago)[0] == "300s"


def test_a_list_is_added_to_and_taken_from() -> None:
    place = Place("t.yaml")
    serials = [
        Setting(
            scope,
            "usb-storage-blocked",
            "params.allowed_serials",
            place,
            add=words(*add).value,
            remove=words(*remove).value,
            grant=Grant("hardware-encrypted sticks", "dr_lee"),
        )
        for scope, add, remove in (
            (CLINIC, ("k1", "k2"), ()),
            (MACHINE, ("k3",), ("k1",)),
        )
    ]
    found = terms(*serials, rule="usb-storage-blocked").params["allowed_serials"]
    assert found.form == ["k2", "k3"]
    assert found.origin.change is Change.LOOSENED


def test_a_severity_is_another_and_says_whose() -> None:
    setting = Setting(
        CLINIC, "screen-locks", SEVERITY, Place("t.yaml", 7), Literal("string", "critical")
    )
    found = terms(setting)
    assert (found.severity, str(found.severity_by)) == ("critical", "clinic bright-smiles")
    assert found.to_json()["severity"] == {
        "value": "critical",
        "origin": "clinic bright-smiles",
        "level": "clinic",
        "change": "changed",
        "at": "t.yaml:7",
    }


def test_a_rule_that_is_switched_off_is_not_applicable_until_its_end() -> None:
    off = Setting(MACHINE, "screen-locks", DISABLED, Place("t.yaml"), OFF, grant=APPROVED)
    result = judged(off)["screen-locks"]
    assert (result.verdict, result.why) == (Verdict.NOT_APPLICABLE, "disabled")
    assert result.to_json()["disabled"]["approved_by"] == "dr_lee"
    later = judged(off, now=NOW + timedelta(days=91))["screen-locks"]
    assert later.verdict is Verdict.UNKNOWN


def test_a_switched_off_rule_needs_an_approval_here_too() -> None:
    off = Setting(MACHINE, "screen-locks", DISABLED, Place("t.yaml"), OFF)
    assert judged(off)["screen-locks"].why == "DL602"


def test_a_tailoring_of_another_version_is_misused() -> None:
    with pytest.raises(Misused, match=r"dental-baseline 2\.x, and this is 1"):
        tailor(PACK, [Tailoring("dental-baseline", "2.x", ())], PANO, NOW)
    assert tailor(PACK, [Tailoring("north-quay", "2.x", (idle(ORG, 5),))], PANO, NOW) == {}


def test_values_for_a_trial_must_fit() -> None:
    trial = given(PACK, {"screen-locks": {"max_idle": "60s"}})["screen-locks"]
    assert (trial.params["max_idle"].form, str(trial.params["max_idle"].origin)) == ("60s", "given")
    for wrong in ({"max_idle": "1s"}, {"max_idle": 5}, {"max_idel": "60s"}):
        with pytest.raises(Misused):
            given(PACK, {"screen-locks": wrong})
    with pytest.raises(Misused):
        given(PACK, {"screen-lock": {}})


def judged(*settings: Setting, now: datetime = NOW) -> dict[str, Any]:
    found = tailor(PACK, of(*settings), PANO, now)
    return {result.rule: result for result in judge(PACK, {}, now, found, stopwatch=lambda: 0)}


# --- laws ---------------------------------------------------------------------------------------

GRANTS = st.builds(
    Grant,
    st.just("the vendor forbids it"),
    st.just("dr_lee"),
    st.one_of(st.none(), st.integers(-40, 40).map(lambda days: AT + days * DAY)),
    st.integers(-40, 300).map(lambda days: AT + days * DAY),
)
LADDERS = st.lists(
    st.builds(idle, st.sampled_from(SCOPES), st.integers(1, 30), GRANTS, st.integers(1, 99)),
    min_size=1,
    max_size=4,
    unique_by=lambda setting: setting.match.level,
)
"""At most one setting a level, each approved, some of them over or not yet begun."""


@any_of(LADDERS, st.randoms())
def test_the_order_of_files_and_lines_means_nothing(ladder, chance) -> None:
    shuffled = chance.sample(ladder, len(ladder))
    files = [Tailoring("dental-baseline", "1.0.x", (one,)) for one in shuffled]
    assert tailor(PACK, files, PANO, NOW) == tailor(PACK, of(*ladder), PANO, NOW)


@any_of(LADDERS)
def test_tightened_and_loosened_are_never_taken_for_one_another(ladder) -> None:
    found = terms(*ladder).params["max_idle"]
    climbed = sorted(ladder, key=lambda setting: setting.match.rank)
    holding = [one.value.value for one in climbed if one.grant.state(AT) == "holds"]
    *below, top = minutes(15).value, *holding
    is_looser = any(top > each for each in below)
    is_tighter = not is_looser and any(top < each for each in below)
    assert found.origin.is_loosened == is_looser
    assert (found.origin.change is Change.TIGHTENED) == is_tighter
    assert found.value == top


@any_of(LADDERS, st.integers(0, 400))
def test_an_end_gives_exactly_the_next_lower_value(ladder, days) -> None:
    then = NOW + timedelta(days=days)
    at = instants.of_datetime(then)
    left = [one for one in ladder if one.grant.state(at) == "holds"]
    now_holds = max_idle(*ladder, now=then)
    assert now_holds == (max_idle(*left, now=then) if left else ("900s", "pack"))


@any_of(LADDERS)
def test_every_value_that_was_set_is_a_step_that_can_be_shown(ladder) -> None:
    steps = terms(*ladder).params["max_idle"].steps
    assert len(steps) == len(ladder) + 1
    assert str(steps[0].origin) == "pack"
    assert [step.state == "holds" for step in steps[1:]] == [
        one.grant.state(AT) == "holds"
        for one in sorted(ladder, key=lambda setting: setting.match.rank)
    ]
