"""How do lines stand in 80 columns: a sentence, and at the right where it comes from?"""

from textwrap import wrap

WIDTH = 80


def beside(left: str, right: str, hang: int) -> list[str]:
    """A sentence, wrapped under itself, with a few words at the right end of its last line."""
    lines = wrapped(left, hang)
    gap = WIDTH - len(lines[-1]) - len(right)
    if gap < 2:
        return [*lines, right.rjust(WIDTH)]
    return [*lines[:-1], f"{lines[-1]}{' ' * gap}{right}"]


def wrapped(text: str, hang: int) -> list[str]:
    """A text in lines of 80 columns, those after the first set in."""
    indent = len(text) - len(text.lstrip(" "))
    return wrap(
        text.lstrip(" "),
        WIDTH,
        initial_indent=" " * indent,
        subsequent_indent=" " * hang,
        break_on_hyphens=False,
    ) or [""]


def pair(left: str, right: str, indent: int) -> list[str]:
    """Two things that are seen together: on one line if there is room, else one below the other."""
    line = f"{' ' * indent}{left}    {right}"
    if len(line) <= WIDTH:
        return [line]
    edge = " " * indent
    return [*wrapped(f"{edge}{left}", indent + 2), *wrapped(f"{edge}{right}", indent + 2)]
