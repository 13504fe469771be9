"""A near name is named, a far one is not."""

import pytest

from rules.language.suggest import did_you_mean, nearest


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("protecton", "protection"),
        ("Protection", "protection"),
        ("portection", "protection"),
        ("protectionn", "protection"),
        ("kidn", "kind"),
        ("xyz", None),
        ("", None),
        ("p" * 10_000, None),
    ],
)
def test_the_nearest_name_within_a_third_of_its_length(word, found) -> None:
    assert nearest(word, ["protection", "kind", "role"]) == found


def test_it_is_asked_as_a_question() -> None:
    assert did_you_mean("knd", ["kind"]) == 'did you mean "kind"?'
    assert did_you_mean("knd", []) == ""
