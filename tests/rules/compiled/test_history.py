"""A pack outlives its catalogue: what is newer is unknown, what is older means the same."""

import copy
from typing import Any

import pytest

from rules.compiled import builtin, canonical, catalogue
from rules.compiled.history import History, Renamed, order
from rules.compiled.pack import load
from rules.compiled.uses import needs, uses
from rules.compiled.write import write
from rules.engine.judge import judge
from rules.errors import PackRefused
from rules.facts.types import Nullable
from rules.verdict import Verdict

WHOLE = canonical.decode(builtin.data())


@pytest.fixture
def older() -> Any:
    """Writes a pack of a time when names were others: old names for those of today."""

    def write(**old: str) -> bytes:
        text = canonical.encode(WHOLE).decode()
        for new, before in old.items():
            text = text.replace(f'"{new}"', f'"{before}"').replace(f'"{new}.', f'"{before}.')
        return text.encode()

    return write


def renamed(version: str, *rows: tuple[str, str, str]) -> History:
    return History(version, renamed=tuple(Renamed(*row) for row in rows))


def leaves(pack) -> list:
    return [node for rule in pack.rules for node in rule.leaves]


@pytest.mark.parametrize("version", ["1.2", "1.3"])
def test_an_old_name_of_a_field_means_the_new_one_for_two_minors(older, version) -> None:
    history = renamed(version, ("volume.sealed", "volume.protection", "1.2"))
    assert leaves(
        load(
            older(protection="sealed"),
            history=renamed(
                version,
                ("volume.sealed", "volume.protection", "1.2"),
                ("root.sealed", "root.protection", "1.2"),
                ("device.sealed", "device.protection", "1.2"),
            ),
        )
    ) == leaves(builtin.pack())
    assert history.alias("volume.sealed") == "volume.protection"


@pytest.mark.parametrize("version", ["1.1", "1.4", "2.0"])
def test_before_and_after_that_it_means_nothing(older, version) -> None:
    history = renamed(version, ("volume.sealed", "volume.protection", "1.2"))
    assert history.alias("volume.sealed") is None
    with pytest.raises(PackRefused, match="not there"):
        load(older(protection="sealed"), history)


def test_an_old_name_of_a_fact_means_the_new_one(older) -> None:
    history = renamed("1.5", ("people", "users", "1.4"))
    rule = load(older(users="people"), history).rule("screen-locks")
    assert rule.reads == ("host", "users")
    assert rule.over.path == ("users",)


def test_a_renamed_field_is_found_in_texts_loops_and_defines(compile_rule) -> None:
    pack = compile_rule("""
        define:
          open: volumes.filter(v, v.protection == "unprotected")
        must:
          - that: open.map(w, w.protection).size() < 2
            say: ${open.size()} disks of ${host.name}
        no: volumes
        where: volume.protection == "locked"
        say: ${volume.name} is ${volume.protection}
    """)
    old = write(pack).replace(b'"protection"', b'"sealed"')
    again = load(old, renamed("1.5", ("volume.sealed", "volume.protection", "1.5")))
    assert leaves(again) == leaves(pack)
    assert [c.say for c in again.rules[0].clauses] == [c.say for c in pack.rules[0].clauses]


def test_a_rule_for_a_newer_catalogue_is_unknown_and_the_others_run(now, read, volume) -> None:
    document = copy.deepcopy(WHOLE)
    document["requires_facts"] = "1.9"
    screen = next(rule for rule in document["rules"] if rule["id"] == "screen-locks")
    screen |= {"needs": "1.9", "every": "tapes", "item": "tape"}
    screen["params"] = {
        "kind": {"type": "enum(tape.kind)", "default": {"enum": "lto"}, "basis": "practice_policy"},
        "kinds": {"type": "list<enum(tape.kind)>", "default": {"list": [{"enum": "lto"}]}},
    }
    pack = load(canonical.encode(document))
    said = {r.rule: r for r in judge(pack, {"volumes": read("volumes", [volume()])}, now)}
    assert (said["screen-locks"].verdict, said["screen-locks"].why) == (
        Verdict.UNKNOWN,
        "not_collected",
    )
    assert said["volumes-encrypted"].verdict is Verdict.PASS


def test_a_rule_may_not_need_more_than_its_pack_says() -> None:
    document = copy.deepcopy(WHOLE)
    document["rules"][0]["needs"] = "1.9"
    with pytest.raises(PackRefused) as refused:
        load(canonical.encode(document))
    assert refused.value.code == "DL703"


def test_a_rule_needs_what_came_last_of_all_that_it_uses(compile_rule) -> None:
    rule = compile_rule("""
        params:
          kinds: {type: list<enum(volume.kind)>, default: [fixed], basis: practice_policy}
        every: volumes
        where: volume.kind in params.kinds
        each_must:
          - {that: volume.cipher != null, say: "${volume.percent} of ${host.name}"}
        if_none: unknown
    """).rules[0]
    used = uses(rule)
    assert {"volumes", "volume.kind", "volume.kind:fixed", "volume.cipher", "host"} <= used
    assert "volume.percent" in used
    assert needs(rule, History()) == "1.0"
    for name, version in (
        ("volume.cipher", "1.3"),
        ("volume.percent", "1.4"),
        ("volume.kind:fixed", "1.5"),
        ("volume.size", "1.0"),
    ):
        assert needs(rule, History(since={name: version})) == version


def test_a_pack_that_says_too_little_is_told_what_it_needs(check_rule) -> None:
    checked = check_rule("must:\n  - {that: clock.synced, say: wrong}")
    assert checked.rules["a-rule"].needs == "1.1"
    problem = next(one for one in checked.problems if one.id == "DL703")
    assert problem.message == "a-rule needs facts 1.1; the pack says 1.0"
    assert problem.place.line == 5


def test_a_version_is_compared_by_number() -> None:
    assert order("1.10") > order("1.9")
    with pytest.raises(ValueError, match="no version"):
        order("soon")


def test_what_is_renamed_here_is_there_under_its_new_name_only() -> None:
    for row in History().renamed:
        old, new = (tuple(name.split(".")) for name in (row.old, row.new))
        assert len(old) == len(new)
        found = catalogue.fact(new[0]) if len(new) == 1 else catalogue.field(new)
        assert found is not None
        assert not isinstance(found, Nullable)
