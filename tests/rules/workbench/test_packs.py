"""A pack is sound as a whole, or its author is told before any machine refuses it."""

from pathlib import Path

import pytest

from rules.compiled import limits
from rules.workbench.packs import Checked, check_pack


def errors(checked: Checked) -> list[tuple[str, str]]:
    return [(one.id, one.message) for one in checked.problems if one.level == "error"]


@pytest.mark.parametrize(
    ("body", "what"),
    [
        (
            "no: users\nwhere: [" + ", ".join(["user.admin"] * 33) + "]\nsay: wrong",
            "it has 33 entries of where; 32 are the most",
        ),
        (
            "some: users\nwhere: user.admin\nat_least: 100001\nsay: wrong",
            "it has 100,001 items to be met at least; 100,000 are the most",
        ),
        (
            "must:\n  - that: agent.elevated\n    say: " + "a ${host.name} " * 33,
            "a text has 67 parts; 64 are the most",
        ),
        (
            "params:\n  names: {type: list<int>, basis: practice_policy, default: ["
            + ", ".join(map(str, range(1_001)))
            + "]}\nmust:\n  - {that: agent.memory in params.names, say: wrong}",
            "param names holds 1,001 items; 1,000 are the most",
        ),
        (
            "params:\n  name: {type: string, default: " + "x" * 1_001 + "}\n"
            "must:\n  - {that: host.name == params.name, say: wrong}",
            "param name holds a text of 1,001 characters; 1,000 are the most",
        ),
    ],
)
def test_what_a_machine_would_refuse_is_told_when_it_is_checked(check_rule, body, what) -> None:
    assert ("DL003", f"a machine would refuse a-rule: {what}") in errors(check_rule(body))


def test_one_file_says_what_the_pack_is(check_rule) -> None:
    twice = "dentinel: pack/v1\npack: north-quay\nversion: '1.0.0'\ntitle: Again\n"
    twice += "requires_facts: '1.0'\nlanguage: 1\n"
    checked = check_rule("must:\n  - {that: agent.elevated, say: wrong}", second=twice)
    assert errors(checked) == [("DL105", "a second file says what the pack is")]


def test_a_pack_holds_so_many_rules_and_no_more(write_pack) -> None:
    rule = (
        "  - id: {id}\n    title: x\n    severity: low\n    controls: [ENC-01]\n"
        "    cite: {{in_force: [164.312(b)]}}\n    must: [{{that: agent.elevated, say: x}}]\n"
    )
    files = {
        f"t{topic}": "dentinel: rules/v1\npack: north-quay\nrules:\n"
        + "".join(rule.format(id=f"r-{topic}-{n}") for n in range(limits.RULES_IN_FILE))
        for topic in range(limits.RULES // limits.RULES_IN_FILE)
    }
    assert errors(check_pack(write_pack(**files), display=Path())) == []
    files["more"] = "dentinel: rules/v1\npack: north-quay\nrules:\n" + rule.format(id="one-more")
    assert errors(check_pack(write_pack(**files), display=Path())) == [
        ("DL003", "1,001 rules; a pack holds at most 1,000")
    ]
