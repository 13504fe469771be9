r"""Whose is a Windows machine: nobody's else, a domain's, Entra ID's, a device management's?

A member of a domain has a domain's name and starts Netlogon by itself; a machine of a workgroup
has neither. One without the other is no proof of either. Not yet confirmed on a real Windows.
"""

from typing import Literal, TypeAlias

from agent.host.base import Host, HostError
from agent.host.registry import SERVICES, SYSTEM, opened
from rules.facts.base import Why

Joined: TypeAlias = Literal["none", "domain", "entra", "hybrid", "mdm"]

_ENTRA = rf"{SYSTEM}\Control\CloudDomainJoin\JoinInfo"
_ENROLLED = r"HKLM\SOFTWARE\Microsoft\Enrollments"
_AUTOMATIC = 2


def joined(host: Host) -> Joined:
    """How it is joined; HostError if its signs contradict each other."""
    domain, entra = _in_domain(host), bool(opened(host, _ENTRA).subkeys)
    if domain:
        return "hybrid" if entra else "domain"
    if entra:
        return "entra"
    return "mdm" if _is_managed(host) else "none"


def _in_domain(host: Host) -> bool:
    name = opened(host, rf"{SERVICES}\Tcpip\Parameters").text("Domain")
    starts = opened(host, rf"{SERVICES}\Netlogon").number("Start") == _AUTOMATIC
    if bool(name) != starts:
        raise HostError(Why.CONFLICT, "a domain's name without Netlogon, or the other way round")
    return starts


def _is_managed(host: Host) -> bool:
    """Is there an enrolment of a management by MDM that is in force (EnrollmentState 1)?"""
    for name in opened(host, _ENROLLED).subkeys:
        enrolment = opened(host, rf"{_ENROLLED}\{name}")
        if enrolment.has("ProviderID") and enrolment.number("EnrollmentState") == 1:
            return True
    return False
