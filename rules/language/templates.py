"""What does a text name with `${…}`, and is it there?

Plain text; `${path}` or `${path.size()}` names a fact, the item, a param or a define that is one
value, and in `fix` only params. `$${` is a literal. No expressions, no markup.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from rules.compiled import limits
from rules.compiled.rule import SIZE, Template
from rules.compiled.scope import PARAMS
from rules.errors import Place
from rules.facts.types import Field, List, Mark, Nullable, Record, Type
from rules.language.checked import BROKEN, type_words
from rules.language.document import Scalar
from rules.language.entry import Says
from rules.language.suggest import did_you_mean

_PART = re.compile(r"\$\$\{|\$\{([^{}]*)\}|\$\{")
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """What a text may name; `hidden` are the defines that read a field marked (L), and which."""

    names: Mapping[str, Type]
    defines: frozenset[str] = frozenset()
    hidden: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class _Named:
    """One `${…}`: its path, and where it stands in which text."""

    path: Path
    text: Scalar
    start: int

    @property
    def place(self) -> Place:
        """All of it, with its signs."""
        return self.text.part(self.start, self.start + len(".".join(self.path)) + len("${}"))

    def word(self, number: int) -> Place:
        """One word of the path."""
        at = self.start + len("${") + sum(len(word) + 1 for word in self.path[:number])
        return self.text.part(at, at + len(self.path[number]))

    @property
    def is_sized(self) -> bool:
        return self.path[-1] == SIZE

    @property
    def words(self) -> Path:
        return self.path[:-1] if self.is_sized else self.path


def read_template(text: Scalar, seen: Seen, teller: Says) -> Template:
    """The words and paths of a text; what is wrong is told. One that is too long is not read."""
    if len(text.text) > limits.TEXT_LENGTH:
        return (text.text[: limits.TEXT_LENGTH],)
    parts: list[str | Path] = []
    at, words, shown = 0, "", 0
    for found in _PART.finditer(text.text):
        words += text.text[at : found.start()]
        at = found.end()
        if found[0] == "$${":
            words += "${"
            continue
        named = _named(found, text, teller)
        if named is not None and _Check(named, seen, teller).is_sound():
            parts += [words, named.path]
            shown += len(words)
            words = ""
    words += text.text[at:]
    if shown + len(words) > limits.MESSAGE:
        message = f"a message has at most {limits.MESSAGE} characters; the rest is cut off"
        teller.say("DL103", message, text.place, "say it shorter")
    return (*parts, words)


def plain_text(text: Scalar | None, teller: Says) -> str | None:
    """A text that is the same on every machine: `$${` is a literal, and nothing else is named."""
    if text is None or len(text.text) > limits.TEXT_LENGTH:
        return None
    for found in _PART.finditer(text.text):
        if found[0] != "$${":
            message = "this text is the same on every machine"
            help_ = "name values in say and fix; write $${ for ${ itself"
            teller.say("DL206", message, text.part(*found.span()), help_)
    return text.text.replace("$${", "${")


def _named(found: re.Match[str], text: Scalar, teller: Says) -> _Named | None:
    inner, place = found[1], text.part(*found.span())
    if inner is None:
        teller.say("DL202", "this ${ is not closed", place, "add }, or write $${ for ${ itself")
        return None
    words = tuple(inner.removesuffix(f".{SIZE}").split("."))
    if not all(_WORD.fullmatch(word) for word in words):
        message = "a text names values, it computes none" if inner.strip() else "this names nothing"
        help_ = "a path and no more: ${user.name}; write $${ for ${ itself"
        teller.say("DL201", message, place, help_)
        return None
    path = (*words, SIZE) if inner.endswith(f".{SIZE}") else words
    return _Named(path, text, found.start())


class _Check:
    """Is what a text names there, may it be shown, and does it leave the machine?"""

    def __init__(self, named: _Named, seen: Seen, teller: Says) -> None:
        self._named = named
        self._seen = seen
        self._teller = teller

    def is_sound(self) -> bool:
        root = self._named.path[0]
        of = self._seen.names.get(root)
        if of is None:
            help_ = self._meant(root) or did_you_mean(root, self._seen.names)
            return self._refuse("DL301", f"there is no {root[:40]!r} here", help_, word=0)
        last: Field | None = None
        for number in range(1, len(self._named.words)):
            if of is BROKEN:
                return False
            last = self._field(of, number)
            if last is None:
                return False
            of = last.type
        self._warn_of_local(last)
        return of is not BROKEN and self._is_shown(of)

    def _meant(self, root: str) -> str:
        params = self._seen.names.get(PARAMS)
        if isinstance(params, Record) and params.field(root) is not None:
            return f"write ${{params.{root}}}"
        if tuple(self._seen.names) == (PARAMS,):
            return "a fix may name params alone: ${params.max_idle}"
        return ""

    def _field(self, of: Type, number: int) -> Field | None:
        word = self._named.path[number]
        record = of.of if isinstance(of, Nullable) else of
        found = record.field(word) if isinstance(record, Record) else None
        if found is None:
            known = [one.name for one in record.fields] if isinstance(record, Record) else []
            message = f"there is no field {word[:40]!r}"
            if isinstance(record, Record) and record.name == PARAMS:
                message = f"there is no param {word[:40]!r}"
            self._refuse("DL302", message, did_you_mean(word, known), word=number)
        return found

    def _warn_of_local(self, last: Field | None) -> None:
        words = self._named.words
        name, read = ".".join(words), (self._seen.hidden or {}).get(words[0])
        if last is not None and last.leaves.mark is Mark.LOCAL and words[0] != PARAMS:
            message = f"{name} never leaves the machine"
        elif last is None and read is not None:
            message = f"{name} reads {read}, which never leaves the machine"
        else:
            return
        help_ = "elsewhere it reads (on the machine)"
        self._teller.say("DL405", message, self._named.place, help_)

    def _is_shown(self, of: Type) -> bool:
        inner = of.of if isinstance(of, Nullable) else of
        words = ".".join(self._named.words)
        if self._named.is_sized:
            if isinstance(inner, List):
                return True
            return self._refuse("DL309", f"only lists have a size(), {words} has none", "")
        if isinstance(inner, Record):
            names = [one.name for one in inner.fields if not isinstance(one.type, Record | List)]
            help_ = f"name one of its fields: ${{{words}.{names[0]}}}" if names else ""
            return self._refuse("DL309", f"{words} is a record, not one value", help_)
        if isinstance(inner, List) and (self._is_define or isinstance(inner.of, Record)):
            message = f"{words} is {type_words(inner)}, not one value"
            return self._refuse("DL309", message, f"say how many there are: ${{{words}.size()}}")
        return True

    @property
    def _is_define(self) -> bool:
        return len(self._named.words) == 1 and self._named.words[0] in self._seen.defines

    def _refuse(self, code: str, message: str, help_: str, word: int | None = None) -> bool:
        place = self._named.place if word is None else self._named.word(word)
        self._teller.say(code, message, place, help_)
        return False
