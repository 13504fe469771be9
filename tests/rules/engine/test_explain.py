"""What people read: found, wanted, how to mend it; neutral whatever a name holds."""

import pytest

from rules.compiled import catalogue
from rules.compiled.codes import MEANINGS
from rules.compiled.literal import Literal
from rules.engine.explain import expected, fix, place, sentence
from rules.engine.unparse import constant
from rules.engine.words import clean, span, threshold, words
from rules.facts.types import BOOL, DOUBLE, DURATION, STRING, TIMESTAMP, List, Nullable

ENCRYPTED, PAUSED, CIPHER = range(3)


@pytest.fixture
def encrypted(baseline):
    return baseline.rule("volumes-encrypted")


def test_a_sentence_holds_what_was_seen(encrypted) -> None:
    seen = {"volume.name": "D:", "volume.protection": "unprotected"}
    assert sentence(encrypted, ENCRYPTED, seen) == "D: is unprotected"


def test_what_stayed_on_the_machine_says_so(encrypted) -> None:
    assert sentence(encrypted, ENCRYPTED, {}) == "(on the machine) is (on the machine)"


def test_unknown_and_never_are_words(encrypted) -> None:
    seen = {"volume.name": {"$unknown": "locked"}, "volume.state_since": None}
    assert (
        sentence(encrypted, PAUSED, seen)
        == "encryption of unknown (locked) has been paused since never"
    )


def test_a_threshold_says_whose_word_it_is(baseline) -> None:
    locks, patches = baseline.rule("screen-locks"), baseline.rule("patches-current")
    assert threshold(locks.params["max_idle"], "900s") == "15m (benchmark: CIS)"
    assert (
        threshold(patches.params["within"], "2592000s")
        == "30d (proposed rule, not law: 90FR898/patching)"
    )
    assert "(practice policy)" in threshold(patches.params["looked_within"], "604800s")


def test_what_was_wanted_is_said_in_words(baseline) -> None:
    said = {rule.id: expected(rule, 0) for rule in baseline.rules}
    assert said["volumes-encrypted"] == "volume.protection is one of protected, suspended, locked"
    assert said["patches-current"] == (
        "patching.last_scan is not null and age(patching.last_scan) is at most 7d (practice policy)"
    )
    assert said["exports-encrypted"] == (
        "every r of imaging.roots: (r.role is store and (r.owner is not here or "
        "r.cloud_sync is none)) or r.owner is other_host or r.exposed is 0"
    )
    assert expected(baseline.rule("exports-encrypted"), 1) == (
        "no finding with finding.role is not store and finding.state is open and finding.verdict is"
        " not unknown and (finding.role is outbox or finding.volume is not unknown)"
    )
    assert (
        expected(baseline.rule("usb-storage-blocked"), 0, {"accept": ["blocked"]})
        == "usb_storage.control is one of blocked"
    )


def test_an_expression_reads_as_it_was_written(compile_rule) -> None:
    leaves = [
        "(agent.memory + 1) * 2 > -(agent.memory) % 3",
        "(agent.elevated ? 1 : 2) == 1 ? true : agent.elevated",
        'not (agent.elevated or host.os != "linux")',
        "[1, agent.memory][0] in [1.5, 2.5].map(n, int(n))",
        'has(agent.controller_seen) and agent.version > "1.2"',
        'volumes.filter(v, v.kind == "fixed").map(v, v.name).exists(n, n.startsWith("C"))',
        "[].size() == agent.memory and agent.pack_version == null and agent.elevated == true",
        'age(host.boot_time) < "1d 2h"',
    ]
    body = "must:\n" + "".join(f"  - {{that: '{leaf}', say: wrong}}\n" for leaf in leaves[:-1])
    rule = compile_rule(body).rules[0]
    wanted = [expected(rule, number) for number in range(len(rule.clauses))]
    assert wanted[0] == "(agent.memory + 1) * 2 is above -agent.memory % 3"
    assert wanted[1] == "(agent.elevated ? 1 : 2) == 1 ? true : agent.elevated"
    assert wanted[2] == 'not (agent.elevated or host.os != "linux")'
    assert wanted[3] == "[1, agent.memory][0] in [1.5, 2.5].map(n, int(n))"
    assert wanted[4] == "has(agent.controller_seen) and agent.version is above 1.2"
    assert wanted[5] == (
        'some n of volumes.filter(v, v.kind == "fixed").map(v, v.name): n.startsWith("C")'
    )
    assert (
        wanted[6]
        == "[].size() is agent.memory and agent.pack_version is null and agent.elevated is true"
    )


