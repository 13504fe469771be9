r"""What listens beyond loopback? The answer for Windows, by its own tables of sockets.

Many services of Windows share one program (svchost.exe): its name says little, and the port tells
more. A socket whose process has ended stays in the list. Not yet confirmed on a real Windows.
"""

from agent.facts.base import About, answers
from agent.facts.listeners.asked import Probed
from agent.facts.listeners.exposed import exposure, once
from agent.host.base import Host
from agent.host.probing import probed
from agent.readers.probes import listeners
from agent.readers.probes.listeners import Listening
from rules.facts.base import Items, Maybe, Unknown, Why
from rules.facts.listeners import LISTENERS, Listener


@answers(LISTENERS, on="windows", pace="medium")
def windows(host: Host, about: About) -> Items[Listener]:
    """From the tables of TCP and UDP, and the list of processes."""
    asked = Probed(host, about)
    found = (_listener(one, asked) for one in listeners.read(probed(host, "listeners")))
    return Items(tuple(once(found)))


def _listener(one: Listening, asked: Probed) -> Listener:
    process = _process(one)
    said = asked.of(one.transport, str(one.address), one.port, process)
    return Listener(
        process=process,
        address=str(one.address),
        port=one.port,
        transport=one.transport,
        exposure=exposure(one.address),
        dicom="not_probed" if said is None else said.dicom,
        tls_version=None if said is None else said.tls,
    )


def _process(one: Listening) -> Maybe[str]:
    return one.process if one.process else Unknown(Why.UNRECOGNISED)
