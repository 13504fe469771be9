"""What may be kept of what each probe of Windows prints?

By the name of the probe: every field of its document that a collector reads, and of which kind
the texts in it are. A field that is not here is not kept.
"""

from collections.abc import Mapping

from agent.host.kept.forms import Fields
from agent.host.kept.kinds import (
    ADDRESS,
    GUID,
    OPEN,
    PATH,
    PLAIN,
    RIGHTS,
    SHARE,
    SID,
    TIME,
    USER,
    VOLUME,
    Kind,
    Like,
)
from rules.facts.base import Why

_CODES = Like("|".join(Why))


def _document(**kinds: Kind) -> Fields:
    """The fields of a probe's document, and those of the error that each may end with."""
    return Fields(error=PLAIN, code=_CODES, number=PLAIN, **kinds)


_NUMBERS = dict.fromkeys(
    (
        *("volumes", "protection", "conversion", "status", "percent", "flags", "method", "lock"),
        *("protectors", "suspend_count", "type", "partition", "attributes", "mbr", "active"),
        *("disks", "size", "bus", "letters"),
    ),
    PLAIN,
)
"""Fields of disks in which no text is foreseen."""

PROBES: Mapping[str, Fields] = {
    "accounts": _document(
        **dict.fromkeys(("users", "administrators", "rid", "flags", "last_logon"), PLAIN),
        **dict.fromkeys(("online", "use"), PLAIN),
        **dict.fromkeys(("machine_sid", "sid"), SID),
        name=USER,
    ),
    "audit": _document(
        **dict.fromkeys(("policy", "setting", "oldest", "cleared", "security", "system"), PLAIN),
        subcategory=GUID,
    ),
    "backups": _document(
        **dict.fromkeys(("windows_server_backup", "veeam_agent", "veeam_replication"), PLAIN),
        **dict.fromkeys(("succeeded", "failed"), PLAIN),
    ),
    "bitlocker": _document(id=VOLUME, **_NUMBERS),
    "clock": _document(offset_us=PLAIN, sources=PLAIN),
    "listeners": _document(
        **dict.fromkeys(("tcp", "udp", "port", "pid"), PLAIN), address=ADDRESS, process=OPEN
    ),
    "passwords": _document(
        **dict.fromkeys(("passwords", "min_length", "max_age", "history"), PLAIN),
        **dict.fromkeys(("lockout", "after", "for", "properties"), PLAIN),
    ),
    "power": _document(modern_standby=PLAIN),
    "services": _document(services=PLAIN, name=OPEN, state=PLAIN, start=PLAIN),
    "sessions": _document(sessions=PLAIN, sid=SID, groups=SID),
    "shares": _document(
        **dict.fromkeys(("shares", "type", "flags"), PLAIN),
        **dict.fromkeys(("share", "folder"), RIGHTS),
        name=SHARE,
        path=PATH,
    ),
    "defender": _document(
        **dict.fromkeys(("status", "service", "enabled", "realtime", "tamper_protection"), PLAIN),
        mode=Like("Normal|Not running|Passive|((SxS )?Passive|EDR (Block|over Passive)) Mode"),
        signatures=Like(r"[0-9]{14}\.[0-9]{6}[+-][0-9]{3}"),
    ),
    "firewalls": _document(products=PLAIN, id=GUID, name=OPEN, state=PLAIN),
    "firmware": _document(setup_mode=PLAIN),
    "security": _document(products=PLAIN, id=GUID, name=OPEN, state=PLAIN),
    "tpm": _document(version=PLAIN),
    "volumes": _document(
        id=VOLUME,
        paths=PATH,
        filesystem=Like("[A-Za-z0-9]{2,8}"),
        gpt=GUID,
        mark=Like("[0-9a-f]{16}"),
        letter=Like("[A-Z]:"),
        target=PATH,
        **_NUMBERS,
    ),
    "wua": _document(
        **dict.fromkeys(("found", "result", "updates", "history", "operation"), PLAIN),
        **dict.fromkeys(("id", "categories"), GUID),
        **dict.fromkeys(("released", "at", "searched"), TIME),
        kb=Like("[0-9]{6,8}"),
        severity=Like("Critical|Important|Moderate|Low"),
        title=OPEN,
    ),
}
