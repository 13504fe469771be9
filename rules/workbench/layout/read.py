"""How does the text of a file become a layout in which every comment has its place?

A comment on a line of its own belongs to what follows, unless it stands as deep as a block that
ends there: then it closes that block. What files of ours never hold raises Unreadable, and the
file is left as it is.
"""

from rules.workbench.layout.nodes import (
    Above,
    Behind,
    Block,
    Document,
    Entry,
    Flow,
    Node,
    Text,
)
from rules.workbench.layout.scan import Line, Token, scan

_STARTS = ("BlockMappingStart", "BlockSequenceStart")
_FLOWS = {"FlowMappingStart": "FlowMappingEnd", "FlowSequenceStart": "FlowSequenceEnd"}


class Unreadable(Exception):
    """The layout is of a kind that is not written anew; the sentence says which."""


def read(text: str) -> Document:
    """The layout of a file; its lines end in LF, the last one too."""
    return _Reader(text).document()


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = scan(text)
        self._at = 0
        self._above = [list(token.above) for token in self._tokens]

    # --- the tokens ---------------------------------------------------------------------------

    @property
    def _next(self) -> Token:
        return self._tokens[self._at]

    def _take(self, *kinds: str) -> Token:
        token = self._next
        if token.kind not in kinds:
            raise Unreadable(f"it holds what is not written anew ({token.kind})")
        self._at += 1
        return token

    def _lines(self) -> list[Line]:
        """The lines above the next token that has any characters."""
        at = self._at
        while self._tokens[at].start == self._tokens[at].end and at + 1 < len(self._tokens):
            at += 1
        return self._above[at]

    def _take_above(self) -> Above:
        lines = self._lines()
        taken = _without_doubles([text for _, text in lines])
        lines.clear()
        return taken

    def _take_tail(self, least: int) -> Above:
        """The first of the lines above the next token that stand at least so deep."""
        lines = self._lines()
        count = 0
        for number, (column, text) in enumerate(lines, 1):
            if text and column < least:
                break
            count = number if text else count
        taken = _without_doubles([text for _, text in lines[:count]])
        del lines[:count]
        return taken

    # --- the grammar --------------------------------------------------------------------------

    def document(self) -> Document:
        self._take("StreamStart")
        prologue = self._prologue()
        root = self._node()
        if not isinstance(root, Block) or not root.is_mapping:
            raise Unreadable("it is no mapping in lines")
        epilogue = ""
        if self._next.kind == "DocumentEnd":
            epilogue = self._text[self._next.start :]
            self._take("DocumentEnd")
        self._take("StreamEnd")
        return Document(prologue, root, epilogue)

    def _prologue(self) -> str:
        end = 0
        while self._next.kind in ("Directive", "DocumentStart"):
            end = self._text.index("\n", self._next.start) + 1
            self._at += 1
        if end and self._next.start < end:
            raise Unreadable("its first key stands on the line of ---")
        return self._text[:end]

    def _node(self) -> Node | None:
        """The value that comes now, if there is one."""
        token = self._next
        if token.kind == "BlockMappingStart":
            return self._mapping()
        if token.kind in ("BlockSequenceStart", "BlockEntry"):
            return self._list()
        if token.kind in _FLOWS:
            return self._flow()
        return self._scalar() if token.kind == "Scalar" else None

    def _mapping(self) -> Block:
        self._take("BlockMappingStart")
        entries = []
        depth = 0
        while self._next.kind == "Key":
            above = self._take_above()
            key_token = self._take("Key")
            if key_token.end > key_token.start:
                raise Unreadable("a key begins with ?")
            column = self._next.column
            depth = depth or column
            key = self._scalar()
            entries.append(self._entry(key, column, above, self._take("Value").behind))
        self._take("BlockEnd")
        return Block(is_mapping=True, entries=tuple(entries), tail=self._take_tail(depth))

    def _list(self) -> Block:
        is_closed = self._next.kind == "BlockSequenceStart"
        if is_closed:
            self._take("BlockSequenceStart")
        depth = self._next.column
        entries = []
        while self._next.kind == "BlockEntry":
            above = self._take_above()
            dash = self._take("BlockEntry")
            entries.append(self._entry(None, dash.column, above, dash.behind))
        if is_closed:
            self._take("BlockEnd")
        # A list that stands no deeper than its key ends where the next key's comments begin.
        tail = self._take_tail(depth if is_closed else depth + 1)
        return Block(is_mapping=False, entries=tuple(entries), tail=tail)

    def _entry(self, key: Text | None, column: int, above: Above, after_key: Behind) -> Entry:
        is_dash = self._next.kind == "BlockEntry" and key is not None
        if is_dash or self._next.kind in _STARTS:
            return Entry(key, self._node(), column, above, after_key)
        if self._next.kind not in ("Scalar", *_FLOWS):
            return Entry(key, None, column, above, after_key)
        between = self._take_above()
        value = self._node()
        behind = self._tokens[self._at - 1].behind
        return Entry(key, value, column, above, after_key, between, behind)

    def _scalar(self) -> Text:
        token = self._take("Scalar")
        raw = self._text[token.start : token.end]
        if token.quote in ("|", ">"):
            raw = raw.removesuffix("\n")
        return Text(token.value, token.quote, raw, token.start, token.end)

    def _flow(self) -> Flow:
        start = self._take(*_FLOWS)
        close = _FLOWS[start.kind]
        items: list[tuple[Text | None, Node | None]] = []
        while self._next.kind != close:
            items.append(self._flow_item())
            if self._next.kind != close:
                self._take("FlowEntry")
        end = self._take(close).end
        raw = self._text[start.start : end]
        return Flow(start.kind == "FlowMappingStart", tuple(items), raw, start.start, end)

    def _flow_item(self) -> tuple[Text | None, Node | None]:
        if self._next.kind != "Key":
            return None, self._node()
        if self._take("Key").end > self._tokens[self._at - 1].start:
            raise Unreadable("a key begins with ?")
        key = self._scalar()
        if self._next.kind != "Value":
            return key, None
        self._take("Value")
        return key, self._node()


def _without_doubles(lines: list[str]) -> Above:
    return tuple(
        line for number, line in enumerate(lines) if line or number == 0 or lines[number - 1]
    )
