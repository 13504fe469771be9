"""How do new keys come about, and where is each of them put?

- A key file is never written over: a key that is gone cannot be made again.
- Every place is tried before the first key is made, so that no half of a set is left behind.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from agent import files
from agent.errors import AuthorError
from agent.packs.author import keyfile
from evidence.keys import SigningKey
from evidence.roster import Roster

Random = Callable[[int], bytes]


@dataclass(frozen=True, slots=True)
class Place:
    """A key to be made: its name, and the file that will hold it."""

    name: str
    file: Path


def require_free(places: list[Place]) -> None:
    """AuthorError if a file is there already, or its folder cannot be written to."""
    for file in [one.file for one in places]:
        if file.exists():
            raise AuthorError(
                f"{file} is there already", "a key is never written over: name another folder"
            )
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            trial = file.with_name(f".{file.name}.trial")
            trial.touch()
            trial.unlink()
        except OSError as error:
            raise AuthorError(
                f"{file.parent} cannot be written to: {error.strerror}",
                "is the stick in, and not locked against writing?",
            ) from error


def make(places: list[Place], passphrase: str, random: Random) -> dict[str, SigningKey]:
    """Make a key for each place and write it, 0600; the keys by their names."""
    require_free(places)
    made = {one.name: SigningKey.from_seed(random(32)) for one in places}
    for one in places:
        write(one.file, made[one.name], passphrase, random)
    return made


def write(file: Path, key: SigningKey, passphrase: str, random: Random) -> None:
    """Write one key file, whole or not at all."""
    files.write(file, keyfile.seal(key, passphrase, random), mode=0o600)


def starter(roster: Roster, pack: str, version: str) -> str:
    """A first `assignment.yaml`: every clinic by the built-in pack, and how to go on."""
    lines = [
        "dentinel: assignment/v1",
        "# Folders of packs of your own, tested at every signing:",
        "# sources: [packs/our-practice]",
        "clinics:",
    ]
    for one in roster.clinics:
        lines += [
            f"  - clinic: {one.name}",
            f'    packs: {{{pack}: "{version}"}}',
            "    # tailoring: [tailoring.yaml]",
        ]
        named = [machine.name for machine in one.machines if machine.name]
        if named:
            lines += ["    # machines:", *(f"    #   {name}: {{groups: []}}" for name in named)]
    return "\n".join([*lines, ""])
