"""When does KDE Plasma lock this person's screen? (kscreenlockerrc, group Daemon)

The person's file over the system's, except for what the system's makes immutable. `Timeout` is in
minutes, `LockGrace` in seconds, in which a locked screen still opens without a password.
"""

from datetime import timedelta

from agent.host.base import Host, HostError, read_if_there
from agent.readers import kdeini
from agent.readers.accounts import Account
from agent.readers.errors import ParseError
from agent.readers.kdeini import Settings
from rules.facts.base import Why
from rules.facts.users import Lock

_SYSTEM = "/etc/xdg/kscreenlockerrc"
_GROUP = "Daemon"
_DEFAULTS = {
    "Autolock": "true",
    "LockGrace": "5",
    "LockOnResume": "true",
    "RequirePassword": "true",
    "Timeout": "5",
}


def lock(host: Host, account: Account) -> Lock:
    """The lock in force; HostError or ParseError if a value cannot be told."""
    system = kdeini.parse(read_if_there(host, _SYSTEM) or b"")
    fixed = {key: system.is_fixed(_GROUP, key) for key in _DEFAULTS}
    own = _own(host, account, needed=not all(fixed.values()))
    values = {}
    for key, default in _DEFAULTS.items():
        theirs = None if fixed[key] else own.values.get((_GROUP, key))
        values[key] = theirs or system.values.get((_GROUP, key)) or default
    minutes, grace = _number(values["Timeout"]), _number(values["LockGrace"])
    asks = _yes(values["RequirePassword"])
    never = not (_yes(values["Autolock"]) and asks and minutes)
    enforced = fixed["Autolock"] and fixed["Timeout"] and fixed["RequirePassword"]
    return Lock(
        after=None if never else timedelta(minutes=minutes, seconds=grace),
        asks_password=asks,
        on_wake=asks and _yes(values["LockOnResume"]),
        enforced=enforced,
        source="machine_policy" if enforced else "preference" if own.values else "default",
    )


def _own(host: Host, account: Account, *, needed: bool) -> Settings:
    if not needed:
        return Settings()
    return kdeini.parse(read_if_there(host, f"{account.home}/.config/kscreenlockerrc") or b"")


def _yes(value: str) -> bool:
    if value.lower() not in ("true", "false", "1", "0", "yes", "no", "on", "off"):
        raise ParseError("a switch of KDE that is neither on nor off")
    return value.lower() in ("true", "1", "yes", "on")


def _number(value: str) -> int:
    if not (value.isascii() and value.isdigit() and len(value) < 7):
        raise HostError(Why.PARSE_ERROR, "a number of KDE that is none")
    return int(value)
