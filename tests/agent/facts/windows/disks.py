"""Disks of Windows PCs, as the probes `volumes` and `bitlocker` print them (`made`)."""

import json
from typing import Any

NTFS, EXFAT, FVE, TO_GO = b"NTFS    ", b"EXFAT   ", b"-FVE-FS-", b"MSWIN4.1"
BASIC = "ebd0a0a2-b9e5-4433-87c0-68b6b72699c7"
EFI = "c12a7328-f81f-11d2-ba4b-00a0c93ec93b"
RECOVERY = "de94bba4-06d1-4d40-a16a-bfd50179d6ac"
NVME, SATA, USB, SD, SAS, IN_A_FILE = 17, 11, 7, 12, 10, 15
LOCKED = 0x80310000


def guid(number: int) -> str:
    return rf"\\?\Volume{{00000000-0000-0000-0000-{number:012d}}}" + "\\"


def error(code: str, number: int = 0) -> dict[str, Any]:
    return {"error": {"code": code, "number": number}}


def volume(number: int, *paths: str, **said: Any) -> dict[str, Any]:
    """A fixed volume of 100 GB on NVMe, encrypted; what is given stands instead."""
    part = {"size": 100 << 30, "bus": said.pop("bus", NVME), "mark": said.pop("mark", FVE)}
    if isinstance(part["mark"], bytes):
        part["mark"] = part["mark"].hex()
    known = {
        "id": guid(number),
        "paths": list(paths),
        "type": 3,
        "filesystem": "NTFS",
        "partition": {"gpt": BASIC, "attributes": 0},
        "disks": [part],
    }
    return known | said


def efi(number: int = 90) -> dict[str, Any]:
    """What the firmware starts from."""
    partition = {"gpt": EFI, "attributes": 1 << 63}
    return volume(number, mark=b"MSDOS5.0", filesystem="FAT32", partition=partition)


def letter(name: str, kind: int, target: Any) -> dict[str, Any]:
    return {"letter": name, "type": kind, "target": target}


def volumes(*found: dict[str, Any], letters: tuple[dict[str, Any], ...] = ()) -> str:
    return json.dumps({"volumes": list(found), "letters": list(letters)})


def encrypted(number: int, **said: Any) -> dict[str, Any]:
    """A volume that is encrypted with XTS-AES 128, and on; what is given stands instead."""
    status = said.pop("status", 1)
    known = {
        "id": guid(number),
        "protection": 1,
        "conversion": {"status": status, "percent": said.pop("percent", 100), "flags": 1},
        "method": 6,
        "lock": 0,
        "protectors": [1, 3],
        "suspend_count": 0,
    }
    return known | said


def decrypted(number: int, **said: Any) -> dict[str, Any]:
    """One that BitLocker knows and does not encrypt."""
    plain = {"status": 0, "percent": 0, "protection": 0, "method": 0, "protectors": []}
    return encrypted(number, **(plain | said))


def bitlocker(*found: dict[str, Any]) -> str:
    return json.dumps({"volumes": list(found)})


GOOD = {
    "volumes": volumes(
        volume(1, "C:\\"),
        efi(),
        volume(3, mark=NTFS, partition={"gpt": RECOVERY, "attributes": 0x8000000000000001}),
    ),
    "bitlocker": bitlocker(encrypted(1), decrypted(3)),
}
"""All that can hold something is encrypted."""

BAD = {
    "volumes": volumes(
        volume(1, "C:\\"),
        volume(2, "D:\\", mark=NTFS, bus=SATA),
        volume(4, "E:\\", mark=EXFAT, bus=USB, filesystem="exFAT"),
        efi(),
    ),
    "bitlocker": bitlocker(
        encrypted(1, protection=0, suspend_count=0, protectors=[1]), decrypted(2), decrypted(4)
    ),
}
"""Drive C is suspended until somebody resumes it; images lie on a plain D and a plain USB disk."""
