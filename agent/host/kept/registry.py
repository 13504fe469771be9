r"""What may be kept of a key of the registry?

- Of its values those that a collector looked at, no other: `Watched` notes which, so that there is
  no list to keep true. A value of which only its presence was asked keeps its name and type.
- A number stays. A text is of the kind that `VALUES` says, else it is replaced; bytes are zeros.
- Its subkeys are named only where `SUBKEYS` says of which kind their names are.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from agent.host.base import Key
from agent.host.kept.kinds import (
    DOMAIN,
    GUID,
    HOST,
    KEY,
    NUMERIC,
    OPEN,
    PATH,
    PLAIN,
    SID,
    TIME,
    USB,
    VERSION,
    Kind,
    Like,
)
from agent.host.kept.standins import StandIns
from agent.readers.registry import Value

_PAGE_FILE = Like(r"(\\\?\?\\)?[A-Z?]:\\(page|swap)file\.sys( [0-9]{1,6} [0-9]{1,6})?")

VALUES: Mapping[str, Kind] = {
    **dict.fromkeys(("autoadminlogon", "forceautologon", "currentbuildnumber"), NUMERIC),
    **dict.fromkeys(("screensaveactive", "screensaverissecure", "screensavetimeout"), NUMERIC),
    **dict.fromkeys(("screensavergraceperiod", "systemcomponent"), NUMERIC),
    **dict.fromkeys(("editionid", "processor_architecture"), OPEN),
    **dict.fromkeys(("systemmanufacturer", "systemproductname"), OPEN),
    **dict.fromkeys(("displayname", "publisher"), OPEN),
    **dict.fromkeys(map(str, range(64)), USB),
    **dict.fromkeys(("upperfilters", "lowerfilters"), Like("[A-Za-z0-9_.-]{1,32}")),
    **dict.fromkeys(("existingpagefiles", "pagingfiles"), _PAGE_FILE),
    "activepowerscheme": GUID,
    "computername": HOST,
    "displayversion": VERSION,
    "domain": DOMAIN,
    "producttype": Like("WinNT|ServerNT|LanmanNT"),
    "installationtype": Like("Client|Server|Server Core"),
    "pauseupdatesexpirytime": TIME,
    "profileimagepath": PATH,
    "scrnsave.exe": PATH,
    "systemroot": PATH,
    "type": Like("NTP|NT5DS|NoSync|AllSync"),
}
"""Texts by the name of their value, in lower case: what a text is, and so what is kept of it."""

_CURRENT = r"software\microsoft\windows\currentversion"
_SYSTEM = r"hklm\system\currentcontrolset"
SUBKEYS: Mapping[str, Kind] = {
    r"hklm\software\microsoft\windows nt\currentversion\profilelist": SID,
    rf"hklm\{_CURRENT}\uninstall": KEY,
    r"hklm\software\wow6432node\microsoft\windows\currentversion\uninstall": KEY,
    rf"hku\*\{_CURRENT}\uninstall": KEY,
    r"hklm\software\microsoft\enrollments": KEY,
    rf"{_SYSTEM}\control\clouddomainjoin\joininfo": KEY,
    rf"{_SYSTEM}\services": OPEN,
    r"hklm\security\policy\secrets": Like("DefaultPassword"),
}
"""Keys in lower case, `*` for any one account: of which kind the names of their subkeys are."""


@dataclass(slots=True)
class Looks:
    """What was looked at in a key: values whose data was read, others asked for their presence."""

    read: set[str] = field(default_factory=set)
    asked: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True, eq=False)
class Watched(Mapping[str, Value]):
    """The values of a key, noting which of them are looked at; their names tell nothing yet."""

    held: Mapping[str, Value]
    looks: Looks

    def __getitem__(self, name: str) -> Value:
        value = self.held[name]
        self.looks.read.add(name)
        return value

    def __contains__(self, name: object) -> bool:
        if name not in self.held:
            return False
        self.looks.asked.add(str(name))
        return True

    def __iter__(self) -> Iterator[str]:
        return iter(self.held)

    def __len__(self) -> int:
        return len(self.held)

    def seen(self) -> dict[str, Value]:
        """Those that were looked at, without the data of those that were not read."""
        kept = {name: (self.held[name][0], None) for name in self.looks.asked}
        return kept | {name: self.held[name] for name in self.looks.read}


def seen(key: Key) -> Key:
    """A key with the values that were looked at; one that nobody watched was cut before."""
    values = key.values.seen() if isinstance(key.values, Watched) else key.values
    return Key({name: values[name] for name in sorted(values)}, key.subkeys, key.written_at)


def kept(path: str, key: Key, names: StandIns) -> Key:
    """What is kept of a key: of what was looked at the texts by their kinds."""
    values = {name: _value(name, value, names) for name, value in seen(key).values.items()}
    kind = SUBKEYS.get(general(path))
    subkeys = () if kind is None else tuple(kind.kept(name, names) for name in key.subkeys)
    return Key(values, subkeys, key.written_at)


def place(path: str, names: StandIns) -> str:
    """The path of a key, the names in it replaced as those of subkeys are."""
    root, *rest = path.split("\\")
    done, clean = [root], [root]
    for name in rest:
        kind = (
            SID
            if root.upper() == "HKU" and len(done) == 1
            else SUBKEYS.get(general("\\".join(done)))
        )
        clean.append(name if kind is None else kind.kept(name, names))
        done.append(name)
    return "\\".join(clean)


def general(path: str) -> str:
    r"""The path in lower case, `*` for whose it is of several people's: a key of `SUBKEYS`."""
    root, *rest = path.lower().split("\\")
    return "\\".join([root, *(["*"] if root == "hku" else rest[:1]), *rest[1:]])


def _value(name: str, value: Value, names: StandIns) -> Value:
    kind, data = value
    means = VALUES.get(name.lower(), PLAIN)
    match data:
        case str():
            return kind, means.kept(data, names)
        case tuple():
            return kind, tuple(means.kept(str(one), names) for one in data)
        case bytes():
            return kind, bytes(len(data))
    return kind, data
