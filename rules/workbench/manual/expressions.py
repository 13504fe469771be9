"""The pages of DL201 to DL207: how an expression is written."""

from rules.workbench.manual.base import Page, Shape

PAGES = {
    "DL201": Page(
        "Here something else is expected. One = compares nothing: it is == in rules.",
        Shape.LEAF,
        'host.os = "linux"',
        'host.os == "linux"',
    ),
    "DL202": Page(
        "The leaf stops where a value, a bracket or a quote must still come.",
        Shape.LEAF,
        "user.enabled and",
        "user.enabled and user.interactive",
    ),
    "DL203": Page(
        r"A backslash in a string begins an escape: \n is the end of a line, and \\ a backslash.",
        Shape.LEAF,
        r'user.name == "C:\new"',
        r'user.name == "C:\\new"',
    ),
    "DL204": Page(
        "Whole numbers have 64 bits; there are no larger ones.",
        Shape.LEAF,
        "agent.memory < 9223372036854775808",
        "agent.memory < 9223372036854775807",
    ),
    "DL205": Page(
        "Some words are kept for the language, and cannot be names.",
        Shape.LEAF,
        "users.exists(for, for.admin)",
        "users.exists(u, u.admin)",
    ),
    "DL206": Page(
        "Rules are written in a profile of CEL, the Common Expression Language. It leaves out "
        "unsigned numbers, bytes, maps and messages: nothing that a machine knows needs them.",
        Shape.LEAF,
        "user.name == b'front'",
        'user.name == "front"',
    ),
    "DL207": Page(
        "A pattern is matched in linear time by following all its ways at once. So there are no "
        "back-references, no look-around and no lazy forms, and every bracket is closed.",
        Shape.LEAF,
        r'user.name.matches("(a|b")',
        r'user.name.matches("(a|b)")',
    ),
}
