"""Which ZFS datasets are encrypted, and on which disks does a pool lie? (zfs-get(8), zpool-list(8))

Read from the forms that are made for programs: `-H`, one tab between fields, nothing translated.
"""

from agent.readers.errors import ParseError


def datasets(data: bytes) -> dict[str, dict[str, str]]:
    """Properties by dataset, from `zfs get -H -p -o name,property,value`."""
    if data and not data.endswith(b"\n"):
        raise ParseError("the list of ZFS properties is cut")
    found: dict[str, dict[str, str]] = {}
    for line in data.decode(errors="surrogateescape").splitlines():
        fields = line.split("\t")
        if len(fields) != 3:
            raise ParseError("a ZFS property is not of its form")
        found.setdefault(fields[0], {})[fields[1]] = fields[2]
    return found


def vdevs(data: bytes) -> tuple[str, ...]:
    """The disks of a pool, from `zpool list -v -H -P -L POOL`; ParseError if it names none."""
    if not data.endswith(b"\n"):
        raise ParseError("the list of a pool's disks is cut")
    lines = data.decode(errors="surrogateescape").splitlines()[1:]
    names = [line.split("\t")[1] for line in lines if line.startswith("\t")]
    disks = tuple(name for name in names if name.startswith("/"))
    if not disks:
        raise ParseError("a pool without a disk")
    return disks
