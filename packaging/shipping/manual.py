"""The page of the manual, `man dentinel`: what `--help` says, of all commands."""

import inspect
from collections.abc import Iterator

from shipping.products import VERSION, Product
from shipping.words import Verb, verbs

_EXIT = {
    "dentinel": "0 for success, 2 for wrong use or an error that says what to do. audit, scan,"
    " status, doctor and verify have more: each says so in its help.",
    "dentinel-controller": "0 for success, 2 for wrong use or an error that says what to do;"
    " doctor ends 1 if something is to be mended.",
}


def pages(product: Product) -> dict[str, str]:
    """Each page of a product by its name."""
    top, *rest = verbs(product)
    lines = [
        f'.TH {product.name.upper()} 1 "" "dentinel {VERSION}"',
        *(".SH NAME", f"{product.name} \\- {_plain(product.summary)}"),
        *(".SH SYNOPSIS", f".B {product.name}", "[\\-\\-home DIR] COMMAND [ARGS]..."),
        *(".SH DESCRIPTION", *_text(product.description)),
        *(".SH OPTIONS", *_params(top)),
        ".SH COMMANDS",
        *(line for verb in rest for line in _verb(verb)),
        *(".SH EXIT STATUS", *_text(_EXIT[product.name])),
        *(".SH FILES", *_files(product)),
        *(".SH SEE ALSO", f"/usr/share/doc/{product.name}, systemd.unit(5), journalctl(1)"),
    ]
    return {product.name: "\n".join(lines) + "\n"}


def _files(product: Product) -> Iterator[str]:
    places = {
        f"/etc/{product.name}": "Settings.",
        f"/var/lib/{product.name}": "State: keys, database, what waits. Moved by \\-\\-home.",
        product.prefix: "Program and libraries.",
    }
    for place, says in places.items():
        yield from (".TP", f".I {place}", says)


def _verb(verb: Verb) -> Iterator[str]:
    arguments = [each.takes for each in verb.params if not each.names]
    yield f'.SS "{_plain(" ".join([*verb.words[1:], *arguments]))}"'
    yield from _text(verb.help)
    yield from _params(verb)


def _params(verb: Verb) -> Iterator[str]:
    for each in verb.params:
        if each.help:
            yield from (".TP", f".B {_plain(each.heading)}", _plain(each.help))


def _text(text: str) -> Iterator[str]:
    """Paragraphs; a line of roff may not begin with a dot or a quote."""
    for number, part in enumerate(inspect.cleandoc(text).split("\n\n")):
        if number:
            yield ".PP"
        yield _plain(" ".join(part.split()))


def _plain(text: str) -> str:
    escaped = text.replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{escaped}" if escaped[:1] in (".", "'") else escaped
