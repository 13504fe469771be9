"""How does the sheet in the safe bring the controller's keys back?

It holds the seed, of which every key is derived, as 52 letters and digits with their check, and
the controller's id. A sheet of another controller is refused, and so is a home that has a seed.
"""

import re
from dataclasses import dataclass, field
from uuid import UUID

from controller.errors import AlreadyDone, Refusal
from controller.identity import authority
from controller.identity.home import ControllerHome, write_private
from controller.identity.secrets import Keys, seed_of_sheet

_CONTROLLER = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_GROUPS = re.compile(r"^[ \t]*((?:[A-Z2-7]{4}[ \t]*)+)$", re.MULTILINE | re.IGNORECASE)
_CHECK = re.compile(r"\bcheck\s+([A-Z2-7]{4})\b", re.IGNORECASE)
_LETTERS = 52


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a recovery sheet says."""

    controller: UUID
    seed: bytes = field(repr=False)


def read_sheet(text: str) -> Sheet:
    """A sheet as it was printed, or its essentials as somebody typed them; Refusal says what lacks.

    Needed are the controller's id, the 52 characters in groups of four, and `check` with its four.
    """
    controller = _CONTROLLER.search(text)
    check = _CHECK.search(text)
    letters = "".join("".join(group.split()) for group in _GROUPS.findall(text))
    if controller is None or check is None or len(letters) != _LETTERS:
        raise Refusal(
            f"a sheet has the controller's id, {_LETTERS} characters in groups of four (here"
            f" {len(letters)}), and `check` with four more",
            help="type the lines as they stand on the sheet, one below the other",
        )
    return Sheet(UUID(controller[0]), seed_of_sheet(letters, check[1]))


def restore(home: ControllerHome, sheet: Sheet) -> None:
    """Put the seed back; Refusal if the home has one, or is another controller's."""
    if home.seed.exists():
        raise AlreadyDone(
            f"{home.root} has its seed",
            help="nothing is to be recovered; keep the sheet in the safe",
        )
    require_own(home, sheet)
    if home.ca_certificate.exists():
        authority.generation(home, Keys(sheet.seed))
    home.make(sheet.controller)
    write_private(home.seed, sheet.seed)


def require_own(home: ControllerHome, sheet: Sheet) -> None:
    """Refusal for a sheet of another controller than the home's, if that has its id still."""
    if home.controller_id.exists() and home.id() != sheet.controller:
        raise Refusal(
            f"this sheet is of controller {sheet.controller}, and {home.root} of {home.id()}",
            help="look for the sheet with the same id, or name another home: `--home DIR`",
        )
