"""Which words does a command line know? Read off the program itself, for pages and completion."""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperArgument, TyperGroup, TyperOption

from shipping.products import Product


@dataclass(frozen=True, slots=True)
class Param:
    """What may follow a command: an option with its `names`, or an argument without any.

    `takes` is what stands for its value, empty for a flag; `choices` are all that it takes.
    """

    names: tuple[str, ...]
    takes: str
    choices: tuple[str, ...]
    help: str

    @classmethod
    def of(cls, param: TyperOption | TyperArgument) -> "Param":
        """As typer knows it."""
        choices = tuple(map(str, getattr(param.type, "choices", ())))
        is_option = isinstance(param, TyperOption)
        takes = param.metavar or "|".join(choices)
        takes = takes or str(param.type.name if is_option else param.name).upper()
        names = (*param.opts, *param.secondary_opts) if is_option else ()
        is_flag = isinstance(param, TyperOption) and param.is_flag
        return cls(names, "" if is_flag else takes, choices, param.help or "")

    @property
    def heading(self) -> str:
        """As a manual shows it: `--role store|export`, `PATH...`."""
        return f"{', '.join(self.names)} {self.takes}".strip()


@dataclass(frozen=True, slots=True)
class Verb:
    """A command: the words that lead to it, what may follow, and its help."""

    words: tuple[str, ...]
    help: str
    params: tuple[Param, ...]
    commands: tuple[str, ...]

    @property
    def options(self) -> list[str]:
        """All its options as typed, `--help` among them."""
        return [*(name for each in self.params for name in each.names), "--help"]

    @property
    def choices(self) -> dict[str, tuple[str, ...]]:
        """What an option takes, where that is a closed list."""
        return {name: each.choices for each in self.params if each.choices for name in each.names}


def verbs(product: Product) -> list[Verb]:
    """Every command of a product's program, each group before what is in it."""
    program = typer.main.get_command(import_module(product.entry).app)
    return list(_walk(program, (product.name,)))


def _walk(command: Any, words: tuple[str, ...]) -> Iterator[Verb]:  # noqa: ANN401 - typer's own
    below = command.commands if isinstance(command, TyperGroup) else {}
    shown = {name: one for name, one in below.items() if not one.hidden}
    params = tuple(
        Param.of(one)
        for one in command.params
        if isinstance(one, TyperOption | TyperArgument) and not one.hidden
    )
    yield Verb(words, (command.help or "").replace("\b\n", ""), params, tuple(shown))
    for name, one in shown.items():
        yield from _walk(one, (*words, name))
