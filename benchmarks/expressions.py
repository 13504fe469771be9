"""Random expressions that mean to be true or false, and values for the names in them.

Most operands are of the kind that is wanted, some of any kind: engines differ in what they make of
mistakes. Where CEL leaves the answer to the engine nothing is asked: the text of a double, space
around a number, the int of a bool.
"""

from collections.abc import Callable
from random import Random
from typing import Any

NAMES: dict[str, tuple[str, ...]] = {
    "bool": ("b", "m.on"),
    "int": ("i", "j", "m.n"),
    "double": ("d", "m.rate"),
    "string": ("s", "t", "m.name"),
    "ints": ("li", "m.list"),
    "strings": ("ls",),
    "any": ("nil", "mixed", "nobody", "m.missing", "i.x", "maps", "mi"),
    "map": ("m", "mi", "maps[0]", "maps[1]"),
}
_INTS = (
    "0",
    "1",
    "-1",
    "2",
    "7",
    "9223372036854775807",
    "-9223372036854775808",
    "4503599627370497",
)
_DOUBLES = ("0.0", "-0.0", "1.0", "1.5", "-2.25", "1e308", "9223372036854775808.0", "(0.0 / 0.0)")
_STRINGS = ('""', '"a"', '"ab"', '"abc"', '"é"', '"10"', '"-7"', '"true"', '"1.5"', '"x y"')
_SPANS = ('"90s"', '"1h30m"', '"-1.5s"', '"15"')
_TIMES = ('"2026-11-22T10:00:00Z"', '"2026-11-22T11:00:00+01:00"', '"9999-12-31T23:59:59Z"', '"x"')
_PATTERNS = ('"a"', '"^a.*c$"', '"[0-9]+"', '"(a|b)*c"', '"^$"', r'"\\d{2,}"', '"é?x"')
_KEYS = ('"on"', '"n"', '"missing"', "1", "7", "1.0", "1.5", "true")
_FIELDS = ("on", "n", "name", "missing", "list")
KINDS = (
    "bool",
    "int",
    "double",
    "string",
    "ints",
    "strings",
    "map",
    "duration",
    "timestamp",
    "any",
)


def values(random: Random) -> dict[str, Any]:
    """Values for the names of `NAMES`, as Python's own; `nobody` is never bound."""
    ints = [random.randint(-3, 3) for _ in range(random.randint(0, 4))]
    return {
        "b": random.random() < 0.5,
        "i": random.choice((0, 1, -1, 7, 2**63 - 1, -(2**63), random.randint(-9, 9))),
        "j": random.randint(-9, 9),
        "d": random.choice((0.0, 1.0, -1.5, 7.0, 1e300, 0.1)),
        "s": random.choice(("", "a", "abc", "10", "é")),
        "t": random.choice(("b", "abc", "-7", "true")),
        "li": ints,
        "ls": random.sample(["a", "b", "abc", "", "10"], random.randint(0, 4)),
        "nil": None,
        "mixed": [1, "a", 2.0, None, True, [1]][: random.randint(0, 6)],
        "m": {"on": random.random() < 0.5, "n": 7, "rate": 1.5, "name": "abc", "list": ints},
        "mi": {1: "a", 7: "b"},
        "maps": [{"on": True, "n": 1}, {"on": False, "name": "x"}],
    }


