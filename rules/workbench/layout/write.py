"""How is a layout written? Two blanks a level, lists too, and comments where they were.

What runs over several lines keeps its characters; only its lines move with the entry that it stands
in. A comment behind a value stays in its column if there is room.
"""

from collections.abc import Iterator

from rules.workbench.layout.nodes import Above, Behind, Block, Document, Entry, Flow, Node, Text

_STEP = 2


def write(document: Document) -> str:
    """The text of a file, with LF at the end of each line."""
    lines = list(_block(document.root, 0))
    while lines and not lines[0]:
        del lines[0]
    return "\n".join([*lines, ""]).join([document.prologue, document.epilogue])


def _block(block: Block, indent: int) -> Iterator[str]:
    write_entry = _keyed if block.is_mapping else _item
    for entry in block.entries:
        yield from _above(entry.above, indent)
        yield from write_entry(entry, indent)
    yield from _above(block.tail, indent)


def _above(lines: Above, indent: int) -> Iterator[str]:
    for line in lines:
        yield f"{' ' * indent}{line}" if line else ""


def _keyed(entry: Entry, indent: int) -> Iterator[str]:
    head = f"{' ' * indent}{entry.key.raw if entry.key else ''}:"
    moved = indent - entry.column
    if isinstance(entry.value, Block):
        yield _behind(head, entry.after_key, moved)
        yield from _block(entry.value, indent + _STEP)
    elif entry.value is None:
        yield _behind(head, entry.after_key, moved)
    elif entry.between or entry.after_key.text:
        yield _behind(head, entry.after_key, moved)
        yield from _above(entry.between, indent + _STEP)
        inner = " " * (indent + _STEP)
        yield _behind(f"{inner}{_inline(entry.value, entry, indent)}", entry.behind, moved)
    else:
        yield _behind(f"{head} {_inline(entry.value, entry, indent)}", entry.behind, moved)


def _item(entry: Entry, indent: int) -> Iterator[str]:
    """An item of a list; comments between its dash and its first line move above the dash."""
    dash = f"{' ' * indent}-"
    if entry.after_key.text:
        yield f"{' ' * indent}{entry.after_key.text}"
    if isinstance(entry.value, Block):
        first, *rest = entry.value.entries
        yield from _above(_without_first_blanks(first.above), indent)
        alone = Block(entry.value.is_mapping, (_bare(first), *rest), entry.value.tail)
        start, *lines = _block(alone, indent + _STEP)
        yield f"{dash} {start.lstrip()}"
        yield from lines
    elif entry.value is None:
        yield _behind(dash, entry.behind, indent - entry.column)
    else:
        yield from _above(entry.between, indent)
        written = f"{dash} {_inline(entry.value, entry, indent)}"
        yield _behind(written, entry.behind, indent - entry.column)


def _bare(entry: Entry) -> Entry:
    return Entry(
        entry.key, entry.value, entry.column, (), entry.after_key, entry.between, entry.behind
    )


def _without_first_blanks(lines: Above) -> Above:
    first = next((number for number, line in enumerate(lines) if line), len(lines))
    return lines[first:]


def _behind(line: str, comment: Behind, moved: int) -> str:
    """A line with its comment, in the column where it was or two blanks behind."""
    if not comment.text:
        return line
    *_, last = line.split("\n")
    gap = max(2, comment.column + moved - len(last))
    return f"{line}{' ' * gap}{comment.text}"


def _inline(node: Text | Flow, entry: Entry, indent: int) -> str:
    """A value that begins on a line; the lines that it runs over move with its entry."""
    if isinstance(node, Flow) and node.is_one_line:
        return flow(node)
    raw = pieces(node) if isinstance(node, Flow) else node.raw
    first, *rest = raw.split("\n")
    is_literal = isinstance(node, Text) and node.quote in ("|", ">")
    least = 0 if is_literal else indent + isinstance(node, Text)
    return "\n".join([first, *(_moved(line, indent - entry.column, least) for line in rest)])


def _moved(line: str, by: int, least: int) -> str:
    depth = len(line) - len(line.lstrip(" "))
    if not line.strip(" "):
        return " " * max(depth + by, 0) if depth else ""
    return " " * max(depth + by, least) + line[depth:]


def flow(node: Node | None) -> str:
    """A value on one line: a blank behind each comma and colon, none inside the brackets."""
    if not isinstance(node, Flow):
        return node.raw if isinstance(node, Text) else ""
    items = [
        flow(value) if key is None else f"{key.raw}: {flow(value)}" for key, value in node.items
    ]
    return f"{{{', '.join(items)}}}" if node.is_mapping else f"[{', '.join(items)}]"


def pieces(node: Flow) -> str:
    """A value over several lines as it was, with the words in it that were changed."""
    written, at = [], node.start
    for text in sorted(_texts(node), key=lambda text: text.start):
        written += [node.raw[at - node.start : text.start - node.start], text.raw]
        at = text.end
    return "".join([*written, node.raw[at - node.start :]])


def _texts(node: Node | None) -> Iterator[Text]:
    if isinstance(node, Text):
        yield node
    elif isinstance(node, Flow):
        for key, value in node.items:
            yield from _texts(key)
            yield from _texts(value)
