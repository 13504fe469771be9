"""Does a version of a pack lie in a range, `2.3.x`, `2.x` or the one version `2.3.1`?"""

import re

from rules.compiled import names

_NUMBER = r"(?:0|[1-9][0-9]{0,8})"
RANGE = rf"{_NUMBER}\.x|{_NUMBER}\.{_NUMBER}\.(?:x|{_NUMBER})"


def is_range(text: str) -> bool:
    """Does it name one version, or all with the same first one or two numbers?"""
    return re.fullmatch(RANGE, text) is not None


def lies_in(version: str, versions: str) -> bool:
    """Is this version of a pack one of the range?"""
    numbers = names.semver(version)
    wanted = versions.removesuffix(".x").split(".")
    return numbers is not None and [str(number) for number in numbers[: len(wanted)]] == wanted
