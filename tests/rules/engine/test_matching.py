"""A pattern is found where `re` and the vectors of CEL find it, and no text makes it slow."""

import contextlib
import json
import os
import random
import re
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from rules.compiled import limits
from rules.compiled.pattern import parse
from rules.engine.budget import Budget, OverBudgetError
from rules.engine.matching import Matcher, matcher


def finds(pattern: str, text: str, *, caseless: bool = False) -> bool:
    return Matcher(parse(pattern, caseless=caseless)).finds(text, lambda _steps: None)


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("", "", True),
        ("", "cows", True),
        ("ubb", "hubba", True),
        ("^$", "", True),
        ("$^", "", True),
        ("^$", "a", False),
        ("a$", "a\n", False),
        ("^b", "a\nb", False),
        ("a.b", "a\nb", False),
        ("a[^x]b", "a\nb", True),
        (r"\s", "\v", False),
        (r"\w", "é", False),
        (r"\d", "٣", False),
        (r"^\D$", "\n", True),
        ("(^|x)a", "xa", True),
        ("(^|x)a", "ya", False),
        ("a(b$|c)d?", "acd", True),
        ("a$b", "ab", False),
        ("[]a-]+$", "]-a", True),
        (r"[\]\\\-]{3}", "-]\\", True),
        ("[^^]", "^", False),
        ("x{0}y", "y", True),
        ("^(ab){2,3}$", "abababab", False),
        ("(a|){3}b", "b", True),
        ("(a*)*b", "aab", True),
        ("^(?:KB|kb)[0-9]{7}$", "KB5034441", True),
        ("😀{2}", "😀😀", True),
        ("a+ñ+a+", "mañana", True),
        ("}]", "}]", True),
    ],
)
def test_a_pattern_is_found_as_re2_finds_it(pattern, text, found) -> None:
    assert finds(pattern, text) is found


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("^REMOTE[R-S]egistry$", "remoteregistry", True),
        ("^[^A-Z]+$", "svc", False),
        ("^[^a-z]+$", "svc", False),
        (r"^\W$", "a", False),
        ("É", "é", True),
        ("[Ä-Å]", "ä", False),
        (r"^\D+$", "snmp", True),
    ],
)
def test_in_caseless_text_a_letter_stands_for_both_cases(pattern, text, found) -> None:
    assert finds(pattern, text, caseless=True) is found


# --- against another engine ---------------------------------------------------------------------

ATOMS = [*"abc1 .", "ñ", r"\.", r"\n", "[ab]", "[^a]", "[a-c1]", r"[^\w]", "[]a]", r"[\d-]"]
ATOMS += [r"\d", r"\w", r"\W", r"\D", r"\S", "", "\n"]
COUNTS = ["*", "+", "?", "{2}", "{1,}", "{0,2}", "{1,3}", "{0}"]


@dataclass
class Author:
    """Writes patterns at random, of which Python's `re` thinks as we do but for `$`."""

    random: random.Random

    def pattern(self, depth: int) -> str:
        pick = self.random.random()
        if depth == 0 or pick < 0.35:
            return self.random.choice(ATOMS)
        inner = self.pattern(depth - 1)
        if pick < 0.55:
            return inner + self.pattern(depth - 1)
        if pick < 0.7:
            return f"({inner}|{self.pattern(depth - 1)})"
        if pick < 0.9:
            return f"({inner}){self.random.choice(COUNTS)}"
        return self.random.choice([f"^{inner}", f"(?:{inner})$", f"(^|{inner})", f"({inner}|$)"])

    def text(self) -> str:
        return "".join(self.random.choice("abc1.\n] ñ") for _ in range(self.random.randrange(9)))


def test_twenty_thousand_random_patterns_are_found_where_re_finds_them() -> None:
    author = Author(random.Random(20_261_122))
    found = 0
    for _ in range(5_000):
        pattern = author.pattern(4)
        ours = Matcher(parse(pattern))
        theirs = re.compile(pattern.replace("$", r"\Z"), re.ASCII)
        for _ in range(4):
            text = author.text()
            wanted = theirs.search(text) is not None
            assert ours.finds(text, lambda _steps: None) is wanted, (pattern, text)
            found += wanted
    assert 5_000 < found < 19_000


def test_the_vectors_of_cel_for_matches_hold() -> None:
    folder = os.environ.get("DENTINEL_VECTORS")
    if folder is None:
        pytest.skip("DENTINEL_VECTORS names no folder of public vectors")
    lines = (Path(folder) / "cel" / "core.jsonl").read_text().splitlines()
    call = re.compile(r"'([^']*)'\.matches\('([^']*)'\)")
    vectors = [vector for vector in map(json.loads, lines) if vector["section"] == "matches"]
    assert len(vectors) >= 7
    for vector in vectors:
        text, pattern = call.fullmatch(vector["expr"]).groups()
        assert finds(pattern, text) is vector["expect"]["value"]["bool"], vector["name"]


# --- cost ---------------------------------------------------------------------------------------

HOSTILE = [
    ("(a+)+$", "a" * 28 + "!"),
    ("(a+)+$", "a" * 10_000 + "!"),
    ("(a|a)*b", "a" * 10_000),
    ("(a?){300}a{300}", "a" * 300),
    ("(.*){1,200}x", "a" * 5_000),
    ("(a|b)*a(a|b){100}c", "abaab" * 2_000),
    ("[^a]{900}", "".join(map(chr, range(0x4E00, 0x4E00 + 20_000)))),
]


@pytest.mark.parametrize(("pattern", "text"), HOSTILE)
def test_no_text_makes_a_pattern_slow(pattern, text) -> None:
    started = time.process_time()
    with contextlib.suppress(OverBudgetError):
        Matcher(parse(pattern)).finds(text, Budget(lambda: 0).spend)
    assert time.process_time() - started < 1.0


def test_what_a_pattern_costs_does_not_depend_on_what_is_remembered() -> None:
    budget, text = Budget(lambda: 0), "ab" * 500
    looking = Matcher(parse("(a|b)*c"))
    assert not looking.finds(text, budget.spend)
    first = budget.spent
    assert not looking.finds(text, budget.spend)
    assert 1_000 <= first == budget.spent - first


def test_an_end_of_the_text_that_is_missed_ends_the_search() -> None:
    budget = Budget(lambda: 0)
    assert not Matcher(parse("^C:")).finds("D:" * limits.STEPS, budget.spend)
    assert budget.spent < 100


def test_what_is_remembered_is_bounded() -> None:
    looking = Matcher(parse("x"))
    for start in range(0, 60_000, 600):
        looking.finds("".join(map(chr, range(start, start + 600))), lambda _steps: None)
    assert sum(len(stand) for stand in looking._known.values()) < 10_000
    assert looking.finds("x", lambda _steps: None)


def test_a_pattern_is_read_once() -> None:
    assert matcher("a+b") is matcher("a+b")
    assert matcher("a+b") is not matcher("a+b", caseless=True)
