"""Each key of a rule is asked for what its table says, and everything wrong is told at once."""

import pytest


def must(leaf: str) -> str:
    return f"must:\n  - that: {leaf}\n    say: wrong"


PARAM = "{type: duration, default: 15m, basis: practice_policy}"


def with_param(text: str, leaf: str = "agent.cpu_day <= params.limit") -> str:
    return f"params:\n  limit: {text}\n{must(leaf)}"


MISTAKES = [
    (
        "DL101",
        "a rule has no key 'evry'",
        'did you mean "every"?',
        must("agent.elevated") + "\n«evry»: volumes",
    ),
    ("DL102", "an entry of must needs say", "", "must:\n  - «that»: agent.elevated"),
    (
        "DL103",
        "severity is never 'fatal'",
        "critical, high",
        must("agent.elevated") + "\nseverity: «fatal»",
    ),
    ("DL103", "must is a list", "", "must: «agent.elevated»"),
    ("DL103", "an entry of must has keys", "- {that", "must:\n  - «agent.elevated»"),
    (
        "DL103",
        "at_least is a whole number",
        "",
        "some: volumes\nwhere: volume.holds_imaging\nat_least: «0»\nsay: wrong",
    ),
    (
        "DL103",
        "this is one duration, not more",
        "",
        with_param("{type: duration, default: «[»15m], basis: practice_policy}"),
    ),
    (
        "DL103",
        "this is a list",
        "[one, two]",
        with_param(
            "{type: list<int>, default: «7», basis: practice_policy}",
            "agent.memory in params.limit",
        ),
    ),
    (
        "DL103",
        "'x' is no int",
        "",
        with_param(
            "{type: int, default: «x», basis: practice_policy}", "agent.memory < params.limit"
        ),
    ),
    (
        "DL103",
        "there is no type of a param 'durations'",
        'did you mean "duration"?',
        with_param(
            "{type: «durations», default: 15m, basis: practice_policy}",
            "agent.elevated and params.limit",
        ),
    ),
    ("DL103", "fix is text", "", must("agent.elevated") + "\nfix: «[»]"),
    (
        "DL104",
        "`every` needs `if_none`",
        "what an empty list means",
        "every: «volumes»\neach_must:\n  - {that: volume.holds_imaging, say: wrong}",
    ),
    ("DL104", "`if_none` goes with every", "", must("agent.elevated") + "\n«if_none»: pass"),
    (
        "DL104",
        "one of every, no and some",
        "two rules",
        "no: volumes\n«some»: volumes\nwhere: volume.holds_imaging\nsay: wrong",
    ),
    ("DL106", "'Disks' is no id", "screen-locks", must("agent.elevated") + "\nid: «Disks»"),
    (
        "DL106",
        "'Limit' is no name of a param",
        "",
        "params:\n  «Limit»: " + PARAM + "\n" + must("agent.cpu_day < params.Limit"),
    ),
    ("DL107", "must is empty", "", "must: «[»]"),
    ("DL107", "cite is empty", "", must("agent.elevated") + "\ncite: «{»}"),
    (
        "DL109",
        "there is no control 'ENC-99'",
        "",
        must("agent.elevated") + "\ncontrols: [«ENC-99»]",
    ),
    (
        "DL109",
        "there is no citation 'CSI'",
        "",
        must("agent.elevated") + "\ncite: {benchmark: [«CSI»]}",
    ),
    (
        "DL110",
        "90FR898/patching is proposed, not in_force",
        "name it under proposed",
        must("agent.elevated") + "\ncite: {in_force: [«90FR898/patching»]}",
    ),
    (
        "DL110",
        "a param with type duration needs basis",
        "practice_policy",
        with_param("{type: «duration», default: 15m}"),
    ),
    (
        "DL110",
        "164.312(d) sets no number",
        "practice_policy",
        with_param("{type: duration, default: 15m, basis: in_force, source: «164.312(d)»}"),
    ),
    (
        "DL110",
        "a param with basis benchmark needs source",
        "",
        with_param("{type: duration, default: 15m, basis: «benchmark»}"),
    ),
    (
        "DL110",
        "CIS is benchmark, not proposed",
        "",
        with_param("{type: duration, default: 15m, basis: proposed, source: «CIS»}"),
    ),
    ("DL103", "a param has keys", "write {type: …", "params:\n  limit: «15m»\n" + must("true")),
    ("DL103", "cite has keys", "", must("true") + "\ncite: «CIS»"),
    ("DL103", "title is at most 100", "", must("true") + "\ntitle: «" + "x" * 101 + "»"),
    ("DL107", "where is empty", "", "no: volumes\nwhere: «[»]\nsay: wrong"),
    ("DL103", "params is names with values", "max_idle", "params: «x»\n" + must("agent.elevated")),
    (
        "DL003",
        "params holds at most 32, not 33",
        "",
        "params:\n"
        + "".join(f"  {'«' * (n == 32)}p{n}{'»' * (n == 32)}: {PARAM}\n" for n in range(33))
        + must(" and ".join(f"agent.cpu_day < params.p{n}" for n in range(3))),
    ),
    (
        "DL003",
        "tags holds at most 64, not 65",
        "split it",
        "tags: [" + ", ".join(f"t{n}" for n in range(64)) + ", «last»]\n" + must("agent.elevated"),
    ),
    ("DL105", "the 'disk' stands twice in tags", "line", "tags: [disk, «disk»]"),
    ("DL103", "when is an expression", "on one line", "when:\n  «-» agent.elevated"),
    (
        "DL104",
        "`min` does not go with type bool",
        "",
        with_param("{type: bool, default: true, «min»: false}", "agent.elevated == params.limit"),
    ),
    (
        "DL104",
        "a param has one of tighten and loosen",
        "leave one",
        with_param(
            "{type: int, default: 1, tighten: at-most, «loosen»: true, basis: practice_policy}",
            "agent.memory < params.limit",
        ),
    ),
    (
        "DL103",
        "tighten is never 'subset'",
        "at-most, at-least",
        with_param(
            "{type: int, default: 1, tighten: «subset», basis: practice_policy}",
            "agent.memory < params.limit",
        ),
    ),
    ("DL107", "severity has no value", "leave the key out", "severity:« »"),
    ("DL107", "title is empty", "", 'title: «""»'),
]


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda row: f"{row[0]} {row[1][:30]}")
def test_a_mistake_is_told_where_it_stands(tells, mistake) -> None:
    tells(*mistake)
