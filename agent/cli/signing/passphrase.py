"""How does a passphrase come in? Typed unseen, or from a file; never as an argument.

Arguments show in lists of processes and in the history of a shell.
"""

import sys
from collections.abc import Callable, Sequence
from getpass import getpass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from agent.errors import AuthorError

if TYPE_CHECKING:
    from evidence.keys import SigningKey

PassphraseFile = Annotated[
    Path | None,
    typer.Option(
        "--passphrase-file",
        metavar="FILE",
        help="For programs: a file whose first line is the passphrase, - for standard input.",
        show_default=False,
    ),
]
Ask = Callable[[str], str]


def new(file: Path | None, ask: Ask = getpass) -> str:
    """A passphrase for a new key, typed twice; AuthorError if it is too short or differs."""
    if file is not None:
        return _long_enough(_line(file))
    from agent.packs.author.keyfile import SHORTEST

    _require_terminal()
    typed = _long_enough(ask(f"New passphrase ({SHORTEST} characters or more): "))
    if ask("The same again: ") != typed:
        raise AuthorError("the two were not the same", "begin again; nothing was written")
    return typed


def opened(keys: Sequence[Path], file: Path | None, ask: Ask = getpass) -> "list[SigningKey]":
    """The private keys of these files; AuthorError or WrongPassphrase says which does not open.

    One line of a file is the passphrase of all of them.
    """
    from agent.packs.author import keyfile

    locked = [(path, keyfile.read(_bytes(path), str(path))) for path in keys]
    if file is not None:
        line = _line(file)
        return [one.open(line) for _, one in locked]
    _require_terminal()
    return [one.open(ask(f"Passphrase of {path}: ")) for path, one in locked]


def _line(file: Path) -> str:
    text = sys.stdin.readline() if str(file) == "-" else _bytes(file).decode("utf-8", "replace")
    line = text.split("\n")[0].removesuffix("\r")
    if not line:
        raise AuthorError(f"{file} has no passphrase in its first line", "write it there")
    return line


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise AuthorError(
            f"{path} cannot be read: {error.strerror}", "is the stick in, and the name right?"
        ) from error


def _long_enough(text: str) -> str:
    from agent.packs.author.keyfile import SHORTEST

    if len(text) < SHORTEST:
        raise AuthorError(
            f"a passphrase has at least {SHORTEST} characters",
            "take four or five words that do not belong together",
        )
    return text


def _require_terminal() -> None:
    if not sys.stdin.isatty():
        raise AuthorError(
            "nobody can type a passphrase here", "give it by a file: --passphrase-file FILE"
        )
