"""How do tokens become an expression? By the grammar of the language, whole, in one pass.

Depth and number of nodes are counted while the tree grows, so 5,000 brackets or a chain of 20,000
`&&` end in a limit and never in a RecursionError.
"""

from dataclasses import replace

from rules.compiled import limits
from rules.compiled.literal import INT_MAX
from rules.language.syntax import (
    Binary,
    Call,
    Choice,
    Constant,
    Expression,
    Index,
    ListOf,
    MapOf,
    Member,
    Name,
    Span,
    Unary,
    path,
)
from rules.language.tokens import OPERATORS, RESERVED, LeafError, Token, tokens

_LEVELS = (
    ("or",),
    ("and",),
    ("==", "!=", "<", "<=", ">", ">=", "in"),
    ("+", "-"),
    ("*", "/", "%"),
)
_WORDS = {"true": True, "false": False, "null": None}


def parse(text: str) -> Expression:
    """The expression of a leaf; LeafError says why it is none."""
    if len(text.encode()) > limits.LEAF_BYTES:
        raise LeafError("DL003", "a leaf is at most 4 KiB long", (0, 1), "use define")
    return _Parser(tokens(text)).whole()


class _Parser:
    def __init__(self, read: list[Token]) -> None:
        self._tokens = read
        self._at = 0
        self._nodes = 0
        self._open = 0

    def whole(self) -> Expression:
        expression = self._expression()
        token = self._next
        if token.kind != "end":
            raise _unexpected(token)
        return expression

    # --- the tokens ---------------------------------------------------------------------------

    @property
    def _next(self) -> Token:
        return self._tokens[self._at]

    def _take(self) -> Token:
        token = self._tokens[self._at]
        self._at += token.kind != "end"
        return token

    def _sign(self, *signs: str) -> Token | None:
        return self._take() if self._next.kind == "sign" and self._next.text in signs else None

    def _expect(self, sign: str) -> Token:
        token = self._sign(sign)
        if token is None:
            raise _unexpected(self._next, f"{sign} is missing here")
        return token

    def _operator(self, level: tuple[str, ...]) -> Token | None:
        token = self._next
        if token.kind in ("sign", "word"):
            word = OPERATORS.get(token.text, token.text)
            is_one = word in level and (token.kind == "sign" or word in ("and", "or", "in"))
            return self._take() if is_one else None
        return None

    def _count(self, expression: Expression) -> Expression:
        self._nodes += 1
        if self._nodes > limits.LEAF_NODES or expression.depth > limits.LEAF_DEPTH:
            help_ = "use define, or more than one clause"
            raise LeafError("DL003", "the leaf is nested too deep or too long", (0, 1), help_)
        return expression

    # --- the grammar --------------------------------------------------------------------------

    def _expression(self) -> Expression:
        self._open += 1
        if self._open > limits.LEAF_DEPTH:
            raise LeafError("DL003", "the leaf is nested too deep", self._span_of_next())
        condition = self._binary(0)
        if self._sign("?"):
            then = self._binary(0)
            self._expect(":")
            other = self._expression()
            condition = self._count(
                Choice(
                    span=(condition.span[0], other.span[1]),
                    depth=_deeper(condition, then, other),
                    condition=condition,
                    then=then,
                    other=other,
                )
            )
        self._open -= 1
        return condition

    def _binary(self, level: int) -> Expression:
        if level == len(_LEVELS):
            return self._unary()
        left = self._binary(level + 1)
        while (token := self._operator(_LEVELS[level])) is not None:
            if token.text == "in" and _is_bare_not(left):
                raise LeafError(
                    "DL201", "not stands before one side only", left.span, "write not (… in …)"
                )
            right = self._binary(level + 1)
            left = self._count(
                Binary(
                    span=(left.span[0], right.span[1]),
                    depth=_deeper(left, right),
                    op=OPERATORS.get(token.text, token.text),
                    left=left,
                    right=right,
                )
            )
        return left

    def _unary(self) -> Expression:
        signs: list[Token] = []
        while self._is_not() or (self._is_minus() and not self._is_negative_number()):
            signs.append(self._take())
            if (signs[0].text == "-") != (signs[-1].text == "-"):
                raise _unexpected(signs[-1])
        of = self._member()
        for sign in reversed(signs):
            op = OPERATORS.get(sign.text, sign.text)
            of = self._count(Unary(span=(sign.start, of.span[1]), depth=_deeper(of), op=op, of=of))
        return of

    def _is_not(self) -> bool:
        return (self._next.kind, self._next.text) in (("sign", "!"), ("word", "not"))

    def _is_minus(self) -> bool:
        return (self._next.kind, self._next.text) == ("sign", "-")

    def _is_negative_number(self) -> bool:
        after = self._tokens[min(self._at + 1, len(self._tokens) - 1)]
        return after.kind in ("int", "double") and after.start == self._next.end

    def _member(self) -> Expression:
        of = self._primary()
        while (token := self._sign(".", "[")) is not None:
            self._refuse_optional()
            of = self._count(self._field(of) if token.text == "." else self._index(of))
        if path(of) is not None and not of.is_enclosed and self._next.text == "{":
            raise _foreign("messages are", self._next)
        return of

    def _refuse_optional(self) -> None:
        if self._next.kind == "sign" and self._next.text == "?":
            raise _foreign("optionals are", self._next)

    def _field(self, of: Expression) -> Expression:
        word = self._take()
        if word.kind != "word":
            raise _unexpected(word, "a name must follow the dot")
        at = (word.start, word.end)
        if self._sign("("):
            args, end = self._args(")")
            return Call(
                span=(of.span[0], end),
                depth=_deeper(of, *args),
                of=of,
                name=word.text,
                name_span=at,
                args=args,
            )
        span = (of.span[0], word.end)
        return Member(span=span, depth=_deeper(of), of=of, word=word.text, word_span=at)

    def _index(self, of: Expression) -> Expression:
        index = self._expression()
        end = self._expect("]").end
        return Index(span=(of.span[0], end), depth=_deeper(of, index), of=of, index=index)

    def _args(self, close: str) -> tuple[tuple[Expression, ...], int]:
        args: list[Expression] = []
        while (end := self._sign(close)) is None:
            self._refuse_optional()
            args.append(self._expression())
            if self._sign(","):
                if close == ")" and self._next.text == ")":
                    raise _unexpected(self._next, "something must follow the comma")
            elif self._next.text != close or self._next.kind != "sign":
                raise _unexpected(self._next, f"{close} or a comma is missing here")
        return tuple(args), end.end

    def _primary(self) -> Expression:
        token = self._take()
        if token.kind == "end":
            raise LeafError("DL202", "the leaf ends too early", (token.start, token.end + 1))
        if token.kind == "word":
            return self._count(self._word(token))
        if token.kind != "sign":
            return self._count(_constant(token, 1))
        return self._bracket(token)

    def _bracket(self, token: Token) -> Expression:
        if token.text == "(":
            inner = self._expression()
            self._expect(")")
            return replace(inner, is_enclosed=True)
        if token.text == "-":
            return self._count(_constant(self._take(), -1))
        if token.text == "[":
            items, end = self._args("]")
            return self._count(ListOf(span=(token.start, end), depth=_deeper(*items), items=items))
        if token.text == "{":
            return self._count(self._map(token))
        if token.text == "." and self._next.kind == "word":
            raise _foreign("names with a dot before them are", token)
        raise _unexpected(token)

    def _map(self, token: Token) -> Expression:
        entries: list[tuple[Expression, Expression]] = []
        while (end := self._sign("}")) is None:
            self._refuse_optional()
            key = self._expression()
            self._expect(":")
            entries.append((key, self._expression()))
            if not self._sign(",") and self._next.text != "}":
                raise _unexpected(self._next, "} or a comma is missing here")
        parts = [part for entry in entries for part in entry]
        return MapOf(span=(token.start, end.end), depth=_deeper(*parts), entries=tuple(entries))

    def _word(self, token: Token) -> Expression:
        span = (token.start, token.end)
        if token.text in _WORDS:
            value = _WORDS[token.text]
            return Constant(span=span, kind="null" if value is None else "bool", value=value)
        if token.text in RESERVED or token.text in ("and", "or", "in"):
            raise LeafError("DL205", f"{token.text} is a reserved word", span, "use another name")
        if self._sign("("):
            args, end = self._args(")")
            depth = _deeper(*args)
            return Call(
                span=(token.start, end),
                depth=depth,
                of=None,
                name=token.text,
                name_span=span,
                args=args,
            )
        return Name(span=span, name=token.text)

    def _span_of_next(self) -> Span:
        return self._next.start, max(self._next.end, self._next.start + 1)


def _is_bare_not(left: Expression) -> bool:
    return isinstance(left, Unary) and left.op == "not" and not left.is_enclosed


def _deeper(*parts: Expression) -> int:
    return 1 + max((part.depth for part in parts), default=0)


def _constant(token: Token, sign: int) -> Expression:
    span = (token.start - (sign < 0), token.end)
    if token.kind == "string" or isinstance(token.value, str | None):
        return Constant(span=span, kind="string", value=token.value)
    value = token.value * sign
    if token.kind == "int" and not -INT_MAX - 1 <= value <= INT_MAX:
        raise LeafError("DL204", f"{token.text[:24]} is no 64-bit number", span)
    return Constant(span=span, kind=token.kind, value=value)


def _foreign(what: str, token: Token) -> LeafError:
    span = (token.start, token.end)
    return LeafError("DL206", f"{what} not part of the language", span)


def _unexpected(token: Token, message: str = "") -> LeafError:
    if token.kind == "end":
        return LeafError(
            "DL202", message or "the leaf ends too early", (token.start, token.end + 1)
        )
    text = message or f"unexpected {token.text[:24]!r}"
    return LeafError("DL201", text, (token.start, token.end))
