"""How do tokens become an expression? By the grammar of the language, whole, in one pass."""

from dataclasses import replace

from rules.compiled import limits
from rules.compiled.literal import INT_MAX
from rules.language.cursor import SHORTER, Cursor
from rules.language.misread import foreign, reserved
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
    Unary,
    path,
)
from rules.language.tokens import OPERATORS, RESERVED, LeafError, Token

_LEVELS = (
    ("or",),
    ("and",),
    ("==", "!=", "<", "<=", ">", ">=", "in"),
    ("+", "-"),
    ("*", "/", "%"),
)
_NO_OPTIONALS = "write has(x.field) and …"
_WORDS = {"true": True, "false": False, "null": None}


def parse(text: str) -> Expression:
    """The expression of a leaf; LeafError says why it is none."""
    if len(text.encode()) > limits.LEAF_BYTES:
        message = f"a leaf is at most {limits.LEAF_BYTES} bytes long"
        raise LeafError("DL003", message, (0, 1), SHORTER)
    return _Parser(text).whole()


class _Parser(Cursor):
    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._open = 0

    def whole(self) -> Expression:
        expression = self._expression()
        token = self.next
        if token.kind != "end":
            raise self.odd(token)
        return expression

    def _expression(self) -> Expression:
        self._open += 1
        if self._open > limits.LEAF_DEPTH:
            raise self.too_much(f"more than {limits.LEAF_DEPTH} brackets are open here")
        condition = self._binary(0)
        if self.sign("?"):
            if self.next.text == "." and self.next.kind == "sign":
                raise foreign("optionals are", self.next, _NO_OPTIONALS)
            then = self._binary(0)
            self.expect(":")
            other = self._expression()
            condition = self.count(
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
        while (token := self.operator(_LEVELS[level])) is not None:
            right = self._binary(level + 1)
            left = self.count(
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
            signs.append(self.take())
            if len(signs) > limits.LEAF_DEPTH:
                raise self.too_much(f"more than {limits.LEAF_DEPTH} signs stand before this")
            if (signs[0].text == "-") != (signs[-1].text == "-"):
                raise self.odd(signs[-1])
        of = self._member()
        for sign in reversed(signs):
            op = OPERATORS.get(sign.text, sign.text)
            of = self.count(Unary(span=(sign.start, of.span[1]), depth=_deeper(of), op=op, of=of))
        return of

    def _is_not(self) -> bool:
        return (self.next.kind, self.next.text) in (("sign", "!"), ("word", "not"))

    def _is_minus(self) -> bool:
        return (self.next.kind, self.next.text) == ("sign", "-")

    def _is_negative_number(self) -> bool:
        number = self.after_next
        return number.kind in ("int", "double") and number.start == self.next.end

    def _member(self) -> Expression:
        of = self._primary()
        while (token := self.sign(".", "[")) is not None:
            self._refuse_optional()
            of = self.count(self._field(of) if token.text == "." else self._index(of))
        if path(of) is not None and not of.is_enclosed and self.next.text == "{":
            raise foreign("messages are", self.next, "there is no { } in rules")
        return of

    def _refuse_optional(self) -> None:
        if self.next.kind == "sign" and self.next.text == "?":
            raise foreign("optionals are", self.next, _NO_OPTIONALS)

    def _field(self, of: Expression) -> Expression:
        word = self.take()
        if word.kind != "word":
            raise self.odd(word, "a name must follow the dot")
        at = (word.start, word.end)
        if self.sign("("):
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
        end = self.expect("]").end
        return Index(span=(of.span[0], end), depth=_deeper(of, index), of=of, index=index)

    def _args(self, close: str) -> tuple[tuple[Expression, ...], int]:
        args: list[Expression] = []
        while (end := self.sign(close)) is None:
            self._refuse_optional()
            args.append(self._expression())
            if self.sign(","):
                if close == ")" and self.next.text == ")":
                    raise self.odd(self.next, "something must follow the comma")
            elif self.next.text != close or self.next.kind != "sign":
                raise self.odd(self.next, f"{close} or a comma is missing here")
        return tuple(args), end.end

    def _primary(self) -> Expression:
        token = self.take()
        if token.kind == "end":
            raise self.odd(token)
        if token.kind == "word":
            return self.count(self._word(token))
        if token.kind != "sign":
            return self.count(_constant(token, 1))
        return self._bracket(token)

    def _bracket(self, token: Token) -> Expression:
        if token.text == "(":
            inner = self._expression()
            span = (token.start, self.expect(")").end)
            return replace(inner, is_enclosed=True, span=span)
        if token.text == "-":
            return self.count(_constant(self.take(), -1))
        if token.text == "[":
            items, end = self._args("]")
            return self.count(ListOf(span=(token.start, end), depth=_deeper(*items), items=items))
        if token.text == "{":
            return self.count(self._map(token))
        if token.text == "." and self.next.kind == "word":
            raise foreign("names with a dot before them are", token, "leave out the dot")
        raise self.odd(token)

    def _map(self, token: Token) -> Expression:
        entries: list[tuple[Expression, Expression]] = []
        while (end := self.sign("}")) is None:
            self._refuse_optional()
            key = self._expression()
            self.expect(":")
            entries.append((key, self._expression()))
            if not self.sign(",") and self.next.text != "}":
                raise self.odd(self.next, "} or a comma is missing here")
        parts = [part for entry in entries for part in entry]
        return MapOf(span=(token.start, end.end), depth=_deeper(*parts), entries=tuple(entries))

    def _word(self, token: Token) -> Expression:
        span = (token.start, token.end)
        if token.text in _WORDS:
            value = _WORDS[token.text]
            return Constant(span=span, kind="null" if value is None else "bool", value=value)
        if token.text in RESERVED or token.text in ("and", "or", "in"):
            raise reserved(token)
        if self.sign("("):
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
