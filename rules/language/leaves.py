"""Is a value one whole expression, as its author sees it?

What YAML does to an expression is told here, before anybody parses it: a comment that cuts it
short, lines that are folded into one, a bracket that makes a list of it.
"""

import re

from rules.errors import Place
from rules.language.document import Mapping, Scalar, Sequence, Value
from rules.language.entry import Says

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_NAMES = {"\n": "a line break", "\t": "a tab", "\r": "a line break"}
_COMMENT = re.compile(r"\s+#")


def read(key: str, value: Value, teller: Says) -> Scalar | None:
    """The expression under a key; None if it is none, with a problem."""
    if not isinstance(value, Scalar):
        if value.is_flow:
            tell_bracket(key, value, teller)
        else:
            help_ = "write it on one line, as text"
            teller.say("DL103", f"{key} is an expression", value.place, help_)
        return None
    if not value.text.strip():
        teller.say("DL107", f"{key} is empty", value.place, "write an expression")
        return None
    if not value.is_one_line:
        help_ = "write it on one line; give a part of it a name under define"
        teller.say("DL009", f"{key} is an expression on one line", value.place, help_)
        return None
    if tell_control(key, value, teller):
        return None
    rest = value.source.line(value.line)[value.end - 1 :]
    if not value.quote and _COMMENT.match(rest):
        place = Place(value.source.file, value.line, value.end, value.end + len(rest))
        help_ = "quote the whole expression, or move the comment to a line of its own"
        teller.say("DL008", "YAML takes this for a comment and cuts it off", place, help_)
        return None
    return value


def tell_control(key: str, value: Scalar, teller: Says) -> bool:
    """Say that an escape of YAML made a control character in a text, if one did."""
    found = _CONTROL.search(value.text)
    if found is None or value.quote != '"':
        return False
    message = f'in {key} a backslash in "…" makes {_NAMES.get(found[0], "a control character")}'
    help_ = "write two backslashes, or '…' around the text"
    teller.say("DL203", message, value.part(*found.span()), help_)
    return True


def tell_bracket(key: str, value: Mapping | Sequence, teller: Says) -> None:
    """Say that YAML made a list or keys of a text that begins with a bracket."""
    sign, made = ("[", "a list") if isinstance(value, Sequence) else ("{", "keys")
    message = f"{key} is text, and YAML makes {made} of what begins with {sign}"
    teller.say("DL002", message, value.place, f"put quotes around all of it: '{sign}…'")
