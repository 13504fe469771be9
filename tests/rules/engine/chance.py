"""Rules and machines at random: every rule checks, and most of what a machine says fits."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from rules.compiled import catalogue
from rules.compiled.pack import load
from rules.compiled.rule import Pack
from rules.errors import Place, Problem
from rules.facts.base import Why
from rules.facts.form import timestamp
from rules.facts.types import Enum, List, Nullable, Record, Type
from rules.language.compile import compile_pack
from rules.language.files import PackSource, read_file, read_rules
from rules.language.meaning import check_rule

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
HEAD = """dentinel: rules/v1
pack: random
rules:
  - id: random-rule
    title: A random rule
    severity: low
    controls: [ENC-01]
    cite: {in_force: [164.312(b)]}
    params:
      limit: {type: int, default: 3, basis: practice_policy}
      words: {type: list<enum(volume.role)>, default: [system, data], basis: practice_policy}
      names: {type: list<string>, default: [SNMP, telnet.socket], basis: practice_policy}
"""
FACTS = ("volumes", "services", "patching", "agent", "host")

VOLUME = (
    "{x}.holds_imaging",
    '{x}.kind in ["fixed", "removable"]',
    '{x}.role != "data"',
    "{x}.role in params.words",
    '{x}.protection == "protected"',
    "{x}.cipher == null",
    '{x}.cipher != null and {x}.cipher != "null_cipher"',
    "({x}.percent == null or {x}.percent < params.limit)",
    '({x}.state_since != null and age({x}.state_since) <= "1d")',
    "has({x}.hardware_encryption)",
    '"tpm" in {x}.protectors',
    "{x}.protectors.size() >= 1",
    '{x}.protectors.exists(p{x}, p{x} == "password")',
    '{x}.name.startsWith("C")',
    '{x}.name.matches("^[A-Z]:$")',
)
SERVICE = (
    "{x}.name in params.names",
    '{x}.name == "snmp"',
    '{x}.name.glob("*net*")',
    '{x}.name.matches("^(snmp|ftp)$")',
    '{x}.state == "running"',
    '{x}.start in ["auto", "manual"]',
)
PATCH = (
    "{x}.security",
    '{x}.severity in ["critical", "high"]',
    'age({x}.waiting_since) <= "15d"',
    '({x}.released != null and age({x}.released) > "1d")',
    '{x}.id.contains("1")',
)
LISTS = {
    "volumes": ("volume", VOLUME),
    "services": ("service", SERVICE),
    "patching.pending": ("patch", PATCH),
}
MACHINE = (
    "agent.elevated",
    "agent.memory < params.limit",
    "agent.full_disk_access != false",
    'host.role in ["server", "nas"]',
    'host.os_version >= "10.0"',
    'age(host.boot_time) < "30d"',
    "volumes.size() > 1",
    'agent.over_budget == ["users"]',
    '(patching.last_scan != null and age(patching.last_scan) <= "7d")',
    "patching.pending.exists_one(q, q.security)",
)
BREAKING = (
    "agent.memory % agent.facts_unknown == 0",
    "volumes.all(v, v.size / v.size >= 0)",
    '(services.map(s, s.name) + services.map(s, s.name))[0] == "SNMP"',
    "volumes.filter(m, 7 / m.size > 1).exists(m, m.holds_imaging)",
)
"""What may be an error of the evaluation, not of a fact."""

SIFTED = (
    "volumes.map(m, m.role).distinct().size() == 1",
    "volumes.filter(m, m.holds_imaging).exists(m, m.size > 1)",
    '"snmp" in services.filter(s, s.state == "running").map(s, s.name)',
    '(services.map(s, s.name) + services.map(s, s.name)).distinct().exists(n, n == "SNMP")',
    "services.map(s, s.name).distinct() != services.map(s, s.name)",
)
"""What is unknown as a whole for one unknown item, and is not if the item is not there at all."""

SCALARS: dict[str, Sequence[Any]] = {
    "bool": (True, False),
    "int": range(5),
    "double": (0, 1, 2),
    "string": ("C:", "D:", "usb-1", "SNMP", "snmp", "telnet.socket"),
    "duration": ("0s", "90s", "900000s"),
    "timestamp": tuple(
        timestamp(NOW - timedelta(minutes=m)) for m in (-9, -1, 0, 9, 9_999, 99_999)
    ),
    "version": ("9.1", "10.0", "10.0.1"),
}
CODES = tuple(str(code) for code in Why)
WRONG = (7, "odd", None, [], {})


@dataclass(frozen=True, slots=True)
class Chance:
    """What one seed makes; what is `plain` is never in error, and has no strict loops."""

    random: Random
    plain: bool = False

    @property
    def about_machine(self) -> Sequence[str]:
        return MACHINE if self.plain else (*MACHINE, *BREAKING, *SIFTED)

    def often(self, one_in: int) -> bool:
        return self.random.randrange(one_in) > 0

    # --- rules ----------------------------------------------------------------------------------

    def leaf(self, atoms: Sequence[str], depth: int = 2) -> str:
        """Atoms, joined by `and`, `or`, `not` and `?:`."""
        sort = self.random.randrange(6) if depth else 0
        if sort < 2:
            return f"({self.random.choice(atoms)})"
        one, other, last = (self.leaf(atoms, depth - 1) for _ in range(3))
        if sort == 2:
            return f"not {one}"
        if sort == 3:
            return f"({one} ? {other} : {last})"
        return f"({one} {'and' if sort == 4 else 'or'} {other})"

    def machine(self) -> str:
        """A leaf about the machine, or about all the items of a list."""
        if self.often(3):
            return self.leaf(self.about_machine)
        path, (_, atoms) = self.random.choice(list(LISTS.items()))
        loop = self.random.choice(["all", "exists", "exists_one"])
        return f"{path}.{loop}(w, {self.leaf(written(atoms, 'w'))})"

    def item(self, path: str) -> str:
        """A leaf about an item of a list, and sometimes about the machine too."""
        variable, atoms = LISTS[path]
        return self.leaf((*written(atoms, variable), *self.random.sample(self.about_machine, 3)))

    def rule(self) -> str:
        """A whole rule, of one to three parts."""
        text = HEAD if self.often(2) else f"{HEAD}    when: '{self.machine()}'\n"
        sort = self.random.choice(["", "every", "no", "some"])
        if not sort or self.often(2):
            text += clauses("must", [self.machine() for _ in range(self.random.randint(1, 2))])
        return text + self._over(sort) if sort else text

    def _over(self, sort: str) -> str:
        path = self.random.choice(list(LISTS))
        where = [self.item(path) for _ in range(self.random.randint(sort != "every", 2))]
        text = f"    {sort}: {path}\n"
        text += "    where:\n" + "".join(f"      - '{leaf}'\n" for leaf in where) if where else ""
        if sort == "every":
            leaves = [self.item(path) for _ in range(self.random.randint(1, 2))]
            if_none = self.random.choice(["pass", "fail", "unknown", "not-applicable"])
            return text + clauses("each_must", leaves) + f"    if_none: {if_none}\n"
        least = f"    at_least: {self.random.randint(1, 2)}\n" if sort == "some" else ""
        return f"{text}{least}    say: wrong\n"

    # --- machines -------------------------------------------------------------------------------

    def facts(self, names: Iterable[str] = FACTS) -> dict[str, Any]:
        """What a machine says, most of it known and of its type."""
        return {name: self.form(catalogue.facts()[name]) for name in names}

    def form(self, of: Type) -> Any:
        """A value of a type, or what may stand there instead."""
        match of:
            case Nullable(inner):
                return self.form(inner) if self.often(3) else None
            case Record():
                return {field.name: self.form(field.type) for field in of.fields}
            case List(inner):
                return [self.form(inner) for _ in range(self.random.randrange(4))]
        if not self.often(20):
            return {"$unknown": self.random.choice(CODES)}
        if not self.plain and not self.often(30):
            return self.random.choice(WRONG)
        return self.random.choice(of.values if isinstance(of, Enum) else SCALARS[of.name])

    def fewer(self, form: Any, *, drops: bool) -> Any:
        """The same, with some leaves unread and some lists incomplete, which may drop items."""
        if not self.often(10):
            if isinstance(form, list):
                kept = [item for item in form if not drops or self.often(2)]
                return {"$items": kept, "$missing": self.random.choice(CODES)}
            return {"$unknown": self.random.choice(CODES)}
        if isinstance(form, list):
            return [self.fewer(item, drops=drops) for item in form]
        if isinstance(form, dict) and "$unknown" not in form:
            return {key: self.fewer(value, drops=drops) for key, value in form.items()}
        return form


def chance(seed: int, *, plain: bool = False) -> Chance:
    return Chance(Random(seed), plain)


def written(atoms: Sequence[str], variable: str) -> list[str]:
    return [atom.replace("{x}", variable) for atom in atoms]


def clauses(key: str, leaves: Sequence[str]) -> str:
    return f"    {key}:\n" + "".join(f"      - {{that: '{leaf}', say: wrong}}\n" for leaf in leaves)


def compiled(text: str) -> Pack:
    """The pack of one rule, checked, compiled and loaded as a machine loads it."""
    problems: list[Problem] = []
    file = read_file("random.yaml", text.encode(), problems)
    assert file is not None, problems
    _, (source,) = read_rules(file, problems)
    rule = check_rule(source, catalogue.version(), problems)
    assert rule is not None, (text, [problem for problem in problems if problem.level == "error"])
    pack = PackSource("random", "1.0.0", "Random", catalogue.version(), (), Place("pack.yaml"))
    return load(compile_pack(pack, [rule], {"random.yaml": "0" * 64}, "2026-11-22"))