def test_some_says_how_many(compile_rule) -> None:
    body = """
        some: volumes
        where: volume.kind == "fixed"
        at_least: 2
        say: too few
    """
    assert expected(compile_rule(body).rules[0], 0) == "at least 2 volume with volume.kind is fixed"


def test_or_and_and_are_kept_apart(baseline) -> None:
    said = expected(baseline.rule("images-encrypted"), 0)
    assert said.startswith("root.exposed is 0 or (root.protection is suspended and ")


def test_a_fix_is_of_the_system_and_names_the_limit(baseline, encrypted) -> None:
    assert "BitLocker" in fix(encrypted, "windows")
    assert "FileVault" in fix(encrypted, "macos")
    assert "LUKS2" in fix(encrypted, "linux")
    assert fix(encrypted, "plan9") is None
    locks = baseline.rule("screen-locks")
    assert "15m (benchmark: CIS)" in fix(locks, "linux")
    assert "5m (set here; 15m by benchmark: CIS)" in fix(locks, "other", {"max_idle": "300s"})


def test_a_clause_has_a_place_in_its_source(encrypted) -> None:
    assert place(encrypted, ENCRYPTED) == "disks.yaml:30"


@pytest.mark.parametrize(
    ("of", "form", "said"),
    [
        (DURATION, "900s", "15m"),
        (DURATION, "93600s", "1d 2h"),
        (DURATION, "0s", "0s"),
        (DURATION, "-90s", "-1m 30s"),
        (DURATION, "odd", "odd"),
        (TIMESTAMP, "2026-11-22T10:00:59Z", "2026-11-22 10:00 UTC"),
        (Nullable(TIMESTAMP), None, "never"),
        (Nullable(STRING), None, "none"),
        (None, None, "none"),
        (BOOL, True, "yes"),
        (BOOL, False, "no"),
        (DOUBLE, 1.5, "1.5"),
        (STRING, "k:7Q2f", "k:7Q2f"),
        (List(STRING, "item"), [], "none"),
        (List(STRING, "item"), list("abcde"), "a, b, c, d, e"),
        (List(STRING, "item"), list("abcdefgh"), "a, b, c, d, e and 3 more"),
        (STRING, {"$unknown": "timeout"}, "unknown (timeout)"),
    ],
)
def test_a_value_reads_as_a_person_says_it(of, form, said) -> None:
    assert words(of, form) == said


def test_two_units_are_enough() -> None:
    assert span(90_061 * 10**9) == "1d 1h"


@pytest.mark.parametrize("name", ["a\nb", "a\u202eb", "a\u2028b", "a\x00b", "a\x1b[31mb", "\ud800"])
def test_a_name_that_steers_a_terminal_is_neutral(encrypted, name) -> None:
    said = sentence(encrypted, ENCRYPTED, {"volume.name": name, "volume.protection": "locked"})
    assert said.isprintable()
    assert "\ufffd" in said


def test_a_name_is_never_read_as_a_template_and_never_long(encrypted) -> None:
    seen = {"volume.name": "${volume.protection}", "volume.protection": "locked"}
    assert sentence(encrypted, ENCRYPTED, seen) == "${volume.protection} is locked"
    endless = {"volume.name": "x" * 1_000_000, "volume.protection": "<b>"}
    assert len(sentence(encrypted, ENCRYPTED, endless)) < 100
    assert len(clean("x" * 1_000)) == 300


def test_every_code_of_a_verdict_has_a_meaning() -> None:
    assert {f"DL8{number:02}" for number in range(1, 12)} <= MEANINGS.keys()
    assert catalogue.field(("volume", "protection")) is not None


def test_a_constant_list_of_a_pack_reads_as_a_list() -> None:
    words = Literal("list", (Literal("enum", "tpm"), Literal("bool", value=True)))
    assert constant(words) == '["tpm", true]'
