"""A survivor is marked where its sign stands, whatever is written around it."""

import pytest

from rules.workbench.variants.mutants import mutants
from rules.workbench.variants.written import Written


@pytest.fixture
def signs(check_rule):
    """What is marked for each mutant of a leaf that is an operator swapped."""

    def signs(leaf):
        checked = check_rule(f"must:\n  - that: {leaf}\n    say: it is not so")
        assert not checked.has_errors, checked.problems
        files = {file.name: file.source for file in checked.files}
        written = Written(checked.sources[0], files)
        made = mutants(checked.rules["a-rule"], written)
        return [written.text(one.change.place) for one in made if " to " in one.change.what]

    return signs


@pytest.mark.parametrize(
    ("leaf", "marked"),
    [
        ('host.os == "linux" and host.portable', ["==", "and"]),
        ('host.os=="linux"&&host.portable', ["==", "&&"]),
        ('(host.os == "linux") or (host.os != "macos")', ["==", "or", "!="]),
        ("'(agent.memory) <= (5 + 2) || !(host.portable)'", ["<=", "||"]),
        ('"host.os == \\"linux\\" and host.portable"', ["==", "and"]),
        ("'host.os == ''linux'' and host.portable'", ["==", "and"]),
        ("users.exists(u, u.admin and u.enabled)", ["and"]),
    ],
)
def test_a_sign_is_found_between_its_sides(signs, leaf, marked) -> None:
    assert signs(leaf) == marked
