"""A caret stands under the mistake, through quotes, escapes and wide characters."""

import pytest

from rules.language.files import read_file, read_rules
from rules.language.meaning import check_rule

RULE = """dentinel: rules/v1
pack: north-quay
rules:
  - id: a-rule
    title: A rule
    severity: low
    controls: [ENC-01]
    cite: {in_force: [164.312(b)]}
    every: volumes
    each_must:
      - that: «leaf»
        say: wrong
    if_none: pass
"""


@pytest.mark.parametrize(
    "leaf",
    [
        'volume.name != "C:" and volume.kind == ^"fixd"^',
        "'volume.name != ''C:'' and volume.kind == ^\"fixd\"^'",
        "'volume.name != \"it''s\" and volume.kind == ^''fixd''^'",
        r'"volume.name != \"C:\" and volume.kind == ^\"fixd\"^"',
        r'"volume.name != \x22\u00e9\U0001F600\" and volume.kind == ^\"fixd\"^"',
        r'"volume.name != \"a\\\\b\" and volume.kind == ^\"fixd\"^"',
        'volume.name != "ディスク" and volume.kind == ^"fixd"^',
        'volume.name != "e\u0301" and volume.kind == ^"fixd"^',
        '\'volume.name == "😀" and volume.kind == ^"fixd"^\'',
        'volume.name.matches("^(^a+")',
        r"""'volume.name.matches(r"\d+^(^")'""",
        """'volume.name.matches(''\\\\d^(^'')'""",
        r'volume.name.matches("\x41\u00e9\101^(^b")',
        "volume.name.matches('''\"a\"^(^b''')",
        r'"volume.name.matches(\"a^(^\")"',
        "\"volume.name != 'ü' and ^not volume.kind^ in ['fixed']\"",
        "volume.holds_imaging ^=^ true",
    ],
)
def test_the_caret_of_a_leaf_is_in_its_file(leaf) -> None:
    text = RULE.replace("«leaf»", leaf.replace("^^", "\0"))
    line = next(line for line in text.split("\n") if "that:" in line)
    first = line.index("^")
    last = line.index("^", first + 1) - 1
    problems = []
    file = read_file("disks.yaml", text.replace("^", "").replace("\0", "^").encode(), problems)
    assert file is not None
    for rule in read_rules(file, problems)[1]:
        check_rule(rule, "1.0", problems)
    (told,) = [one for one in problems if one.level == "error"]
    assert (told.place.line, told.place.column, told.place.end) == (11, first + 1, last + 1)
