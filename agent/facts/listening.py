"""Does somebody listen here? What the fact `listeners` says, for the facts that come after it."""

from collections.abc import Collection, Container
from typing import Any

from agent.facts.base import About
from rules.facts.base import Maybe, Status, Unknown, Why
from rules.facts.form import encode


class Listening:
    """What the fact `listeners` says of this machine."""

    def __init__(self, about: About) -> None:
        reading = about.readings.get("listeners")
        value: Any = reading.value if reading is not None else encode(Unknown(Why.NOT_COLLECTED))
        if reading is not None and reading.status is Status.ERROR:
            value = encode(Unknown(Why.API_ERROR))
        self._tcp = [one for one in value if one["transport"] == "tcp"] if _is_whole(value) else []
        self._hidden = [
            one["process"]["$unknown"] for one in self._tcp if isinstance(one["process"], dict)
        ]
        if not _is_whole(value):
            self._hidden = [value.get("$unknown") or value.get("$missing")]

    def any_of(self, programs: Collection[str], ports: Container[int]) -> Maybe[bool]:
        """Does one of the programs listen over TCP, or anybody on one of the ports?"""
        for one in self._tcp:
            if one["port"] in ports or str(one["process"]) in programs:
                return True
        return Unknown(Why(self._hidden[0])) if self._hidden else False

    def elsewhere(self, program: str, ports: Container[int]) -> Maybe[bool]:
        """Does this program listen over TCP on another port than these?"""
        if any(one["process"] == program and one["port"] not in ports for one in self._tcp):
            return True
        return Unknown(Why(self._hidden[0])) if self._hidden else False


def _is_whole(value: Any) -> bool:  # noqa: ANN401 - the JSON form of a fact
    return isinstance(value, list)
