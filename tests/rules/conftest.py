"""A clinic to judge: rules written in a line, facts of its machines, one instant."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from rules.compiled import builtin
from rules.compiled.rule import Pack
from rules.engine.judge import judge
from rules.engine.result import Result
from rules.engine.tailor import given
from rules.facts.base import Reading, Status
from rules.workbench.build import build
from rules.workbench.packs import Checked, check_pack

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
HEAD = "dentinel: rules/v1\npack: north-quay\nrules:\n"
PACK = (
    "dentinel: pack/v1\npack: north-quay\nversion: '1.0.0'\ntitle: North Quay\n"
    "requires_facts: '1.0'\nlanguage: 1\n"
)
RULE = """  - id: {id}
    title: A rule of North Quay
    severity: high
    controls: [ENC-01]
    cite: {{in_force: [164.312(a)(2)(iv)]}}
{body}
"""


def _indented(body: str) -> str:
    lines = [line for line in body.strip("\n").split("\n") if line.strip()]
    least = min(len(line) - len(line.lstrip()) for line in lines)
    return "\n".join(f"    {line[least:]}" for line in lines)


def rule_text(body: str, identifier: str = "a-rule") -> str:
    return RULE.format(id=identifier, body=_indented(body))


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def read() -> Callable[..., Reading]:
    def read(fact: str, value: Any, **more: Any) -> Reading:
        more = {"status": Status.OK, "observed_at": NOW, "ttl": timedelta(minutes=5), **more}
        return Reading(fact, value=value, **more)

    return read


@pytest.fixture
def write_pack(tmp_path: Path) -> Callable[..., Path]:
    """Writes a pack folder from the bodies of rules, or from whole files."""

    def write(*bodies: str, **files: str) -> Path:
        folder = tmp_path / "north-quay"
        folder.mkdir(exist_ok=True)
        (folder / "pack.yaml").write_text(PACK)
        if bodies:
            names = ["a-rule", *(f"rule-{number}" for number in range(2, len(bodies) + 1))]
            text = "".join(map(rule_text, bodies, names))
            (folder / "rules.yaml").write_text(HEAD + text)
        for name, text in files.items():
            (folder / f"{name}.yaml").write_text(text)
        return folder

    return write


@pytest.fixture
def check_rule(write_pack: Callable[..., Path]) -> Callable[..., Checked]:
    return lambda *bodies, **files: check_pack(write_pack(*bodies, **files), display=Path())


@pytest.fixture
def compile_rule(check_rule: Callable[..., Checked]) -> Callable[..., Pack]:
    """The pack of these bodies, as a machine loads it."""

    def compile_(*bodies: str) -> Pack:
        checked = check_rule(*bodies)
        assert not checked.has_errors, checked.problems
        return build(checked)[0]

    return compile_


@pytest.fixture
def say(compile_rule: Callable[..., Pack], read: Callable[..., Reading]) -> Callable[..., Result]:
    """What a rule says of facts that are given by name in JSON form."""

    def say(body: str, /, params: Mapping[str, Any] | None = None, **facts: Any) -> Result:
        pack = compile_rule(body)
        readings = {name: read(name, form) for name, form in facts.items()}
        terms = given(pack, {"a-rule": params or {}})
        return judge(pack, readings, NOW, terms, stopwatch=lambda: 0)[0]

    return say


@pytest.fixture
def baseline() -> Pack:
    return builtin.pack()


@pytest.fixture
def only(baseline: Pack) -> Callable[[str], Pack]:
    """The built-in pack with one rule alone."""
    return lambda identifier: replace(baseline, rules=(baseline.rule(identifier),))


def volume(name: str = "C:", **changed: Any) -> dict[str, Any]:
    return {
        "name": name,
        "kind": "fixed",
        "role": "system",
        "holds_imaging": False,
        "protection": "protected",
        "cipher": "xts_aes_256",
        "state_since": None,
        **changed,
    }


@pytest.fixture(name="volume")
def volume_fixture() -> Callable[..., dict[str, Any]]:
    return volume
