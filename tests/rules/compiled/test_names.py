"""One definition of names, for authors and for machines."""

import pytest

from rules.compiled import limits, names


@pytest.mark.parametrize("text", ["a", "screen-locks", "a1-b2", "x" * limits.ID_LENGTH])
def test_an_id_is_kebab_case(text) -> None:
    assert names.is_id(text)


@pytest.mark.parametrize(
    "text", ["", "A", "1a", "a-", "-a", "a--b", "a_b", "a b", "é", "a\n", "x" * 49]
)
def test_anything_else_is_no_id(text) -> None:
    assert not names.is_id(text)


@pytest.mark.parametrize("text", ["x", "_", "max_idle", "X9", "x" * 64])
def test_a_word_begins_with_a_letter(text) -> None:
    assert names.is_word(text)


@pytest.mark.parametrize("text", ["", "9x", "a-b", "a.b", "é", "x\n", "x" * 65])
def test_anything_else_is_no_word(text) -> None:
    assert not names.is_word(text)


@pytest.mark.parametrize(
    "text", ["1.0", "01.0.0", "1.0.0-rc1", "v1.0.0", "1.0.0\n", "9999999999.0.0"]
)
def test_a_version_of_a_pack_is_three_plain_numbers(text) -> None:
    assert names.semver(text) is None


def test_versions_are_compared_by_their_numbers() -> None:
    assert names.semver("1.10.0") > names.semver("1.9.9")
    assert names.facts_version("1.10") > names.facts_version("1.9")


@pytest.mark.parametrize("text", ["1", "1.0.0", "01.0", "1.x"])
def test_a_version_of_the_catalogue_is_two_plain_numbers(text) -> None:
    assert names.facts_version(text) is None


def test_a_source_is_a_file_and_never_a_path() -> None:
    assert names.is_file("disks.yaml")
    for text in ("../disks.yaml", "a/b.yaml", "a\\b.yaml", "disks.json", ".yaml", "a\nb.yaml"):
        assert not names.is_file(text)
