"""Which machine is this? The answer for macOS.

Model, serial number and form come from `system_profiler`, whose names of models ("MacBook Air")
are Apple's own in every language; a form that is not known here is not guessed.
"""

import re
from collections.abc import Mapping
from typing import Any, Literal

from agent.facts.base import About, answers, known, part
from agent.host import mac
from agent.host.base import Host, HostError, list_if_there, output
from agent.host.programs import MAC_NAMES, Program
from agent.readers import macstatus, plist, profiler
from agent.readers.errors import ParseError
from agent.readers.plist import Values
from rules.facts.base import Why
from rules.facts.host import HOST
from rules.facts.host import Host as Machine

_NETWORK = "/Library/Preferences/SystemConfiguration/preferences.plist"
_DIRECTORY = "/Library/Preferences/OpenDirectory/Configurations/Active Directory"
_DESKTOPS = frozenset({"iMac", "iMac Pro", "Mac mini", "Mac Pro", "Mac Studio", "Xserve"})
_MODEL = re.compile(r"(Mac|MacBook(Air|Pro)?|iMac(Pro)?|Macmini|MacPro|VirtualMac)[0-9]+,[0-9]+")


@answers(HOST, on="macos", confidence="derived", pace="heavy")
def macos(host: Host, about: About) -> Machine:
    """From SystemVersion.plist, the kernel, and what the hardware says of itself."""
    kernel = part(lambda: macstatus.sysctl(output(host, Program.SYSCTL, "-i", *MAC_NAMES)))
    hardware = part(lambda: _hardware(host))
    return Machine(
        name=part(lambda: _name(plist.parse(host.read(_NETWORK)))),
        os="macos",
        distribution=part(lambda: plist.text(mac.system(host), "ProductName")),
        os_version=part(lambda: mac.release(host)),
        edition=None,
        arch=part(lambda: _arch(known(kernel))),
        role=about.settings.role or "workstation",
        portable=part(lambda: _portable(known(hardware))),
        virtual=part(lambda: _virtual(known(kernel))),
        joined=part(lambda: _joined(host)),
        boot_time=part(lambda: macstatus.boot_time(known(kernel).get("kern.boottime", ""))),
        vendor=part(lambda: _vendor(known(hardware))),
        model=part(lambda: profiler.text(known(hardware), "machine_model")),
        serial=part(lambda: profiler.text(known(hardware), "serial_number")),
    )


def _hardware(host: Host) -> Mapping[str, Any]:
    said = output(host, Program.SYSTEM_PROFILER, "-json", "SPHardwareDataType")
    return profiler.only(said, "SPHardwareDataType")


def _name(settings: Values) -> str:
    """The name in the local network, which holds no spaces and no apostrophes."""
    for step in ("System", "Network", "HostNames"):
        inner = settings.get(step)
        if not isinstance(inner, dict):
            raise ParseError(f"no {step} in the settings of the network")
        settings = inner
    return plist.text(settings, "LocalHostName")


def _arch(kernel: Mapping[str, str]) -> Literal["x86_64", "arm64"]:
    """Of the processor: programs that are translated see x86_64 on Apple silicon."""
    if kernel.get("hw.optional.arm64") == "1" or kernel.get("hw.machine") == "arm64":
        return "arm64"
    if kernel.get("hw.machine") == "x86_64":
        return "x86_64"
    raise ParseError("a processor that is not known")


def _portable(hardware: Mapping[str, Any]) -> bool:
    name = profiler.text(hardware, "machine_name")
    if name.startswith("MacBook"):
        return True
    if name not in _DESKTOPS:
        raise HostError(Why.UNRECOGNISED, "neither a MacBook nor a desktop that is known")
    return False


def _virtual(kernel: Mapping[str, str]) -> Literal["none", "vm"]:
    said = kernel.get("kern.hv_vmm_present")
    if said not in ("0", "1"):
        raise HostError(Why.UNRECOGNISED, "this kernel does not say whether it is a guest")
    return "vm" if said == "1" else "none"


def _joined(host: Host) -> Literal["none", "domain", "mdm"]:
    """A domain that accounts come from, before who manages the settings."""
    if any(entry.name.endswith(".plist") for entry in list_if_there(host, _DIRECTORY)):
        return "domain"
    return "mdm" if mac.managed(host) else "none"


def _vendor(hardware: Mapping[str, Any]) -> str:
    """Apple's, if its model is one of Apple's."""
    if not _MODEL.fullmatch(profiler.text(hardware, "machine_model")):
        raise HostError(Why.UNRECOGNISED, "no model of Apple's")
    return "Apple Inc."
