"""Who may sign in here, who is an administrator? The answer for Linux.

Every account that a person could use is an item, also one that is switched off: the worst of them
decides. Accounts that a directory keeps are not here to be listed, so the list is incomplete.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from agent.facts.base import About, answers, part
from agent.facts.users.lock import Locks
from agent.facts.users.names import is_generic
from agent.host.base import Host, HostError, list_if_there, read_if_there
from agent.host.directory import directories
from agent.readers import accounts, sudoers, text
from agent.readers.accounts import Account, Group, Shadow
from agent.readers.errors import ParseError
from agent.readers.sudoers import Named
from rules.facts.base import Items, Maybe, Unknown, Why
from rules.facts.users import USERS, User

T = TypeVar("T")

_ADMINS = frozenset({"sudo", "wheel", "admin"})
_LASTLOG = "/var/log/lastlog"
_LASTLOG_SIZE = 292
"""Bytes of one record on 64-bit Linux: a time of 4, a line of 32, a host of 256 (lastlog(5))."""

_SUDOERS = "/etc/sudoers.d"
_HOMED = "/var/lib/systemd/home"


@answers(USERS, on="linux", confidence="derived")
def linux(host: Host, about: About) -> Items[User]:
    """From the files of accounts, groups and sudo, and the settings of each desktop."""
    people = part(lambda: accounts.people(read_if_there(host, "/etc/login.defs") or b""))
    known = _Known(
        people=range(1000, 60001) if isinstance(people, Unknown) else people,
        shadow=part(lambda: accounts.shadow(host.read("/etc/shadow", 4 << 20))),
        groups=part(lambda: accounts.group(host.read("/etc/group", 4 << 20))),
        sudo=part(lambda: _sudo(host)),
        locks=Locks(host),
    )
    said = read_if_there(host, "/etc/passwd", 4 << 20)
    if said is None:
        raise HostError(Why.UNRECOGNISED, "a system that keeps its people elsewhere")
    everybody = accounts.passwd(said)
    persons = [one for one in everybody if _may_be_a_person(one, known.people)]
    return Items(tuple(_user(host, about, one, known) for one in persons), _missing(host))


@dataclass(frozen=True, slots=True)
class _Known:
    """What is asked once for all accounts."""

    people: range
    shadow: Maybe[dict[str, Shadow]]
    groups: Maybe[tuple[Group, ...]]
    sudo: Maybe[Named]
    locks: Locks


def _may_be_a_person(account: Account, people: range) -> bool:
    return account.usable_shell or account.uid in people


def _missing(host: Host) -> Why | None:
    """Why there may be more accounts than those of the files."""
    try:
        if directories(host):
            return Why.NOT_LOCAL
        homes = list_if_there(host, _HOMED)
    except HostError as error:
        return error.why
    except ValueError:
        return Why.PARSE_ERROR
    return Why.NOT_COLLECTED if any(home.name.endswith(".identity") for home in homes) else None


def _sudo(host: Host) -> Named:
    """Who is named in sudo's files; what they include from elsewhere is not followed, so unread."""
    files = [read_if_there(host, "/etc/sudoers") or b""]
    names = [entry.name for entry in list_if_there(host, _SUDOERS)]
    in_force = [name for name in names if "." not in name and not name.endswith("~")]
    files.extend(host.read(f"{_SUDOERS}/{name}") for name in in_force)
    if sudoers.included(files) - {_SUDOERS}:
        raise HostError(Why.UNRECOGNISED, "sudo has rules in a place of its own")
    return sudoers.parse(files)


def _user(host: Host, about: About, account: Account, known: _Known) -> User:
    password = _password(account, known.shadow)
    return User(
        name=account.name,
        id=f"uid-{account.uid}",
        kind="local" if account.uid in known.people or account.uid == 0 else "service",
        enabled=_enabled(host, account, password, known.shadow, about.now),
        interactive=_interactive(account, password, known.people),
        admin=_admin(account, known),
        built_in_admin=account.uid == 0,
        guest=account.name == "guest" or account.name.startswith("guest-"),
        generic_name=is_generic(account.name),
        signed_in=part(lambda: _signed_in(host, account.uid)),
        blank_password=_then(password, lambda said: said == "blank"),
        last_seen=part(lambda: _last_seen(host, account.uid)),
        lock=known.locks.of(account),
    )


def _then(value: Maybe[T], ask: Callable[[T], bool]) -> Maybe[bool]:
    return value if isinstance(value, Unknown) else ask(value)


def _password(account: Account, shadow: Maybe[dict[str, Shadow]]) -> Maybe[accounts.Password]:
    if account.password != "elsewhere":  # noqa: S105 - where it stands, not what it is
        return account.password
    if isinstance(shadow, Unknown):
        return shadow
    return shadow[account.name].password if account.name in shadow else "off"


def _enabled(
    host: Host,
    account: Account,
    password: Maybe[accounts.Password],
    shadow: Maybe[dict[str, Shadow]],
    now: datetime,
) -> Maybe[bool]:
    """Can somebody sign in by a password or a key, and has the account not ended?"""
    if isinstance(password, Unknown):
        return password
    if password == "off":  # noqa: S105 - a state
        has_keys = part(lambda: _has_keys(host, account))
        if has_keys is not True:
            return has_keys
    if isinstance(shadow, Unknown):
        return shadow
    entry = shadow.get(account.name)
    today = (now - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(days=1)
    return entry is None or entry.expires is None or entry.expires > today


def _has_keys(host: Host, account: Account) -> bool:
    """Does SSH let its person in without a password? A locked one does not stop that (sshd(8))."""
    if not account.usable_shell:
        return False
    files = (f"{account.home}/.ssh/authorized_keys{more}" for more in ("", "2"))
    return any((read_if_there(host, path) or b"").strip() for path in files)


def _interactive(
    account: Account, password: Maybe[accounts.Password], people: range
) -> Maybe[bool]:
    """People and root are; a service whose shell works is, if it has a password."""
    if not account.usable_shell:
        return False
    if account.uid == 0 or account.uid in people:
        return True
    return _then(password, lambda said: said != "off")


def _admin(account: Account, known: _Known) -> Maybe[bool]:
    if account.uid == 0:
        return True
    if isinstance(known.groups, Unknown):
        return known.groups
    own = {
        group.name
        for group in known.groups
        if account.name in group.members or group.gid == account.gid
    }
    if own & _ADMINS:
        return True
    if isinstance(known.sudo, Unknown):
        return known.sudo
    named = {account.name, f"#{account.uid}"} & known.sudo.users
    return known.sudo.everybody or bool(named) or bool(own & known.sudo.groups)


def _signed_in(host: Host, uid: int) -> bool:
    """By logind's own note of each user (sd-login(3)); without its folder nobody keeps count."""
    host.list("/run/systemd/users")
    said = read_if_there(host, f"/run/systemd/users/{uid}")
    return said is not None and text.assignments(said).get("STATE") in ("active", "online")


def _last_seen(host: Host, uid: int) -> datetime | None:
    record = host.read(_LASTLOG, 4, uid * _LASTLOG_SIZE, whole=False)
    if len(record) not in (0, 4):
        raise ParseError("a time that is cut")
    seconds = int.from_bytes(record, "little")
    return datetime.fromtimestamp(seconds, UTC) if seconds else None
