"""A literal is read as what stands beside it, in the places that are named, and nowhere else."""

import pytest

from rules.compiled import catalogue, scope
from rules.facts.types import BOOL, DOUBLE, DURATION, STRING, Field, Leaves, List, Mark, Record
from rules.language.check import check_text

LOAD = Record("load", (Field("average", DOUBLE, Leaves(Mark.OPEN)),))
PARAMS = {"grace": DURATION, "word": STRING, "flag": BOOL, "words": List(STRING, "item")}
NAMES = {
    **scope.machine(PARAMS),
    "user": catalogue.items()["user"],
    "service": catalogue.items()["service"],
    "volume": catalogue.items()["volume"],
    "load": LOAD,
}


def told(text: str) -> list[str]:
    return [one.id for one in check_text(text, NAMES).problems if one.level == "error"]


ADOPTED = [
    'agent.cpu_day <= "15m"',
    '"15m" >= agent.cpu_day',
    'agent.cpu_day + "15m" < "1d12h"',
    'host.boot_time + "1d" < now',
    '"1d" + host.boot_time < now',
    'host.boot_time - "1d" < now',
    'host.boot_time - "2026-11-22T10:00:00Z" < "1d"',
    'host.boot_time < "2026-11-22T10:00:00+01:00"',
    'agent.version >= "1.2"',
    'agent.version in ["1.2", "1.2.0"]',
    'volume.kind == "fixed"',
    '"fixed" == volume.kind',
    'volume.kind in ["fixed", "removable"]',
    '"tpm" in volume.protectors',
    'volume.protectors == ["tpm"]',
    'volume.protectors + ["tpm"] == ["tpm", "sid"]',
    'service.name == "remoteregistry"',
    'service.name in ["RemoteRegistry"]',
    'service.name.startsWith("remote")',
    "load.average < 3",
    "load.average == 3",
    "load.average + 1 < 2.5",
    "load.average in [1, 2]",
    'agent.cpu_day <= (user.enabled ? "15m" : "30m")',
    'agent.cpu_day <= (user.enabled ? "15m" : params.grace)',
    '(user.enabled ? "15m" : params.grace) >= agent.cpu_day',
    '(user.enabled ? "15m" : params.grace) == "15m"',
    '"15m" == (user.enabled ? params.grace : "15m")',
    '(user.lock.after == null ? "0s" : user.lock.after) <= "15m"',
    '(user.enabled ? "15m" : params.grace) < (user.admin ? "1m" : agent.cpu_day)',
    '(user.enabled ? (user.admin ? "15m" : params.grace) : "1m") == "15m"',
    '(user.enabled ? volume.kind : "fixed") in ["fixed"]',
    'volume.kind == (user.enabled ? "fixed" : "removable")',
    'volume.kind in (user.enabled ? ["fixed"] : ["removable", "memory"])',
    'host.boot_time + (user.enabled ? "1d" : "2d") < now',
]
NOT_ADOPTED = [
    ("volume.kind == params.word", "DL304"),
    ("volume.kind in params.words", "DL304"),
    ("agent.cpu_day <= params.word", "DL304"),
    ("load.average * 2 < 3.0", "DL304"),
    ("load.average == agent.memory", "DL312"),
    ("agent.memory == 3.0", "DL312"),
    ("agent.memory in [3.0]", "DL304"),
    ('age("2026-11-22T10:00:00Z") < "1d"', "DL311"),
    ('duration(user.enabled ? "15m" : params.grace) < "1h"', "DL304"),
    ('user.enabled ? "15m" : params.grace', "DL304"),
    ('["15m", params.grace].size() > 1', "DL304"),
    ("agent.cpu_day < 90", "DL304"),
    ('agent.memory == "90"', "DL304"),
    ('agent.elevated == "true"', "DL304"),
    ("agent.elevated == 1", "DL304"),
    ('host.name + agent.version == "x"', "DL304"),
    ('service.name.matches(params.word) or host.name == "x"', "DL311"),
]


@pytest.mark.parametrize("text", ADOPTED)
def test_a_literal_adopts_where_it_stands_beside_a_value(text) -> None:
    assert told(text) == []


@pytest.mark.parametrize(("text", "code"), NOT_ADOPTED)
def test_nothing_else_converts_by_itself(text, code) -> None:
    assert told(text) == [code]


@pytest.mark.parametrize(
    ("text", "op"),
    [
        ('service.name == "x"', "eq.caseless"),
        ('"x" != service.name', "ne.caseless"),
        ('service.name in ["x"]', "in.caseless"),
        ("service.name in params.words", "in.caseless"),
        ("params.word in services.map(s, s.name)", "in.caseless"),
        ('service.name.glob("x*")', "glob.caseless"),
        ("host.name.contains(service.name)", "contains.caseless"),
        ('service.name.matches("^x")', "matches.caseless"),
        ("service.name < host.name", "lt.caseless"),
        ('service.name + ".exe" == "x"', "eq.caseless"),
        ('services.map(s, s.name) == ["x"]', "eq.list_caseless"),
        ('host.name == "x"', "eq.string"),
        ("load.average < agent.memory", "lt.number"),
        ("load.average < 3", "lt.double"),
        ("agent.memory < 3.5", "lt.number"),
    ],
)
def test_an_overload_is_chosen_by_both_sides(text, op) -> None:
    typed = check_text(text, NAMES).typed
    assert typed is not None
    assert typed.node.op == op
