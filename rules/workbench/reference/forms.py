"""Which keys has each form of file? From the tables by which files are checked."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from rules.language.forms.base import (
    Anything,
    Citation,
    Either,
    Form,
    Key,
    Kind,
    Known,
    Leaf,
    ListOf,
    Named,
    Record,
    Text,
    Truth,
    ValueOf,
    Whole,
    Word,
)
from rules.language.forms.index import FORMS
from rules.workbench.markdown import code, codes, plain, table

_ABOUT = """
The first key of a file names its form. One document a file; a key that is not listed here is an
error. `dentinel rules schema` writes the same tables for editors.
"""
_MANY = 8
"""More names than this are not told one by one: the fact catalogue or another table has them."""


def lines() -> Iterator[str]:
    """The page of forms and keys."""
    yield "# Files and their keys"
    yield ""
    yield _ABOUT
    yield from table(
        ("form", "file"),
        ((f"[{form.name}](#{_anchor(form.name)})", _where(form)) for form in FORMS.values()),
    )
    for form in FORMS.values():
        yield from _form(form)


def _where(form: Form) -> str:
    return code(form.file) if "." in form.file else plain(form.file)


def _anchor(name: str) -> str:
    return name.replace("/", "")


def _form(form: Form) -> Iterator[str]:
    yield f"## {form.name}"
    yield ""
    yield f"Stands in {_where(form)}." if "." in form.file else "Stands anywhere."
    yield ""
    yield from _record(form.keys, "")


def _record(record: Record, inside: str) -> Iterator[str]:
    below: list[tuple[str, Record]] = []
    rows = []
    for key in record.keys:
        rows.append(_row(key))
        inner = _inner(key.kind)
        if inner is not None:
            below.append((f"{inside}{key.name}", inner))
    yield from table(("key", "value", "about"), rows)
    yield from _rules_of(record)
    for name, inner in below:
        yield f"### In {code(name)}"
        yield ""
        yield from _record(inner, f"{name}.")


def _row(key: Key) -> tuple[str, str, str]:
    needed = " (required)" if key.is_required else ""
    return f"{code(key.name)}{needed}", _words(key.kind), plain(key.about)


def _inner(kind: Kind) -> Record | None:
    """The record whose keys stand below a key, if any."""
    match kind:
        case Record():
            return kind
        case ListOf(of=of) | Named(of=of):
            return _inner(of)
        case Either(kinds):
            return next((found for one in kinds if (found := _inner(one))), None)
    return None


def _rules_of(record: Record) -> Iterator[str]:
    """Which keys go together."""
    for case in record.cases:
        with_ = codes((*case.needs, *case.allows))
        if case.key is not None and with_:
            needs = f", and needs {codes(case.needs)}" if case.needs else ""
            yield f"- {code(case.key)} goes with {with_}{needs}."
    others = [code(case.key) for case in record.cases if case.key is not None]
    if len(others) > 1:
        yield f"- At most one of {', '.join(others)}."
    for when in record.whens:
        head = f"- With {code(when.key)} {_among(when.among)}"
        if when.needs:
            yield f"{head}: needs {codes(when.needs)}."
        if when.refuses:
            yield f"{head}: no {codes(when.refuses)}."
    yield ""


def _among(words: Iterable[str]) -> str:
    """Words of a key; types that hold any words, and lists of any type, each told once."""
    told = dict.fromkeys(
        "`enum(…)`"
        if word.startswith("enum(")
        else "`list<…>`"
        if word.startswith("list<")
        else code(word)
        for word in words
    )
    return " or ".join(told)


def _words(kind: Kind) -> str:
    return _SAID[type(kind)](kind)


def _text(kind: Text) -> str:
    what = kind.spelt.what if kind.spelt else "text"
    return f"{what}, at most {kind.limit} characters" if kind.limit else what


def _known(kind: Known) -> str:
    names = sorted(kind.names())
    return f"{kind.what}: {codes(names)}" if len(names) <= _MANY else kind.what


def _whole(kind: Whole) -> str:
    return f"`{kind.only}`" if kind.only is not None else f"whole number, at least {kind.least}"


def _list(kind: ListOf) -> str:
    most = f", at most {kind.most:,}" if kind.most else ""
    of = "entries, see below" if isinstance(kind.of, Record) else _words(kind.of)
    return f"list of {of}{most}"


def _named(kind: Named) -> str:
    most = f", at most {kind.most}" if kind.most else ""
    return f"by {kind.spelt.what}: {_words(kind.of)}{most}"


_SAID: dict[type, Callable[[Any], str]] = {
    Text: _text,
    Leaf: lambda _kind: "leaf",
    Word: lambda kind: codes(kind.words),
    Known: _known,
    Citation: lambda kind: f"citation of {code(kind.basis)}",
    Whole: _whole,
    Truth: lambda _kind: "`true` or `false`",
    ValueOf: lambda kind: f"value of the type in {code(kind.key)}",
    Anything: lambda _kind: "value",
    ListOf: _list,
    Named: _named,
    Either: lambda kind: ", or ".join(map(_words, kind.kinds)),
    Record: lambda _kind: "keys, see below",
}
