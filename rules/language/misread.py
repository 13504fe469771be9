"""What did the author have in mind who wrote what is no expression? A sentence that leads on.

Words and signs of other languages (`AND`, `is`, `<>`, `if … then`) get the one that is meant here.
"""

from rules.language.tokens import LeafError, Token

_CHOICE = "write condition ? one : other"
_LOOP = "write list.all(x, …) or list.exists(x, …)"
_RESERVED = {
    "and": "something must stand before it",
    "or": "something must stand before it",
    "in": "something must stand before it",
    "if": _CHOICE,
    "else": _CHOICE,
    "for": _LOOP,
    "while": _LOOP,
    "loop": _LOOP,
    "function": "there are no functions of one's own; use define",
    "let": "use define to give a name to an expression",
    "var": "use define to give a name to an expression",
    "const": "use define to give a name to an expression",
    "void": "write null",
}
_WORDS = {
    "is": "write == to compare",
    "eq": "write ==",
    "equals": "write ==",
    "ne": "write !=",
    "lt": "write <",
    "le": "write <=",
    "gt": "write >",
    "ge": "write >=",
    "not": "write not (… in …), with not before both sides",
    "xor": "write one != other",
    "like": 'write text.glob("…*")',
    "contains": 'write text.contains("…")',
    "startswith": 'write text.startsWith("…")',
    "endswith": 'write text.endsWith("…")',
    "matches": 'write text.matches("…")',
    "then": _CHOICE,
    "if": _CHOICE,
    "else": _CHOICE,
    "between": "write low <= x and x <= high",
}
_SIGNS = {
    ")": "no ( is open here",
    "]": "no [ is open here",
    "}": "no { is open here",
    ":": "a : follows a ?: condition ? one : other",
    ",": "a list stands in [ ]",
    "!": "write != to compare, or and not",
}
_JOIN = "and, or, or a comparison is missing before it"


def reserved(token: Token) -> LeafError:
    """A word of the language where a name should stand."""
    help_ = _RESERVED.get(token.text, "take another name")
    message = f"{token.text} is a reserved word"
    return LeafError("DL205", message, (token.start, token.end), help_)


def foreign(what: str, token: Token, help_: str = "") -> LeafError:
    """A part of CEL that is not part of this language."""
    span = (token.start, token.end)
    return LeafError("DL206", f"{what} not part of the language", span, help_)


def unexpected(token: Token, before: Token | None, message: str = "") -> LeafError:
    """A token that cannot stand behind the one before it."""
    if token.kind == "end":
        said = message or "the leaf ends too early"
        return LeafError("DL202", said, (token.start, token.end + 1), _ended(before))
    said = message or f"unexpected {token.text[:24]!r}"
    help_ = "" if message else _help(token, before)
    return LeafError("DL201", said, (token.start, token.end), help_)


def _ended(before: Token | None) -> str:
    if before is None:
        return "write what must be true"
    return f"something must follow {before.text}" if _wants_more(before) else ""


def _wants_more(token: Token) -> bool:
    is_word = token.kind == "word" and token.text in ("and", "or", "not", "in")
    return is_word or (token.kind == "sign" and token.text not in ")]}")


def _help(token: Token, before: Token | None) -> str:
    if before is not None and token.text == ">" and before.text == "<":
        return "write !="
    if token.kind == "sign":
        return "" if before is not None and _wants_more(before) else _SIGNS.get(token.text, "")
    if before is None or _wants_more(before):
        return ""
    word = token.text.lower()
    return f"write {word}" if word in ("and", "or") else _WORDS.get(word, _JOIN)
