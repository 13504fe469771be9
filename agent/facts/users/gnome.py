"""When does GNOME lock this person's screen? By the values that are in force.

As dconf finds them (dconf(7)): the sources of the profile, the person's own first, unless a lock
in a later one says that the value is not his to set; then the default of the schema as installed.
The compiled databases count: a key file that nobody compiled is not in force.

A machine-wide lock answers for a person whose own settings cannot be read.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from agent.host.base import Host, HostError, read_if_there
from agent.readers import gvdb, text
from agent.readers.accounts import Account
from agent.readers.errors import ParseError
from agent.readers.gvdb import Table, Value
from rules.facts.base import Maybe, Unknown, Why
from rules.facts.users import Lock

_SESSION = "/org/gnome/desktop/session/"
_SAVER = "/org/gnome/desktop/screensaver/"
IDLE, ENABLED, DELAY = f"{_SESSION}idle-delay", f"{_SAVER}lock-enabled", f"{_SAVER}lock-delay"
ACTIVE = f"{_SAVER}idle-activation-enabled"
DISABLED = "/org/gnome/desktop/lockdown/disable-lock-screen"
SUSPEND = f"{_SAVER}ubuntu-lock-on-suspend"
KEYS = (IDLE, ENABLED, DELAY, ACTIVE, DISABLED, SUSPEND)
"""All keys that are looked at."""

_LIMIT = 16 << 20
_SCHEMAS = "/usr/share/glib-2.0/schemas/gschemas.compiled"
# What GNOME has when no schema is installed that says otherwise (gsettings-desktop-schemas 43).
_DEFAULTS = {
    IDLE: Value("u", (300).to_bytes(4, "little")),
    ENABLED: Value("b", b"\1"),
    DELAY: Value("u", bytes(4)),
    ACTIVE: Value("b", b"\1"),
    DISABLED: Value("b", b"\0"),
    SUSPEND: Value("b", b"\1"),
}


@dataclass(frozen=True, slots=True)
class _Source:
    """One database of the profile; `own` is the person's, `table` why it could not be read."""

    table: Maybe[Table]
    own: bool

    def locks(self, key: str) -> bool:
        if self.own or isinstance(self.table, Unknown):
            return False
        locked = self.table.tables.get(".locks")
        return locked is not None and key in locked.values


@dataclass(frozen=True, slots=True)
class _Found:
    """A value in force, whether it is locked, and whether it is the person's own."""

    value: Value
    locked: bool
    own: bool


def lock(host: Host, account: Account) -> Lock:
    """The lock in force; HostError or ParseError if a value cannot be told."""
    sources = _sources(host, account)
    defaults = _defaults(host)
    found = {key: _find(key, sources, defaults) for key in KEYS}
    idle, delay = found[IDLE].value.unsigned(), found[DELAY].value.unsigned()
    locks = (
        found[ENABLED].value.boolean()
        and found[ACTIVE].value.boolean()
        and not found[DISABLED].value.boolean()
    )
    never = not locks or idle == 0
    enforced = all(found[key].locked for key in (IDLE, ENABLED, DELAY))
    own = any(found[key].own for key in KEYS)
    return Lock(
        after=None if never else timedelta(seconds=idle + delay),
        asks_password=locks,
        on_wake=locks and found[SUSPEND].value.boolean(),
        enforced=enforced,
        source="machine_policy" if enforced else "preference" if own else "default",
    )


def _find(key: str, sources: list[_Source], defaults: dict[str, Value]) -> _Found:
    levels = [level for level, source in enumerate(sources) if source.locks(key)]
    unread = [source.table for source in sources if isinstance(source.table, Unknown)]
    for source in sources[max(levels, default=0) :]:
        if isinstance(source.table, Unknown):
            raise HostError(source.table.why, "a database of dconf was not read")
        if key in source.table.values:
            return _Found(source.table.values[key], bool(levels), source.own)
    if unread and not levels:
        raise HostError(unread[0].why, "a database of dconf was not read")
    return _Found(defaults[key], bool(levels), own=False)


def _sources(host: Host, account: Account) -> list[_Source]:
    """The databases of the person's profile, in the order in which dconf asks them."""
    said = read_if_there(host, f"/run/dconf/user/{account.uid}")
    if said is None:
        said = read_if_there(host, "/etc/dconf/profile/user")
    names = list(text.lines(said)) if said is not None else ["user-db:user"]
    if not names:
        raise ParseError("a profile of dconf without a database")
    return [_source(host, account, name) for name in names]


def _source(host: Host, account: Account, name: str) -> _Source:
    kind, _, place = name.partition(":")
    paths = {
        "user-db": f"{account.home}/.config/dconf/{place}",
        "system-db": f"/etc/dconf/db/{place}",
        "file-db": place,
    }
    if kind not in paths:
        return _Source(Unknown(Why.UNRECOGNISED), own=kind == "service-db")
    try:
        data = read_if_there(host, paths[kind], _LIMIT)
        table = Table() if data is None else gvdb.parse(data)
    except HostError as error:
        return _Source(Unknown(error.why), own=kind == "user-db")
    except ParseError:
        return _Source(Unknown(Why.PARSE_ERROR), own=kind == "user-db")
    return _Source(table, own=kind == "user-db")


def _defaults(host: Host) -> dict[str, Value]:
    """The defaults of the installed schemas, in which a distribution may have set its own."""
    data = read_if_there(host, _SCHEMAS, _LIMIT)
    if data is None:
        return dict(_DEFAULTS)
    wanted = {key.rpartition("/")[0].strip("/").replace("/", ".") for key in KEYS}
    schemas = gvdb.parse(data, only=wanted).tables
    return {key: _default(key, schemas) for key in KEYS}


def _default(key: str, schemas: Mapping[str, Table]) -> Value:
    path, _, name = key.rpartition("/")
    schema = schemas.get(path.strip("/").replace("/", "."))
    value = schema.values.get(name) if schema else None
    if value is None:
        return _DEFAULTS[key]
    if "a{sv}" in value.type:
        raise HostError(Why.CONFLICT, "a default that differs from desktop to desktop")
    return value
