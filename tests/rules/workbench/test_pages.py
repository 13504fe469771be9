"""The page of an id tells the truth: its wrong example has that problem, its right one none."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from agent.cli.program import program
from rules.compiled import builtin
from rules.compiled.codes import MEANINGS
from rules.compiled.pack import load
from rules.errors import Misused, PackRefused
from rules.workbench.manual.base import Shape
from rules.workbench.manual.index import PAGES
from rules.workbench.pages import page

RULE = """dentinel: rules/v1
pack: north-quay
rules:
"""
KEYS = {
    "id": "agent-elevated",
    "title": "The agent may look",
    "severity": "low",
    "controls": "[ENC-01]",
    "cite": "{benchmark: [CIS]}",
    "must": "[{that: agent.memory < 100000000, say: too large}]",
}
SCREENS = """dentinel: rules/v1
pack: north-quay
rules:
  - id: screens-lock
    title: Screens lock
    severity: low
    controls: [ACC-09]
    cite: {benchmark: [CIS]}
    every: users
    where: user.interactive
    each_must:
      - {that: user.lock.after != null and user.lock.after <= "15m", say: too late}
    if_none: not-applicable
"""
RESTARTED = """  - id: restarted-lately
    title: The machine was started lately
    severity: low
    controls: [ACC-09]
    cite: {benchmark: [CIS]}
    must:
      - {that: age(host.boot_time) < "30d", say: too long ago}
