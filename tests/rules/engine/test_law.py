"""Losing information never makes a pass, and never swaps pass and fail.

Random rules over random facts, against the real language, compiler, loader and engine: some facts
are lost, and the verdict may stay, or move to unknown or error, and do nothing else. The same for
every rule that we ship.
"""

import copy
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.compiled import builtin, catalogue
from rules.compiled.pack import load
from rules.compiled.rule import Pack
from rules.engine.judge import judge
from rules.engine.result import Result
from rules.errors import Place
from rules.facts.base import Reading, Status, Why
from rules.facts.form import timestamp
from rules.facts.types import Enum, List, Nullable, Record, Type
from rules.language.compile import compile_pack
from rules.language.files import PackSource, read_file, read_rules
from rules.language.meaning import check_rule
from rules.verdict import Verdict
from rules.workbench.proving.losses import is_allowed

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
"""


# --- random rules -------------------------------------------------------------------------------


def compiled(text: str) -> Pack:
    problems: list = []
    file = read_file("random.yaml", text.encode(), problems)
    assert file is not None, problems
    _, (source,) = read_rules(file, problems)
    rule = check_rule(source, "1.0", problems)
    assert rule is not None, (text, [problem for problem in problems if problem.level == "error"])
    pack = PackSource("random", "1.0.0", "Random", "1.0", (), Place("pack.yaml"))
    return load(compile_pack(pack, [rule], {"random.yaml": "0" * 64}, "2026-11-22"))


def volume_atoms(v: str) -> list[str]:
    return [
        f"{v}.holds_imaging",
        f'{v}.kind in ["fixed", "removable"]',
        f'{v}.role != "data"',
        f"{v}.role in params.words",
        f'{v}.protection == "protected"',
        f"{v}.cipher == null",
        f'{v}.cipher != null and {v}.cipher != "null_cipher"',
        f"({v}.percent == null or {v}.percent < params.limit)",
        f'({v}.state_since != null and age({v}.state_since) <= "1d")',
        f"has({v}.hardware_encryption)",
        f"{v}.size / {v}.size >= 0",
        f'"tpm" in {v}.protectors',
        f"{v}.protectors.size() >= 1",
        f'{v}.protectors.exists(p{v}, p{v} == "password")',
        f'{v}.name.startsWith("C")',
    ]


MACHINE = [
    "agent.elevated",
    "agent.memory < params.limit",
    "agent.memory % agent.facts_unknown == 0",
    "agent.full_disk_access != false",
    'host.role in ["server", "nas"]',
    'host.os_version >= "10.0"',
    'age(host.boot_time) < "30d"',
    "volumes.size() > 1",
    'agent.over_budget == ["users"]',
    "volumes.map(m, m.role).distinct().size() == 1",
    "volumes.filter(m, m.holds_imaging).exists(m, m.size > 1)",
]


def joined(atoms: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.recursive(
        atoms.map(lambda atom: f"({atom})"),
        lambda part: st.one_of(
            st.tuples(part, st.sampled_from(["and", "or"]), part).map(lambda p: f"({' '.join(p)})"),
            part.map(lambda p: f"not {p}"),
            st.tuples(part, part, part).map(lambda p: f"({p[0]} ? {p[1]} : {p[2]})"),
        ),
        max_leaves=4,
    )


LOOPS = st.tuples(
    st.sampled_from(["all", "exists", "exists_one"]), joined(st.sampled_from(volume_atoms("w")))
).map(lambda p: f"volumes.{p[0]}(w, {p[1]})")
ITEM = joined(st.one_of(st.sampled_from(volume_atoms("volume")), st.sampled_from(MACHINE)))
OF_MACHINE = joined(st.one_of(st.sampled_from(MACHINE), LOOPS))


def clauses(key: str, leaves: list[str]) -> str:
    return f"    {key}:\n" + "".join(f"      - {{that: '{leaf}', say: wrong}}\n" for leaf in leaves)


@st.composite
def random_rules(draw: st.DrawFn) -> str:
    text = HEAD
    if draw(st.booleans()):
        text += f"    when: '{draw(OF_MACHINE)}'\n"
    sort = draw(st.sampled_from(["", "every", "no", "some"]))
    if not sort or draw(st.booleans()):
        text += clauses("must", draw(st.lists(OF_MACHINE, min_size=1, max_size=2)))
    if not sort:
        return text
    text += f"    {sort}: volumes\n"
    where = draw(st.lists(ITEM, min_size=int(sort != "every"), max_size=2))
    text += "    where:\n" + "".join(f"      - '{leaf}'\n" for leaf in where) if where else ""
    if sort == "every":
        if_none = draw(st.sampled_from(["pass", "fail", "unknown", "not-applicable"]))
        leaves = draw(st.lists(ITEM, min_size=1, max_size=2))
        return text + clauses("each_must", leaves) + f"    if_none: {if_none}\n"
    at_least = f"    at_least: {draw(st.integers(1, 2))}\n" if sort == "some" else ""
    return f"{text}{at_least}    say: wrong\n"


# --- random facts, and fewer of them ------------------------------------------------------------

SCALARS: dict[str, st.SearchStrategy[Any]] = {
    "bool": st.booleans(),
    "int": st.integers(0, 4),
    "string": st.sampled_from(["C:", "D:", "usb-1"]),
    "duration": st.integers(0, 1_000_000).map(lambda seconds: f"{seconds}s"),
    "timestamp": st.integers(-60, 4_000_000).map(lambda s: timestamp(NOW - timedelta(seconds=s))),
    "version": st.sampled_from(["9.1", "10.0", "10.0.1"]),
}
CODES = [str(code) for code in Why]
HOLES = st.sampled_from(CODES).map(lambda code: {"$unknown": code})


def forms(of: Type) -> st.SearchStrategy[Any]:
    """Values of a type, most of them known."""
    match of:
        case Nullable(inner):
            return st.one_of(st.none(), forms(inner))
        case Enum(values):
            known: st.SearchStrategy[Any] = st.sampled_from(values)
        case Record():
            return st.fixed_dictionaries({field.name: forms(field.type) for field in of.fields})
        case List(inner):
            return st.lists(forms(inner), max_size=3)
        case _:
            known = SCALARS[of.name]
    wrong = st.sampled_from([7, "odd", None, [], {}])
    return st.integers(0, 19).flatmap(lambda n: HOLES if n == 0 else wrong if n == 1 else known)


@st.composite
def fewer(draw: st.DrawFn, form: Any) -> Any:
    """The same facts, with some leaves unread and some lists incomplete."""
    if draw(st.integers(0, 7)) == 0:
        if isinstance(form, list):
            kept = [item for item in form if draw(st.booleans())]
            return {"$items": kept, "$missing": draw(st.sampled_from(CODES))}
        return draw(HOLES)
    if isinstance(form, list):
        return [draw(fewer(item)) for item in form]
    if isinstance(form, dict) and "$unknown" not in form:
        return {key: draw(fewer(value)) for key, value in form.items()}
    return form


def one(pack: Pack, facts: dict[str, Any]) -> Result:
    day = timedelta(days=1)
    read = {name: Reading(name, Status.OK, form, NOW, day) for name, form in facts.items()}
    return judge(pack, read, NOW)[0]


FACTS = st.fixed_dictionaries(
    {name: forms(catalogue.fact(name)) for name in ("volumes", "agent", "host")}
)


@settings(max_examples=300)
@given(random_rules(), FACTS, st.data())
def test_losing_information_never_helps_a_random_rule(text, facts, data) -> None:
    pack = compiled(text)
    before = one(pack, facts)
    after = one(pack, data.draw(fewer(copy.deepcopy(facts))))
    assert is_allowed(before.verdict, after.verdict), (before, after)
    assert before.why != "DL809"
    assert after.why != "DL809"


@pytest.mark.parametrize("identifier", [rule.id for rule in builtin.pack().rules])
@settings(max_examples=60)
@given(data=st.data())
def test_losing_information_never_helps_a_rule_that_we_ship(identifier, data) -> None:
    pack = replace(builtin.pack(), rules=(builtin.pack().rule(identifier),))
    facts = {name: data.draw(forms(catalogue.fact(name))) for name in pack.rules[0].reads}
    before = one(pack, facts)
    after = one(pack, data.draw(fewer(copy.deepcopy(facts))))
    assert is_allowed(before.verdict, after.verdict), (before, after)
    assert before.why != "DL809"


def must(leaf: str) -> Pack:
    return compiled(HEAD + clauses("must", [leaf]))


@settings(max_examples=150)
@given(ITEM, ITEM, st.integers(1, 2), FACTS)
def test_the_skeleton_agrees_with_its_plain_expression(where, holds, least, facts) -> None:
    def over(quantifier: str, rest: str) -> str:
        return f"{HEAD}    {quantifier}: volumes\n    where: '{where}'\n{rest}"

    each = clauses("each_must", [holds]) + "    if_none: not-applicable\n"
    some = f"    at_least: {least}\n    say: wrong\n"
    pairs = {
        over("every", each): f"volumes.all(volume, not ({where}) or ({holds}))",
        over("no", "    say: wrong\n"): f"not volumes.exists(volume, {where})",
        over("some", some): f"volumes.filter(volume, {where}).size() >= {least}",
    }
    selected = one(must(f"volumes.exists(volume, {where})"), facts).verdict
    for skeleton, plain in pairs.items():
        said = one(must(plain), facts).verdict
        found = one(compiled(skeleton), facts).verdict
        if said is Verdict.FAIL or (said is Verdict.PASS and selected is Verdict.PASS):
            assert found is said, (skeleton, plain)


@pytest.mark.parametrize("before", list(Verdict))
def test_the_law_allows_to_stay_and_to_know_less(before) -> None:
    allowed = {after for after in Verdict if is_allowed(before, after)}
    assert allowed == {before, Verdict.UNKNOWN, Verdict.ERROR}
