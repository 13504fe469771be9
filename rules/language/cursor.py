"""Where in the tokens of a leaf does its reader stand, and how much has it built?

Depth and number of nodes are counted while the tree grows, so 5,000 brackets or a chain of 20,000
`&&` end in a limit and never in a RecursionError.
"""

from rules.compiled import limits
from rules.language.misread import unexpected
from rules.language.syntax import Expression
from rules.language.tokens import OPERATORS, LeafError, Token, tokens

SHORTER = "use define, or write two clauses"


class Cursor:
    """Hands out tokens from left to right, and counts what is made of them."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._tokens = tokens(text)
        self._at = 0
        self._nodes = 0

    @property
    def next(self) -> Token:
        """The token that comes now; behind the last an `end`, for ever."""
        return self._tokens[self._at]

    @property
    def after_next(self) -> Token:
        """The token behind the next."""
        return self._tokens[min(self._at + 1, len(self._tokens) - 1)]

    def take(self) -> Token:
        """The next token; it is then behind."""
        token = self._tokens[self._at]
        self._at += token.kind != "end"
        return token

    def sign(self, *signs: str) -> Token | None:
        """The next token, taken, if it is one of these signs."""
        return self.take() if self.next.kind == "sign" and self.next.text in signs else None

    def expect(self, sign: str) -> Token:
        """The next token, which must be this sign."""
        token = self.sign(sign)
        if token is None:
            raise self.odd(self.next, f"{sign} is missing here")
        return token

    def operator(self, level: tuple[str, ...]) -> Token | None:
        """The next token, taken, if it is an operator of this level."""
        token = self.next
        if token.kind in ("sign", "word"):
            word = OPERATORS.get(token.text, token.text)
            is_one = word in level and (token.kind == "sign" or word in ("and", "or", "in"))
            return self.take() if is_one else None
        return None

    def count(self, expression: Expression) -> Expression:
        """Count a part that was made; LeafError DL003 if it is one too many, or lies too deep."""
        self._nodes += 1
        if self._nodes > limits.LEAF_NODES:
            raise self.too_much(f"more than {limits.LEAF_NODES} parts up to here")
        if expression.depth > limits.LEAF_DEPTH:
            raise self.too_much(f"more than {limits.LEAF_DEPTH} parts lie within one another")
        return expression

    def too_much(self, message: str) -> LeafError:
        """A limit was passed with the token just taken."""
        token = self._tokens[max(self._at - 1, 0)]
        return LeafError("DL003", message, (token.start, max(token.end, token.start + 1)), SHORTER)

    def odd(self, token: Token, message: str = "") -> LeafError:
        """Say that a token cannot stand where it stands."""
        at = self._tokens.index(token)
        return unexpected(token, self._tokens[at - 1] if at else None, message)
