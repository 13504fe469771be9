"""Each operation of the language gives what its table says, also beside null, gaps and limits."""

import pytest

from rules.verdict import Verdict

T, F, U, E = Verdict.PASS, Verdict.FAIL, Verdict.UNKNOWN, Verdict.ERROR
MEMORY = "agent.memory"
UNREAD = {"$unknown": "timeout"}
BROKEN = "no int"


@pytest.fixture
def leaf(say):
    """The verdict of one leaf over the agent's, the machine's and the disks' facts."""

    def leaf(text, agent=None, **facts):
        quoted = text.replace("'", "''")
        body = f"must:\n  - {{that: '{quoted}', say: wrong}}"
        agent = {"memory": 7, "cpu_day": "90s", "version": "1.2.3", "elevated": True} | (
            agent or {}
        )
        return say(body, agent=agent, **facts)

    return leaf


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("agent.memory + 1 == 8 and agent.memory - 8 == -1", T),
        ("agent.memory * 2 == 14 and agent.memory / 2 == 3 and -agent.memory / 2 == -3", T),
        ("agent.memory % 4 == 3 and -agent.memory % 4 == -3", T),
        ("-(agent.memory) == -7", T),
        ("agent.memory == 0x7", T),
        ("double(agent.memory) == 7.0 and -double(agent.memory) < 0", T),
        ("double(agent.memory) / 0.0 > 1e300", T),
        ("double(agent.memory) * 2.0 + 1.0 - 0.5 == 14.5", T),
        ("0.0 / (double(agent.memory) - 7.0) == 0.0", F),
        ("-double(agent.memory) / 0.0 < -1e300", T),
        ("agent.memory < 7.5 and agent.memory >= 6.5", T),
        ("agent.memory > 7 or agent.memory <= 6", F),
        ('agent.cpu_day == "90s" and agent.cpu_day < "2m"', T),
        ('agent.cpu_day + "30s" == "2m" and agent.cpu_day - "2m" == "-30s"', T),
        ('agent.version > "1.2" and agent.version == "1.2.3.0"', T),
        ("agent.elevated ? agent.memory > 5 : false", T),
        ("not agent.elevated ? true : agent.memory > 9", F),
        ("not (agent.memory in [1, 2]) and agent.memory in [7]", T),
        ("agent.memory in []", F),
        ("[agent.memory, 8].size() == 2 and size([agent.memory]) == 1", T),
        ("[agent.memory, 8] == [7, 8] and [agent.memory] != [8]", T),
        ("([agent.memory] + [9]).exists(n, n == 9)", T),
        ("[agent.memory, 7, 8].distinct().size() == 2", T),
        ("[agent.memory, 8][1] == 8", T),
        ("[agent.memory, 8].exists_one(n, n == 8)", T),
        ("[agent.memory, 8].map(n, n * 2) == [14, 16]", T),
        ("[agent.memory, 8].filter(n, n > 7).size() == 1", T),
        ("[agent.memory, 8].all(n, n > 6) and not [agent.memory].exists(n, n > 7)", T),
        ("1.5 in [double(agent.memory), 1.5]", T),
        ("has(agent.memory)", T),
        ('string(agent.memory) == "7" and int("42") == agent.memory * 6', T),
        ('string(agent.memory) + "x" == "7x"', T),
        ('string(agent.cpu_day) == "90s" and duration("90s") == agent.cpu_day', T),
        ('string(agent.elevated) == "true" and bool("T" + "rue") == agent.elevated', T),
        ('string(-4.5e-3) == "-0.0045" and agent.elevated', T),
        ('string(agent.version) == "1.2.3" and version("1.2.3") == agent.version', T),
        ("int(7.9) == agent.memory and int(agent.memory) == 7", T),
        ('timestamp(agent.memory) == "1970-01-01T00:00:07Z"', T),
        ('int(timestamp("1970-01-01T00:00:07Z")) == agent.memory', T),
        ('string(timestamp(agent.memory)) == "1970-01-01T00:00:07Z"', T),
        ('double("1.5") < agent.memory', T),
        ('timestamp(agent.memory) + "1s" == "1970-01-01T00:00:08Z"', T),
        ('"1s" + timestamp(agent.memory) - "2s" == timestamp(6) and agent.elevated', T),
        ('timestamp(agent.memory) - timestamp(5) == "2s"', T),
        ("now > timestamp(agent.memory)", T),
        ('string(agent.memory).startsWith("7") and string(agent.memory).endsWith("7")', T),
        ('string(agent.memory).contains("8")', F),
        ('(string(agent.memory) + "abc").glob("7*c") and string(agent.memory).glob("?")', T),
        ("string(agent.memory).size() == 1", T),
    ],
)
def test_a_leaf_is_what_its_operations_say(leaf, text, verdict) -> None:
    assert leaf(text).verdict is verdict


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("agent.memory / (agent.memory - agent.memory) == 1", "DL802"),
        ("agent.memory % (agent.memory - agent.memory) == 1", "DL802"),
        ("9223372036854775807 + agent.memory > 0", "DL803"),
        ("-9223372036854775808 / (agent.memory - 8) > 0", "DL803"),
        ("-(agent.memory - 9223372036854775807 - 8) > 0", "DL803"),
        ('agent.cpu_day + "315575999999s" > "1s"', "DL803"),
        ('timestamp(agent.memory) + "315000000000s" > now', "DL803"),
        ("timestamp(agent.memory * 999999999999) > now", "DL803"),
        ("int(double(agent.memory) * 1e300) > 0", "DL803"),
        ('int("99999999999999999" + string(agent.memory) + "9") > 0', "DL803"),
        ("[agent.memory][4611686018427387904] == 1", "DL804"),
        ("[agent.memory][-1] == 1", "DL804"),
        ('int("x" + string(agent.memory)) == 1', "DL805"),
        ('double("x" + string(agent.memory)) == 1', "DL805"),
        ('bool("TrUe" + string(agent.memory))', "DL805"),
        ('duration("x" + string(agent.memory)) == "1s"', "DL805"),
        ('timestamp("x" + string(agent.memory)) == now', "DL805"),
        ('version("x" + string(agent.memory)) == "1.0"', "DL805"),
    ],
)
def test_what_cannot_be_computed_is_an_error_and_never_a_python_exception(leaf, text, code) -> None:
    result = leaf(text)
    assert (result.verdict, result.why) == (E, code)


