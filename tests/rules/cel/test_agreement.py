"""Checked or open, a leaf says the same, as long as no literal is read as something else."""

import json
import time
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from rules.workbench.batch.lines import answer

NOW = "2026-11-22T10:00:00Z"
CONSTANTS = {
    "bool": ("true", "false"),
    "int": ("0", "1", "-7", "9223372036854775807"),
    "double": ("0.0", "1.5", "-2.25"),
    "string": ('""', '"ab"', '"abc"', '"10"'),
    "ints": ("[]", "[1, 2, 0]"),
    "duration": ('duration("90s")', 'duration("-1h")'),
    "timestamp": ('timestamp("2026-11-22T09:00:00Z")', "now"),
    "version": ('version("1.2")', 'version("10.0.19045")'),
}
NAMES = {
    "bool": ("b", "v.ok"),
    "int": ("i", "v.n"),
    "double": ("d",),
    "string": ("s", "v.name"),
    "ints": ("l", "half", "v.ports"),
    "duration": ("span", "v.after"),
    "timestamp": ("at",),
    "version": ("release",),
}
ORDERED = ("int", "double", "string", "duration", "timestamp", "version")
COMPUTED = {"int": "+-*/%", "double": "+-*/", "string": "+", "duration": "+-"}
UNREAD = {"unknown": "timeout"}


class Leaf:
    """Writes a leaf that types, out of operands of the kinds that each operation takes."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.loops: list[str] = []

    def of(self, kind: str, depth: int) -> str:
        forms = getattr(self, f"_{kind}", None)
        if depth <= 0 or forms is None or self.random.random() < 0.2:
            return self.operand(kind)
        return self.random.choice(forms(depth - 1))()

    def operand(self, kind: str) -> str:
        named = [*NAMES[kind], *(self.loops if kind == "int" else ())]
        return self.random.choice(named if self.random.random() < 0.8 else CONSTANTS[kind])

    def _bool(self, depth):
        return [
            lambda: f"({self.of('bool', depth)} {self.one('and or')} {self.of('bool', depth)})",
            lambda: f"not ({self.of('bool', depth)})",
            lambda: self.compared(self.one(ORDERED), "< <= > >= == !=", depth),
            lambda: self.compared("bool", "== !=", depth),
            lambda: self.compared("ints", "== !=", depth),
            lambda: f"({self.of('int', depth)} {self.one('< <= > >=')} {self.of('double', depth)})",
            lambda: f"({self.of('int', depth)} in {self.of('ints', depth)})",
            lambda: self.loop(self.one("all exists exists_one"), "bool", depth),
            lambda: (
                f"{self.of('string', depth)}.{self.one('startsWith contains')}"
                f"({self.of('string', depth)})"
            ),
            lambda: f"{self.of('string', depth)}.matches('^a.*[0-9]?$')",
            lambda: f"has({self.one('v.ok v.name v.ports')})",
        ]

    def _int(self, depth):
        return [
            *self.computed("int", depth),
            lambda: f"{self.of('ints', depth)}.size()",
            lambda: f"size({self.of('string', depth)})",
            lambda: f"int({self.of('string', depth)})",
            lambda: f"{self.of('ints', depth)}[{self.of('int', depth)}]",
        ]

    def _ints(self, depth):
        return [
            lambda: self.loop("filter", "bool", depth),
            lambda: self.loop("map", "int", depth),
            lambda: f"({self.of('ints', depth)} + {self.of('ints', depth)})",
            lambda: f"{self.of('ints', depth)}.distinct()",
            lambda: f"[{self.of('int', depth)}, {self.of('int', depth)}]",
        ]

    def _double(self, depth):
        return self.computed("double", depth)

    def _string(self, depth):
        return [*self.computed("string", depth), lambda: f"string({self.of('int', depth)})"]

    def _duration(self, depth):
        return [*self.computed("duration", depth), lambda: f"age({self.of('timestamp', depth)})"]

    def _timestamp(self, depth):
        return [lambda: f"({self.of('timestamp', depth)} + {self.of('duration', depth)})"]

    def computed(self, kind, depth):
        return [
            lambda: (
                f"({self.of(kind, depth)} {self.one(list(COMPUTED[kind]))} {self.of(kind, depth)})"
            ),
            lambda: f"({self.of('bool', depth)} ? {self.of(kind, depth)} : {self.of(kind, depth)})",
        ]

    def compared(self, kind, signs, depth):
        return f"({self.of(kind, depth)} {self.one(signs)} {self.of(kind, depth)})"

    def loop(self, word, body, depth):
        name, over = f"x{len(self.loops)}", self.of("ints", depth)
        self.loops.append(name)
        text = f"{over}.{word}({name}, {self.of(body, depth)})"
        self.loops.pop()
        return text

    def one(self, among):
        return self.random.choice(among.split() if isinstance(among, str) else among)


def whole(*numbers):
    return {"list": [{"int": str(number)} for number in numbers]}


def bindings(random: Random) -> dict:
    def maybe(form):
        return UNREAD if random.random() < 0.15 else form

    return {
        "b": maybe({"bool": random.random() < 0.5}),
        "i": maybe({"int": str(random.choice((0, 1, -3, 2**63 - 1)))}),
        "d": {"double": random.choice(("0.0", "1.5", "-3.25"))},
        "s": maybe({"string": random.choice(("", "ab", "10", "abc1"))}),
        "l": maybe(whole(*random.choices((0, 1, 2, 7), k=random.randint(0, 3)))),
        "half": {**whole(0, 2), "missing": "timeout"},
        "span": {"duration": random.choice(("900s", "-1.5s"))},
        "at": {"timestamp": random.choice((NOW, "2026-11-22T10:04:00Z", "2026-11-23T10:00:00Z"))},
        "release": {"version": random.choice(("1.2.0", "10.0.19045"))},
        "v": {
            "record": {
                "ok": maybe({"bool": True}),
                "n": {"int": "7"},
                "name": maybe({"string": "abc"}),
                "ports": maybe(whole(104, 11112)),
                "after": {"duration": "900s"},
            }
        },
    }


def ask(text: str, given: dict, *, typed: bool) -> dict:
    """The answer, without the words of an error and without which hole was met first."""
    line = {"expr": text, "bindings": given, "now": NOW, "typed": typed}
    said = json.loads(answer(json.dumps(line).encode(), time.monotonic_ns))
    if "error" in said:
        said["error"].pop("message")
    return {"unknown": None} if "unknown" in said else said


def is_refused(said: dict) -> bool:
    """By the checker, which sees mistakes that this writer makes: `1 / 0`, `now - x`."""
    return said.get("error", {}).get("class") == "check"


@settings(max_examples=400)
@given(st.integers(0, 2**32))
def test_checked_and_open_evaluation_agree(seed) -> None:
    random = Random(seed)
    text, given_ = Leaf(random).of("bool", 4), bindings(random)
    typed = ask(text, given_, typed=True)
    if not is_refused(typed):
        assert (text, ask(text, given_, typed=False)) == (text, typed)


def test_most_of_these_leaves_type_and_of_each_answer_there_are_some() -> None:
    said = []
    for seed in range(300):
        random = Random(seed)
        said.append(ask(Leaf(random).of("bool", 4), bindings(random), typed=True))
    sound = [one for one in said if not is_refused(one)]
    assert len(sound) > 200
    assert {next(iter(one)) for one in sound} == {"value", "unknown", "error"}
