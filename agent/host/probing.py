"""What does a probe of Windows answer? Asked as any program is, and read as a document."""

from agent.host.base import Host, HostError
from agent.host.programs import Program
from agent.readers.probes import document
from agent.readers.probes.document import Document
from rules.facts.base import Why


def probed(host: Host, name: str) -> Document:
    """The document of a probe; HostError with the reason that it gave, ParseError."""
    ran = host.run(Program.PROBE, name)
    if ran.cut:
        raise HostError(Why.TOO_LARGE, f"the probe {name} wrote more than its limit")
    if ran.rc == 1 and ran.out:
        raise HostError(document.failed(ran.out), f"the probe {name} failed")
    if ran.rc != 0:
        said = ran.err.decode(errors="replace").strip()[-200:]
        raise HostError(Why.API_ERROR, f"the probe {name} ended with {ran.rc}: {said}")
    return document.parse(ran.out)
