"""Does a listener speak DICOM? What a probe of the machine's own ports was answered, on any system.

The probe has the network and leaves its answers in a file (agent/errands/probe_ports.py); here is
none, and the file is read.
"""

from collections.abc import Mapping

from agent.facts.base import About
from agent.host.base import Absent, Host, HostError
from agent.imaging import products
from agent.readers import probed
from agent.readers.errors import ParseError
from agent.readers.probed import Answer, Asked
from rules.facts.base import Maybe, Unknown, Why

_DICOM_PORTS = frozenset({104, 2761, 2762, 4242, 11112, 11113})
"""Where DICOM is expected (IANA: 104, 2761, 2762, 11112; Orthanc: 4242): asked by a probe."""


class Probed:
    """What ports answered that were asked for DICOM; read when the first of them is met."""

    def __init__(self, host: Host, about: About) -> None:
        self._host = host
        self._about = about
        self._asked: Mapping[probed.Port, Asked] | Why | None = None

    def of(self, transport: str, address: str, port: int, process: Maybe[str]) -> Answer | None:
        """The answer of a port, or why there is none; None for one that nobody asks."""
        called = process.removesuffix(".exe") if isinstance(process, str) else ""
        speaks = called in products.known().listens
        if transport != "tcp" or not (port in _DICOM_PORTS or speaks):
            return None
        if port in self._about.settings.never_probe:
            return _without(Why.DISABLED)
        if self._asked is None:
            self._asked = self._read()
        if isinstance(self._asked, Why):
            return _without(self._asked)
        one = self._asked.get((address, port))
        return one.answer if one and one.holds(self._about.now) else _without(Why.NOT_COLLECTED)

    def _read(self) -> Mapping[probed.Port, Asked] | Why:
        try:
            return probed.parse(self._host.read(str(self._about.home.probed)))
        except (Absent, ParseError):
            return {}  # nothing, or nothing that can be used: they are asked anew
        except HostError as error:
            return error.why


def _without(why: Why) -> Answer:
    return Answer(Unknown(why), Unknown(why))
