"""The pages of DL801 to DL811: what can go wrong while a rule runs."""

from rules.workbench.manual.base import Page, Shape

_TEN = "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]"

PAGES = {
    "DL801": Page(
        "The operation takes no such values. A checked rule cannot come to this; an expression "
        "that is evaluated without the checker can.",
        Shape.VALUE,
        '1 + "x" == 2',
        "1 + 1 == 2",
    ),
    "DL802": Page(
        "A whole number was divided by zero.",
        Shape.VALUE,
        "10 / 0 == 1",
        "10 / 2 == 5",
    ),
    "DL803": Page(
        "The result does not fit into 64 bits, or a time lies outside the years 1 to 9999.",
        Shape.VALUE,
        "9223372036854775807 + 1 > 0",
        "9223372036854775806 + 1 > 0",
    ),
    "DL804": Page(
        "The list has no item at this index, or the map no such key.",
        Shape.VALUE,
        "[7, 8][2] == 8",
        "[7, 8][1] == 8",
    ),
    "DL805": Page(
        "The text does not read as a value of the type that it should become.",
        Shape.VALUE,
        'int("ten") == 10',
        'int("10") == 10',
    ),
    "DL806": Page(
        "A rule has a million steps, so that no rule can hold up the others. Loops within loops "
        "use them up.",
        Shape.VALUE,
        "\n".join(f"{_TEN}.all({name}," for name in "abcdef") + " f >= 0" + ")" * 6,
        f"{_TEN}.all(a, a >= 0)",
    ),
    "DL807": Page(
        "A text or a list that a rule makes may have 64 KiB, or 100,000 items.",
        Shape.VALUE,
        '["0123456789"]' + "\n  .map(x, x + x + x + x + x + x + x + x)" * 5 + ".size() == 1",
        '["0123456789"].map(x, x + x).size() == 1',
    ),
    "DL808": Page(
        "A rule has half a second. The machine was busy, or the rule walks long lists in loops.",
        Shape.NONE,
    ),
    "DL809": Page(
        "The engine broke at this rule, and went on with the next one. That is a fault of the "
        "engine: please tell its makers, with the rule and the facts.",
        Shape.NONE,
    ),
    "DL810": Page(
        "A name or a function that is not there. A checked rule cannot come to this; an "
        "expression that is evaluated without the checker can.",
        Shape.VALUE,
        "user_count > 1",
        "[1, 2].size() > 1",
    ),
    "DL811": Page(
        "The collector of a fact failed, or gave a value that the catalogue does not know. What "
        "reads it is an error, and passes nowhere.",
        Shape.FACTS,
        "users: [{name: dr_lee, interactive: true, lock: {after: 7}}]",
        "users: [{name: dr_lee, interactive: true, lock: {after: 600s}}]",
    ),
}
