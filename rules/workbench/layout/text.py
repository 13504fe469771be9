"""How should the text of a file be laid out? The same things said, in one way.

- Nothing that the file says changes, and no comment is lost: both are looked at before it is given.
- What was laid out stays as it is.
"""

from collections import Counter
from dataclasses import replace
from typing import TypeAlias

from rules.language.document import Mapping, Scalar, Value
from rules.language.events import compose
from rules.language.forms.base import Form
from rules.language.source import Source
from rules.workbench.layout.arrange import arranged
from rules.workbench.layout.leaf import meaning
from rules.workbench.layout.read import Unreadable, read
from rules.workbench.layout.scan import scan
from rules.workbench.layout.write import write

Said: TypeAlias = object


def laid_out(form: Form, text: str) -> str:
    """The text of a sound file of a form as it should be; Unreadable if it cannot be told so.

    Its line ends stay: CR LF if its first is one. The last line gets one.
    """
    end = "\r\n" if text.partition("\n")[0].endswith("\r") else "\n"
    lines = text.replace("\r\n", "\n")
    lines = lines if lines.endswith("\n") else f"{lines}\n"
    made = _made(form, lines)
    if _said(made) != _said(lines) or comments(made) != comments(lines):
        raise Unreadable("it would not say the same")
    return made.replace("\n", end)


def _made(form: Form, text: str) -> str:
    found = read(text)
    return write(replace(found, root=arranged(form.keys, found.root)))


def comments(text: str) -> Counter[str]:
    """All comments of a text, in no order."""
    tokens = scan(text)
    above = [line for token in tokens for _, line in token.above if line]
    return Counter([*above, *(token.behind.text for token in tokens if token.behind.text)])


def _said(text: str) -> Said:
    """What a text says, however it is laid out; keys have no order."""
    value, _ = compose(Source("", text, tuple(text.split("\n"))))
    return None if value is None else _plain(value)


def _plain(value: Value) -> Said:
    if isinstance(value, Scalar):
        return meaning(value.text) or value.text
    if isinstance(value, Mapping):
        return {key.text: _plain(inner) for key, inner in value.entries}
    return [_plain(inner) for inner in value.items]
