"""What can go wrong in the controller, and which HTTP status says so?

    ControllerError          500  our own fault
    ├── HomeProblem          500  the controller's folder, keys or database are not there or unfit
    └── Refusal              422  what was asked for cannot be done as asked
        ├── NotThere         404  nothing of that name here, or not for this person to know of
        ├── NotAllowed       403  the person may see it and not do it
        ├── AlreadyDone      409  it was used up, or exists already
        └── TooOften         429  it was tried too often

Each carries a sentence for the reader and `help`, the next step.
"""

from typing import ClassVar


class ControllerError(Exception):
    """An error with a sentence for its reader, a next step and an HTTP status."""

    status: ClassVar[int] = 500

    def __init__(self, message: str, *, help: str = "") -> None:  # noqa: A002 - what it is
        super().__init__(message)
        self.help = help


class HomeProblem(ControllerError):
    """The controller's folder, keys or database are not there or unfit."""


class Refusal(ControllerError):
    """What was asked for cannot be done as asked."""

    status = 422


class NotThere(Refusal):
    """Nothing of that name is here, or it is not for this person to know of."""

    status = 404


class NotAllowed(Refusal):
    """The person may see it and not do it."""

    status = 403


class AlreadyDone(Refusal):
    """It was used up, or exists already."""

    status = 409


class TooOften(Refusal):
    """It was tried too often; it will be looked at again after a while."""

    status = 429