STRICT = [
    "agent.memory + 1 == 2",
    "-agent.memory == 1",
    "1 + agent.memory == 2",
    "agent.memory == 7",
    "agent.memory != 9",
    "9 != agent.memory",
    "agent.memory < 9",
    "agent.memory in [7]",
    "agent.memory in [7, agent.memory]",
    "[agent.memory] == [7]",
    "[agent.memory, 7].size() == 2",
    "[7].exists(n, n == agent.memory)",
    "[7].exists_one(n, n == agent.memory)",
    "[7].filter(n, n == agent.memory).size() == 1",
    "[7].map(n, n + agent.memory).size() == 1",
    "([7] + [agent.memory]).size() == 2",
    "[agent.memory].distinct().size() == 1",
    "[7][agent.memory] == 7",
    "has(agent.memory)",
    "not (agent.memory == 7)",
    "agent.memory == 7 ? true : true",
    'string(agent.memory) == "7"',
    'string(agent.memory).contains("7")',
    "string(agent.memory).size() == 1",
    'string(agent.memory) + "x" == "7x"',
    "timestamp(agent.memory) < now",
    'age(timestamp(agent.memory)) > "1s"',
]


@pytest.mark.parametrize("text", STRICT)
def test_an_operand_that_was_not_read_makes_a_strict_operation_unknown(leaf, text) -> None:
    result = leaf(text, {"memory": UNREAD})
    assert (result.verdict, result.why) == (U, "timeout")


@pytest.mark.parametrize("text", STRICT)
def test_an_operand_that_is_broken_makes_a_strict_operation_an_error(leaf, text) -> None:
    result = leaf(text, {"memory": BROKEN})
    assert (result.verdict, result.why) == (E, "DL811")


def test_error_beats_unknown_outside_the_logic(leaf) -> None:
    both = {"memory": UNREAD, "outbox_waiting": BROKEN}
    assert leaf("agent.memory + agent.outbox_waiting == 1", both).why == "DL811"
    assert leaf("agent.outbox_waiting + agent.memory == 1", both).why == "DL811"
    assert leaf("[agent.memory, agent.outbox_waiting].size() == 2", both).why == "DL811"


KLEENE = {
    "and": {
        "TT": T,
        "TF": F,
        "TU": U,
        "TE": E,
        "FF": F,
        "FU": F,
        "FE": F,
        "UU": U,
        "UE": U,
        "EE": E,
    },
    "or": {
        "TT": T,
        "TF": T,
        "TU": T,
        "TE": T,
        "FF": F,
        "FU": U,
        "FE": E,
        "UU": U,
        "UE": U,
        "EE": E,
    },
}
ATOMS = {
    "T": "agent.memory == 7",
    "F": "agent.memory == 8",
    "U": "agent.facts_unknown == 1",
    "E": "agent.outbox_waiting == 1",
}


@pytest.mark.parametrize("op", KLEENE)
@pytest.mark.parametrize("pair", KLEENE["and"])
@pytest.mark.parametrize("turned", [False, True])
def test_and_and_or_follow_the_tables_of_four_values(leaf, op, pair, turned) -> None:
    one, other = (ATOMS[letter] for letter in (reversed(pair) if turned else pair))
    result = leaf(f"{one} {op} {other}", {"facts_unknown": UNREAD, "outbox_waiting": BROKEN})
    assert result.verdict is KLEENE[op][pair]


