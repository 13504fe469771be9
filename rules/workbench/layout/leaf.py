"""How is an expression written? In words, with double quotes, and one blank round each operator.

`and or not` for `&& || !`. Brackets, numbers and a comment at the end stay as they were; what the
expression means never changes: token for token it is the same.
"""

from rules.language.tokens import OPERATORS, LeafError, Token, tokens

_WORDS = ("and", "or", "not", "in")
_BINARY = ("==", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "%", "?", ":", "&&", "||")
_CLOSING = (")", "]", "}")


def written(text: str) -> str:
    """The expression as it should be written; unchanged if it is none, or holds a map."""
    try:
        found = tokens(text)[:-1]
    except LeafError:
        return text
    if not found or any(token.kind == "sign" and token.text == "{" for token in found):
        return text
    parts, before = [], None
    for at, token in enumerate(found):
        parts.append(_between(found, at, before) if at else "")
        before = _role(found, at)
        parts.append(_word(token))
    comment = text[found[-1].end :].strip()
    made = "".join(parts) + (f"  {comment}" if comment else "")
    return made if meaning(made) == meaning(text) else text


def meaning(text: str) -> list[tuple[str, object]] | None:
    """What an expression is made of, however it is written; None if it is none."""
    try:
        found = tokens(text)[:-1]
    except LeafError:
        return None
    return [
        (token.kind, token.value) if token.kind == "string" else _canonical(found, at)
        for at, token in enumerate(found)
    ]


def _canonical(found: list[Token], at: int) -> tuple[str, object]:
    token = found[at]
    if token.text in OPERATORS and not _is_name(found, at):
        return "operator", OPERATORS[token.text]
    # A sign that touches a number is part of it.
    is_sign = token.text == "-" and _role(found, at) == "prefix"
    after = found[at + 1] if at + 1 < len(found) else token
    touches = after.kind in ("int", "double") and after.start == token.end
    return token.kind, (token.text, is_sign and touches)


def _is_name(found: list[Token], at: int) -> bool:
    """After a dot every word is a name."""
    return at > 0 and found[at - 1].kind == "sign" and found[at - 1].text == "."


def _role(found: list[Token], at: int) -> str:
    """`operator`, `prefix`, `opening` or `operand`: what stands there, seen from the right."""
    token = found[at]
    if _is_operand(found, at):
        return "operand"
    if token.text in ("not", "!"):
        return "prefix"
    if token.text in _WORDS or token.text in _BINARY:
        is_prefix = token.text == "-" and (at == 0 or not _is_operand(found, at - 1))
        return "prefix" if is_prefix else "operator"
    return "opening"


def _is_operand(found: list[Token], at: int) -> bool:
    """Does a value end with this token?"""
    token = found[at]
    if token.kind == "sign":
        return token.text in _CLOSING
    return token.kind != "word" or token.text not in _WORDS or _is_name(found, at)


def _between(found: list[Token], at: int, before: str | None) -> str:
    """The blank, or none, before a token."""
    token, last = found[at], found[at - 1]
    if token.kind == "sign" and token.text in (",", ".", *_CLOSING):
        return ""
    if last.kind == "sign" and last.text == ".":
        return ""
    if last.kind == "sign" and last.text in ("(", "["):
        return ""
    if before == "prefix":
        if last.text != "-":
            return " "
        return "" if last.end == token.start or token.kind in ("word", "sign") else " "
    if token.kind == "sign" and token.text in ("(", "["):
        return "" if before == "operand" else " "
    return " "


def _word(token: Token) -> str:
    if token.kind == "string":
        return _string(token.text)
    if token.kind == "sign" and token.text in OPERATORS:
        return OPERATORS[token.text]
    return token.text


def _string(text: str) -> str:
    """A string with double quotes, if it holds none."""
    prefix = text[0] if text[0] in "rR" else ""
    body = text[len(prefix) :]
    is_single = body[0] == "'" and not (body.startswith("'''") and len(body) > 2)
    return f'{prefix}"{body[1:-1]}"' if is_single and '"' not in body else text
