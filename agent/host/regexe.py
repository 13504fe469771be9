r"""What does the registry of a Windows say that can only be asked by `reg.exe`?

For a machine over SSH. `ask` runs `reg.exe query KEY /reg:64`, by its own path. Its return code 1
means absent *or* denied, and its texts are localised: only the list of the key above tells which.
"""

from collections.abc import Callable
from dataclasses import dataclass

from agent.host.base import HostError, Key, Ran
from agent.host.winreg import prove_absent, split
from agent.host.withheld import without_secrets
from agent.readers import regquery
from agent.readers.errors import ParseError
from agent.readers.registry import Found
from rules.facts.base import Why


@dataclass(frozen=True, slots=True)
class RegExe:
    """The registry through Windows' own command."""

    ask: Callable[[str], Ran]

    def key(self, key: str) -> Key | None:
        """A key with all its values; None if it is proven not to be there."""
        root, names = split(key)
        try:
            found = self._query(key)
        except FileNotFoundError:
            prove_absent(self._names, root, names)
            return None
        return Key(without_secrets(found.values), found.subkeys)

    def _names(self, root: str, names: tuple[str, ...]) -> tuple[str, ...]:
        return self._query("\\".join((root, *names))).subkeys

    def _query(self, key: str) -> Found:
        """What it prints; FileNotFoundError if it says that it has not found it, or may not."""
        ran = self.ask(key)
        if ran.rc == 1:
            raise FileNotFoundError(key)
        if ran.rc != 0 or ran.cut:
            raise HostError(Why.TOO_LARGE if ran.cut else Why.API_ERROR, f"reg.exe: {ran.rc}")
        try:
            return regquery.parse(ran.out, key)
        except ParseError as error:
            raise HostError(Why.PARSE_ERROR, f"{key}: {error}") from error