@pytest.mark.parametrize("op", KLEENE)
@pytest.mark.parametrize("pair", KLEENE["and"])
def test_all_and_exists_are_and_and_or_over_their_items(leaf, op, pair) -> None:
    name = {"and": "all", "or": "exists"}[op]
    one, other = (ATOMS[letter] for letter in pair)
    text = f"[1, 2].{name}(n, n == 1 ? {one} : {other})"
    result = leaf(text, {"facts_unknown": UNREAD, "outbox_waiting": BROKEN})
    assert result.verdict is KLEENE[op][pair]


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ('volumes.all(v, v.kind == "fixed")', U),
        ('volumes.all(v, v.kind == "network")', F),
        ('volumes.exists(v, v.kind == "fixed")', T),
        ('volumes.exists(v, v.kind == "network")', U),
        ('"C:" in volumes.map(v, v.name)', T),
        ('"D:" in volumes.map(v, v.name)', U),
        ('"D:" in (volumes.map(v, v.name) + ["D:"])', T),
        ('"D:" in (["E:"] + volumes.map(v, v.name)).distinct()', U),
        ("volumes.size() == 1", U),
        ('volumes.map(v, v.name)[0] == "C:"', U),
        ('volumes.map(v, v.name) == ["C:"]', U),
        ('volumes.exists_one(v, v.name == "C:")', U),
        ('volumes.filter(v, v.kind == "fixed").size() >= 1', U),
        ('volumes.filter(v, v.kind == "fixed").exists(v, v.name == "C:")', T),
    ],
)
def test_an_incomplete_list_proves_only_what_no_further_item_can_change(
    leaf, volume, text, verdict
) -> None:
    half = {"$items": [volume("C:")], "$missing": "timeout"}
    result = leaf(text, volumes=half)
    assert result.verdict is verdict
    assert result.why == ("timeout" if verdict is U else None)


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("user.lock.after == null", T),
        ('user.lock.after != "15m"', T),
        ('user.lock.after == "15m"', F),
        ('user.lock.after in ["15m"]', F),
        ("has(user.lock.after)", F),
        ('user.lock.after == null or user.lock.after <= "15m"', T),
        ("user.blank_password != true", T),
        ("null != user.lock.after", F),
    ],
)
def test_null_is_equal_to_null_alone(say, text, verdict) -> None:
    quoted = text.replace("'", "''")
    body = f"every: users\neach_must:\n  - {{that: '{quoted}', say: wrong}}\nif_none: fail"
    user = {"name": "dr_lee", "blank_password": None, "lock": {"after": None}}
    assert say(body, users=[user]).verdict is verdict


@pytest.mark.parametrize(
    ("at", "verdict", "why"),
    [
        ("2026-11-22T09:00:01Z", T, None),
        ("2026-11-22T09:00:00Z", F, None),
        ("2026-11-22T10:05:00Z", T, None),
        ("2026-11-22T10:05:01Z", U, "conflict"),
        (None, F, None),
    ],
)
def test_a_time_a_little_ahead_is_now_and_further_ahead_a_conflict(leaf, at, verdict, why) -> None:
    text = 'patching.last_scan != null and age(patching.last_scan) < "1h"'
    result = leaf(text, patching={"last_scan": at})
    assert (result.verdict, result.why) == (verdict, why)


def test_a_define_is_evaluated_at_most_once_and_only_when_asked(say, volume) -> None:
    body = """
        define:
          fixed: volumes.filter(v, v.kind == "fixed")
          names: fixed.map(v, v.name)
          machine: host
        must:
          - that: '"C:" in names and fixed.size() == 1 and machine.os == "linux"'
            say: wrong ${names.size()}
          - {that: "names.size() == 1", say: wrong}
    """
    result = say(body, volumes=[volume("C:")], host={"os": "linux"})
    assert result.verdict is T
    assert say(body, volumes=[volume("C:")], host={"os": "macos"}).verdict is F


def test_a_listed_constant_that_is_folded_is_looked_up_by_its_words(leaf) -> None:
    assert leaf("agent.memory in [1, 2, 3]", {"memory": 4}).verdict is F
    assert leaf("[1, 2].distinct() == [1, 2] and agent.elevated").verdict is T
    assert (
        leaf('string(1e-5) == "0.00001" and string(1e300) == "1e+300" and agent.elevated').verdict
        is T
    )


@pytest.mark.parametrize(
    ("names", "found", "distinct"),
    [
        (["users"], T, T),
        (["host", UNREAD], U, U),
        (["users", UNREAD], T, U),
        (["host", 7, UNREAD], U, E),
        (["host", 7], E, E),
        ([], F, F),
    ],
)
def test_an_item_that_was_not_read_may_be_any(leaf, names, found, distinct) -> None:
    agent = {"over_budget": names}
    assert leaf('"users" in agent.over_budget', agent).verdict is found
    assert leaf("agent.over_budget.distinct().size() > 0", agent).verdict is distinct
