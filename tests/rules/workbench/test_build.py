"""A pack is built only when it is sound, and what is built is what was meant."""

import pytest

from rules.compiled import builtin, limits
from rules.compiled.pack import load
from rules.errors import Misused
from rules.workbench.build import build
from rules.workbench.packs import check_pack

EVERYTHING = """
    plain: Somebody looks after this machine.
    when: host.os in ["linux", "windows"]
    params:
      least:
        {type: int, default: 1, min: 0, max: 9, tighten: at-least, basis: practice_policy, about: x}
      most: {type: double, default: 1.5, basis: practice_policy}
      since: {type: timestamp, default: "2026-01-01T00:00:00Z"}
      oldest: {type: version, default: "1.2", basis: practice_policy}
      names: {type: list<string>, default: ["C:"], loosen: true, basis: practice_policy}
      strict: {type: bool, default: true}
      word: {type: string, default: linux}
    define:
      fixed: volumes.filter(v, v.kind == "fixed" and v.name in params.names)
      count: fixed.size()
    must:
      - that: count >= params.least and double(count) > params.most
        say: "${count} and ${fixed.size()} of ${params.least} $${x}"
      - {that: host.boot_time > params.since and agent.version >= params.oldest, say: wrong}
      - {that: params.strict and host.name != params.word, say: wrong}
    some: volumes
    where:
      - volume.kind == "fixed"
      - volume.protection == "protected"
    at_least: 2
    say: too few
    fix:
      any: Do ${params.least}.
      windows: Do it there.
    tags: [disks]
    since: "1.0.0"
    replaces: [old-rule]
"""


def test_all_that_a_rule_can_say_reaches_the_machine(compile_rule) -> None:
    rule = compile_rule(EVERYTHING).rules[0]
    assert rule.plain == "Somebody looks after this machine."
    assert list(rule.params) == sorted(rule.params)
    assert rule.params["least"].low.value == 0
    assert rule.params["least"].tighten == "at-least"
    assert rule.params["names"].loosen is True
    assert list(rule.define) == ["fixed", "count"]
    assert len(rule.clauses) == 4
    assert rule.clauses[0].say == (
        *("", ("count",), " and ", ("fixed", "size()"), " of ", ("params", "least"), " ${x}"),
    )
    assert rule.over.at_least == 2
    assert rule.fix.keys() == {"any", "windows"}
    assert (rule.tags, rule.since, rule.replaces) == (("disks",), "1.0.0", ("old-rule",))
    assert rule.reads == ("agent", "host", "volumes")


def test_an_unsound_pack_is_not_built(check_rule) -> None:
    with pytest.raises(Misused, match="has errors"):
        build(check_rule("must:\n  - {that: agent.memry, say: wrong}"))


def test_what_was_built_is_what_a_machine_loads(check_rule) -> None:
    made, data = build(check_rule(EVERYTHING))
    assert load(data).sha256 == made.sha256
    assert len(data) < limits.PACK_BYTES


def test_a_rule_over_its_counts_is_refused(check_rule) -> None:
    many = "must:\n" + "  - {that: agent.elevated, say: wrong}\n" * (limits.CLAUSES + 1)
    assert "DL003" in [problem.id for problem in check_rule(many).problems]
    params = "params:\n" + "".join(
        f"  p{n}: {{type: int, default: 1, basis: practice_policy}}\n" for n in range(33)
    )
    text = params + "must:\n  - {that: agent.elevated, say: wrong}"
    assert "DL003" in [problem.id for problem in check_rule(text).problems]


def test_the_built_in_pack_is_written_where_it_is_read(tmp_path, monkeypatch) -> None:
    import rules.workbench.build as builder

    assert check_pack(builtin.FOLDER).has_errors is False
    monkeypatch.setattr(builder.builtin, "FILE", tmp_path / "compiled.json")
    assert builder.write_builtin() == tmp_path / "compiled.json"
    assert (tmp_path / "compiled.json").read_bytes() == builtin.data()