class Writer:
    """Writes one expression; `random` decides all."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._loops: list[tuple[str, str]] = []
        self._forms: dict[str, list[Callable[[int], str]]] = {
            "bool": [
                *(self._logic, self._logic, self._compare, self._compare),
                *(self._member, self._loop, self._ask_text, self._has, self._choice("bool")),
            ],
            "int": [
                *(self._sum("int"), self._size, self._convert("int")),
                *(self._choice("int"), self._at("ints")),
            ],
            "double": [self._sum("double"), self._convert("double")],
            "string": [self._sum("string"), self._convert("string"), self._at("strings")],
            "ints": [self._sum("ints"), self._made("ints"), self._listed("int")],
            "strings": [self._sum("strings"), self._made("strings"), self._listed("string")],
            "map": [self._map],
            "duration": [self._time],
            "timestamp": [self._shifted],
            "any": [self._look_up, self._mixed],
        }

    def write(self, depth: int) -> str:
        """An expression that is true, false or an error, but for mistakes on purpose."""
        return self._of("bool", depth)

    def _of(self, kind: str, depth: int) -> str:
        if self._random.random() < 0.06:
            kind = self._random.choice(KINDS)
        if self._random.random() < 0.02:
            return f"dyn({self._of(kind, depth)})"
        if depth <= 0 or self._random.random() < 0.15:
            return self._leaf(kind)
        return self._random.choice(self._forms[kind])(depth - 1)

    def _leaf(self, kind: str, *, is_sure: bool = False) -> str:
        """A name or a constant; one that is to be sure is no loop's variable."""
        loops = [name for name, of in self._loops if of == kind or self._random.random() < 0.1]
        loops = [] if is_sure else loops
        named = (*NAMES.get(kind, ()), *loops * 4)
        constants = {
            "bool": ("true", "false"),
            "int": _INTS,
            "double": _DOUBLES,
            "string": _STRINGS,
            "ints": ("[]", "[1, 2, 3]"),
            "strings": ("[]", '["a", "b"]'),
            "map": ("{}", '{"on": true, "n": 1}', '{1: "a", true: 2}'),
            "any": ("null", "[[1], 2]"),
            "duration": tuple(f"duration({text})" for text in _SPANS),
            "timestamp": tuple(f"timestamp({text})" for text in _TIMES),
        }[kind]
        return self._random.choice(named if self._random.random() < 0.6 and named else constants)

    # --- what is true or false ------------------------------------------------------------------

    def _logic(self, depth: int) -> str:
        if self._random.random() < 0.2:
            return f"!({self._of('bool', depth)})"
        sign = self._random.choice(("&&", "||"))
        return f"({self._of('bool', depth)} {sign} {self._of('bool', depth)})"

    def _compare(self, depth: int) -> str:
        kind = self._random.choice(KINDS)
        signs = ("==", "!=") if kind in ("ints", "strings", "map", "any") else ()
        sign = self._random.choice(signs or ("==", "!=", "<", "<=", ">", ">="))
        other = {"int": "double", "double": "int"}.get(kind, kind)
        beside = other if self._random.random() < 0.3 else kind
        return f"({self._of(kind, depth)} {sign} {self._of(beside, depth)})"

    def _member(self, depth: int) -> str:
        among = self._random.choice(("ints", "strings", "map", "any"))
        kind = {"ints": "int", "strings": "string"}.get(among, "any")
        needle = self._random.choice(_KEYS) if among == "map" else self._of(kind, depth)
        return f"({needle} in {self._of(among, depth)})"

    def _loop(self, depth: int) -> str:
        word = self._random.choice(("all", "exists", "exists_one"))
        return self._looped(word, "bool", depth)

    def _looped(self, word: str, body: str, depth: int) -> str:
        among = self._random.choice(("ints", "strings", "map", "any"))
        name = f"x{len(self._loops)}"
        over = self._of(among, depth)
        kind = {"ints": "int", "strings": "string", "map": "string"}.get(among, "any")
        self._loops.append((name, kind))
        inside = self._of(body, depth)
        if word == "map" and self._random.random() < 0.2:
            inside = f"{self._of('bool', depth)}, {inside}"
        self._loops.pop()
        return f"{over}.{word}({name}, {inside})"

    def _ask_text(self, depth: int) -> str:
        word = self._random.choice(("startsWith", "endsWith", "contains", "matches"))
        is_pattern = word == "matches"
        other = self._random.choice(_PATTERNS) if is_pattern else self._of("string", depth)
        return f"{self._of('string', depth)}.{word}({other})"

    def _has(self, depth: int) -> str:
        of = self._leaf("map") if self._random.random() < 0.8 else self._of("any", depth)
        return f"has({of}.{self._random.choice(_FIELDS)})"

    # --- what else there is ---------------------------------------------------------------------

    def _choice(self, kind: str) -> Callable[[int], str]:
        def write(depth: int) -> str:
            then, other = self._of(kind, depth), self._of(kind, depth)
            return f"({self._of('bool', depth)} ? {then} : {other})"

        return write

    def _sum(self, kind: str) -> Callable[[int], str]:
        signs = {"int": "+-*/%", "double": "+-*/"}.get(kind, "+")

        def write(depth: int) -> str:
            sign = self._random.choice(signs)
            if kind in ("int", "double") and self._random.random() < 0.1:
                return f"-({self._of(kind, depth)})"
            return f"({self._of(kind, depth)} {sign} {self._of(kind, depth)})"

        return write

    def _size(self, depth: int) -> str:
        of = self._of(self._random.choice(("string", "ints", "strings", "map")), depth)
        return f"size({of})" if self._random.random() < 0.5 else f"{of}.size()"

    def _convert(self, to: str) -> Callable[[int], str]:
        kinds = {"int": ("int", "double", "string"), "double": ("int", "double", "string")}

        def write(_depth: int) -> str:
            kind = self._random.choice(kinds.get(to, ("int", "string")))
            return f"{to}({self._leaf(kind, is_sure=True)})"

        return write

    def _at(self, kind: str) -> Callable[[int], str]:
        return lambda depth: f"{self._of(kind, depth)}[{self._of('int', depth)}]"

    def _made(self, kind: str) -> Callable[[int], str]:
        body = kind.removesuffix("s")

        def write(depth: int) -> str:
            is_map = self._random.random() < 0.5
            return self._looped("map" if is_map else "filter", body if is_map else "bool", depth)

        return write

    def _listed(self, kind: str) -> Callable[[int], str]:
        def write(depth: int) -> str:
            return (
                f"[{', '.join(self._of(kind, depth) for _ in range(self._random.randint(0, 3)))}]"
            )

        return write

    def _map(self, depth: int) -> str:
        keys = self._random.sample(_KEYS, self._random.randint(0, 3))
        entries = ", ".join(f"{key}: {self._of('int', depth)}" for key in keys)
        return f"{{{entries}}}"

    def _look_up(self, depth: int) -> str:
        return f"{self._of('map', depth)}[{self._random.choice(_KEYS)}]"

    def _mixed(self, depth: int) -> str:
        return f"[{self._of('int', depth)}, {self._of('string', depth)}]"

    def _time(self, depth: int) -> str:
        kind = self._random.choice(("duration", "timestamp"))
        return f"({self._of(kind, depth)} - {self._of(kind, depth)})"

    def _shifted(self, depth: int) -> str:
        sign = self._random.choice("+-")
        return f"({self._of('timestamp', depth)} {sign} {self._of('duration', depth)})"
