"""What does a name or a field stand for here, and what may its author have meant if nothing?"""

from rules.compiled import catalogue
from rules.compiled.scope import PARAMS
from rules.compiled.tree import Node
from rules.facts.types import Enum, List, Record, Type
from rules.language.checked import BROKEN, Leaf, Typed, article, type_words
from rules.language.suggest import did_you_mean
from rules.language.syntax import Member, Name, path

_NAMES = "a leaf names facts, as `dentinel facts` lists them, and params"
_CONSTANTS = ("true", "false", "null")
_ON_LISTS = ("size", "all", "exists", "exists_one", "filter", "map", "distinct")


def name(leaf: Leaf, part: Name, want: Type | None = None) -> Typed:
    """A name as what it stands for; DL301, once a leaf, if it stands for nothing here."""
    of = leaf.names.get(part.name)
    if of is None and part.name not in leaf.strange:
        leaf.strange.add(part.name)
        help_ = _meant(leaf, part.name, want)
        if help_ or not leaf.is_ahead:
            message = f"there is no {part.name[:40]!r} here"
            leaf.say("DL301", message, part.span, help_ or _NAMES)
    return Typed(Node("name", leaf.place(part), (part.name,)), of or BROKEN)


def _meant(leaf: Leaf, word: str, want: Type | None) -> str:
    if isinstance(want, Enum) and word in want.values:
        return f'put quotes around it: "{word}"'
    return leaf.hint(word) or did_you_mean(word, (*leaf.names, *_CONSTANTS))


def field(leaf: Leaf, part: Member, of: Type) -> Type:
    """The type of a field; DL302 if the record has none such, DL309 if it is no record."""
    if not isinstance(of, Record):
        message = f"{leaf.words(part.of)} is {type_words(of)} and has no fields"
        leaf.say("DL309", message, part.word_span, _instead(leaf, part, of))
        return BROKEN
    found = of.field(part.word)
    if found is not None:
        return found.type
    names = [one.name for one in of.fields]
    message = f'{_owner(part, of)} has no field "{part.word[:40]}"'
    if of.name == PARAMS:
        message = f"there is no param {part.word[:40]!r}" if names else "the rule has no params"
    help_ = did_you_mean(part.word, names)
    if help_ or not leaf.is_ahead or of.name == PARAMS:
        leaf.say("DL302", message, part.word_span, help_)
    return BROKEN


def _instead(leaf: Leaf, part: Member, of: Type) -> str:
    if not isinstance(of, List):
        return ""
    words = leaf.words(part.of)
    if part.word in _ON_LISTS:
        return f"write {words}.{part.word}(…)" if part.word != "size" else f"write {words}.size()"
    return f"write {words}.all(x, x.{part.word[:40]} …) or {words}.exists(x, …)"


def _owner(part: Member, of: Record) -> str:
    words = path(part.of)
    if words is not None and len(words) == 1 and words[0] in catalogue.facts():
        return words[0]
    return article(of.name)
