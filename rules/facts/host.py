"""Which machine is this: system, role, how it is joined."""

from datetime import datetime, timedelta
from typing import Annotated, Literal, TypeAlias

from rules.facts.base import Fact, Maybe
from rules.facts.record import record
from rules.facts.types import KEYED, Open, Version

Os: TypeAlias = Literal["windows", "macos", "linux"]
Role: TypeAlias = Literal[
    "workstation", "operatory", "front_desk", "server", "imaging_server", "nas"
]
_HOST_NAME = Open(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_WORD = Open(r"[A-Za-z0-9][A-Za-z0-9 ._+-]{0,63}")
_MAKER = Open(r"[A-Za-z0-9][A-Za-z0-9 .,_+()/&-]{0,63}")


@record
class Host:
    """The machine itself."""

    name: Maybe[Annotated[str, _HOST_NAME]]
    os: Maybe[Os]
    distribution: Maybe[Annotated[str, _WORD]]
    os_version: Maybe[Version]
    edition: Maybe[Annotated[str, _WORD] | None]
    arch: Maybe[Literal["x86_64", "arm64", "x86", "arm", "other"]]
    role: Maybe[Role]
    portable: Maybe[bool]
    virtual: Maybe[Literal["none", "vm", "container"]]
    joined: Maybe[Literal["none", "domain", "entra", "hybrid", "mdm"]]
    boot_time: Maybe[datetime]
    vendor: Maybe[Annotated[str, _MAKER]]
    model: Maybe[Annotated[str, _MAKER]]
    serial: Maybe[Annotated[str, KEYED]]


HOST = Fact(
    "host",
    Host,
    asks="Which machine is this: system, role, how it is joined?",
    ttl=timedelta(hours=1),
    cost="cheap",
)
