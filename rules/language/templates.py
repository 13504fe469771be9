"""What does a text name with `${…}`, and is it there?

Plain text; `${path}` or `${path.size()}` names a fact, the item, a param or a define, and in
`fix` only params. `$${` is a literal. No expressions, no markup.
"""

import re
from collections.abc import Mapping

from rules.compiled.rule import SIZE, Template
from rules.errors import Place
from rules.facts.types import Field, List, Mark, Nullable, Record, Type
from rules.language.checked import BROKEN
from rules.language.document import Scalar
from rules.language.entry import Says
from rules.language.suggest import did_you_mean

_PART = re.compile(r"\$\$\{|\$\{([^{}]*)\}|\$\{")
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def read_template(text: Scalar, names: Mapping[str, Type], teller: Says) -> Template:
    """The words and paths of a text; what is wrong is told through `fields`."""
    parts: list[str | tuple[str, ...]] = []
    at, words = 0, ""
    for found in _PART.finditer(text.text):
        words += text.text[at : found.start()]
        at = found.end()
        if found[0] == "$${":
            words += "${"
            continue
        path = _path(found, text, teller)
        if path is not None and _check(path, (text, found), names, teller):
            parts += [words, path]
            words = ""
    return (*parts, words + text.text[at:])


def _path(found: re.Match[str], text: Scalar, teller: Says) -> tuple[str, ...] | None:
    inner = found[1]
    words = tuple((inner or "").removesuffix(f".{SIZE}").split("."))
    if inner is None or not all(_WORD.fullmatch(word) for word in words):
        help_ = "a path and no more: ${user.name}; write $${ for ${ itself"
        teller.say("DL201", "this names nothing", text.part(*found.span()), help_)
        return None
    return (*words, SIZE) if inner.endswith(f".{SIZE}") else words


def _check(
    path: tuple[str, ...],
    where: tuple[Scalar, re.Match[str]],
    names: Mapping[str, Type],
    teller: Says,
) -> bool:
    text, found = where
    place = text.part(*found.span())
    if path[0] not in names:
        help_ = did_you_mean(path[0], names)
        teller.say("DL301", f"there is no {path[0][:40]!r} here", place, help_)
        return False
    of: Type = names[path[0]]
    field: Field | None = None
    for word in path[1:]:
        if word == SIZE or of is BROKEN:
            break
        record = of.of if isinstance(of, Nullable) else of
        field = record.field(word) if isinstance(record, Record) else None
        if field is None:
            known = [one.name for one in record.fields] if isinstance(record, Record) else []
            teller.say(
                "DL302", f"there is no field {word[:40]!r}", place, did_you_mean(word, known)
            )
            return False
        of = field.type
    if field is not None and field.leaves.mark is Mark.LOCAL and path[0] != "params":
        message = f"{'.'.join(path)} never leaves the machine"
        teller.say("DL405", message, place, "elsewhere it reads (on the machine)")
    return of is not BROKEN and _is_shown(path, of, place, teller)


def _is_shown(path: tuple[str, ...], of: Type, place: Place, teller: Says) -> bool:
    sized = path[-1] == SIZE
    if isinstance(of, Record) or (sized and not isinstance(of, List)):
        what = "only lists have a size()" if sized else "a record has no text of its own"
        teller.say("DL309", what, place, "name one of its fields")
        return False
    return True
