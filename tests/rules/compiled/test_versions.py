"""A range names one version, or all with the same first numbers."""

import pytest

from rules.compiled.versions import is_range, lies_in


@pytest.mark.parametrize(
    ("version", "versions", "lies"),
    [
        ("2.3.1", "2.3.1", True),
        ("2.3.1", "2.3.x", True),
        ("2.3.1", "2.x", True),
        ("2.13.1", "2.1.x", False),
        ("2.3.10", "2.3.1", False),
        ("12.3.1", "2.x", False),
        ("3.0.0", "2.x", False),
        ("no version", "2.x", False),
    ],
)
def test_a_version_lies_in_its_range(version, versions, lies) -> None:
    assert lies_in(version, versions) is lies


@pytest.mark.parametrize("text", ["x", "2", "2.3", "2.x.1", "2.3.x.x", "02.x", "", "2.x\n"])
def test_nothing_else_is_a_range(text) -> None:
    assert not is_range(text)