"""
TEST_HEAD = "dentinel: rule-tests/v1\npack: north-quay\n"
PACK = """dentinel: pack/v1
pack: north-quay
title: North Quay
requires_facts: "1.0"
language: 1
"""
CODE = re.compile(r"\bDL[0-9]{3}\b")


@pytest.fixture
def run(tmp_path, monkeypatch) -> Callable[..., str]:
    """Runs a command in a folder with these files, and gives what it prints."""

    def run(*words: str, typed: str = "", **files: str | bytes) -> str:
        for name, text in files.items():
            data = text if isinstance(text, bytes) else text.encode()
            (tmp_path / f"{name}.yaml").write_bytes(data)
        monkeypatch.chdir(tmp_path)
        done = CliRunner().invoke(program(words), list(words), input=typed)
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done.output

    return run


def indented(text: str, blanks: int) -> str:
    return "".join(f"{' ' * blanks}{line}\n" for line in text.split("\n"))


def rule_of(keys: str) -> str:
    """A rule with these keys; those that a rule needs and these do not say stand beside them."""
    said = {line.partition(":")[0] for line in keys.split("\n")}
    walks = said & {"every", "no", "some"}
    rest = {key: value for key, value in KEYS.items() if key not in said}
    if walks or "severety" in said:
        rest.pop("must" if walks else "severity", None)
    lines = [f"{key}: {value}" for key, value in rest.items()] + keys.split("\n")
    return f"{RULE}  -\n{indented(chr(10).join(lines), 4)}"


def leaf_of(leaf: str) -> str:
    quoted = leaf.replace("'", "''")
    each = f"every: users\neach_must:\n  - {{that: '{quoted}', say: wrong}}\nif_none: pass"
    return rule_of(each)


def of_tests(run, example: str, *options: str) -> str:
    has_tests = not example.startswith("#")
    rules = SCREENS + (RESTARTED if "restarted-lately" in example else "")
    if "restarted-lately" in example:
        rules = RULE + RESTARTED
    files = {"screens_test": TEST_HEAD + example} if has_tests else {}
    return run("rules", "test", ".", *options, screens=rules, **files)


def elevated(*identifiers: str) -> dict[str, str]:
    """The files of rules that ask for an agent with rights, with the tests that a pack needs."""
    must = "must: [{that: agent.elevated, say: no rights}]"
    rules = [rule_of(f"id: {identifier}\n{must}") for identifier in identifiers]
    tests = [
        f"  - {{name: {identifier} {verdict}, rule: {identifier}, "
        f"facts: {{agent: {{elevated: {fact}}}}}, expect: {{verdict: {verdict}}}}}\n"
        for identifier in identifiers
        for fact, verdict in (("true", "pass"), ("false", "fail"))
    ]
    whole = RULE + "".join(rule.removeprefix(RULE) for rule in rules)
    return {"rules": whole, "rules_test": f"{TEST_HEAD}tests:\n{''.join(tests)}"}


def built(run, example: str, tmp_path: Path) -> str:
    """A pack of two rules is built, then one rule goes and this pack is built after it."""
    build = ("pack", "build", ".", "-o")
    first, second = tmp_path / "first", tmp_path / "second"
    before = elevated("agent-elevated", "users-few")
    run(*build, str(first), pack=f'{PACK}version: "1.0.0"\n', **before)
    previous = ("--previous", str(first / "1.0.0.json"))
    after = elevated("users-few")
    return run(*build, str(second), *previous, pack=f"{PACK}{example}\n", **after)


def compiled(example: str) -> str:
    key, value = example.split(":", 1)
    text = builtin.FILE.read_text()
    assert re.search(rf'{key}:("[^"]*"|[0-9]+)', text)
    changed = re.sub(rf'{key}:("[^"]*"|[0-9]+)', f"{key}:{value}", text, count=1)
    try:
        load(changed.encode())
    except PackRefused as refused:
        return refused.code
    return ""


@pytest.fixture
def told(run, tmp_path, say) -> Callable[[Shape, str], set[str]]:
    """The ids that are told of an example."""
    ways: dict[Shape, Callable[[str], str]] = {
        Shape.BYTES: lambda text: run(
            "rules", "check", ".", rules=rule_of(text).encode().decode("unicode_escape")
        ),
        Shape.FILE: lambda text: run("rules", "check", ".", file=text, beside=rule_of("tags: [a]")),
        Shape.KEYS: lambda text: run("rules", "check", ".", rules=rule_of(text)),
        Shape.LEAF: lambda text: run("rules", "check", ".", rules=leaf_of(text)),
        Shape.TESTS: lambda text: of_tests(run, text),
        Shape.MUTANTS: lambda text: of_tests(run, text, "--mutate"),
        Shape.COVERAGE: lambda text: of_tests(run, text, "--coverage"),
        Shape.TAILORING: lambda text: run(
            "rules",
            "check",
            ".",
            tailoring="dentinel: tailoring/v1\nextends: {pack: dental-baseline, version: 1.x}\n"
            f"scopes:\n{indented(text, 2)}",
        ),
        Shape.WAIVER: lambda text: run(
            "rules",
            "check",
            ".",
            waivers=f"dentinel: waivers/v1\nwaivers:\n  -\n{indented(text, 4)}",
        ),
        Shape.PACK: lambda text: built(run, text, tmp_path),
        Shape.COMPILED: compiled,
        Shape.VALUE: lambda text: run(
            "rules", "eval", "--batch", typed=json.dumps({"expr": text}) + "\n"
        ),
        Shape.FACTS: lambda text: judged(say, text),
    }
    return lambda shape, text: set(CODE.findall(ways[shape](text)))


def judged(say, text: str) -> str:
    body = 'no: users\nwhere: user.lock.after != null and user.lock.after > "15m"\nsay: late'
    after = 7 if "after: 7}" in text else "600s"
    users = [{"name": "dr_lee", "interactive": True, "lock": {"after": after}}]
    return str(say(body, users=users).why)


SHOWN = [identifier for identifier, of in PAGES.items() if of.shape is not Shape.NONE]
BESIDE = {"DL407", "DL409"}


def test_every_id_has_a_page_and_only_these_have_no_example() -> None:
    assert list(PAGES) == list(MEANINGS)
    assert sorted(set(PAGES) - set(SHOWN)) == ["DL505", "DL607", "DL808", "DL809"]


@pytest.mark.parametrize("identifier", SHOWN)
def test_the_wrong_example_is_told_by_its_id(told, identifier) -> None:
    of = PAGES[identifier]
    assert identifier in told(of.shape, of.wrong)


@pytest.mark.parametrize("identifier", SHOWN)
def test_of_the_right_example_nothing_is_told(told, identifier) -> None:
    of = PAGES[identifier]
    assert told(of.shape, of.right) - (BESIDE - {identifier}) == set()


@pytest.mark.parametrize("identifier", MEANINGS)
def test_a_page_fits_into_eighty_columns(identifier) -> None:
    lines = page(identifier)
    assert lines[0] == f"{identifier}: {MEANINGS[identifier]}"
    assert [line for line in lines if len(line) > 80] == []


def test_a_page_says_why_and_shows_wrong_and_right() -> None:
    assert page("DL302") == [
        "DL302: an unknown field",
        "",
        "  A record has the fields that the fact catalogue names, and no others.",
        "",
        "  wrong",
        "    user.enabld",
        "",
        "  right",
        "    user.enabled",
    ]


def test_there_is_no_page_for_what_is_no_id() -> None:
    with pytest.raises(Misused, match="DL302"):
        page("DL3O2")
    with pytest.raises(Misused, match="there is no problem 'DL999'; the ids are DL001 to"):
        page("DL999")


def test_an_id_may_be_typed_in_small_letters() -> None:
    assert page("dl302") == page("DL302")
