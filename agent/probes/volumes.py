r"""Which volumes has this Windows, on which disks do they lie, and what is written at their start?

- The start of a volume is read from its disk: below BitLocker, which shows the volume itself in
  clear as long as it is unlocked. The eight bytes at offset 3 name what lies there.
- A letter without a volume (a share, a folder, a container of another maker) is given with what
  it stands for. Names of files, labels and serial numbers are not asked for.

https://learn.microsoft.com/windows/win32/fileio/volume-management-functions
"""

import sys

if sys.platform == "win32":
    import ctypes
    from collections.abc import Iterator
    from functools import partial

    from agent.probes.base import ProbeError
    from agent.probes.calls import disks, native
    from agent.probes.calls.leaves import leaf
    from rules.facts.form import Json

    _KERNEL = native.library("kernel32")
    _KERNEL.CreateFileW.restype = ctypes.c_void_p
    _KERNEL.FindFirstVolumeW.restype = ctypes.c_void_p

    _NONE = ctypes.c_void_p(-1).value
    _READ, _SHARED, _EXISTING = 0x80000000, 3, 3
    """GENERIC_READ; FILE_SHARE_READ | FILE_SHARE_WRITE; OPEN_EXISTING."""

    _PROPERTY, _PARTITION, _EXTENTS = 0x002D1400, 0x00070048, 0x00560000
    """IOCTL_STORAGE_QUERY_PROPERTY, IOCTL_DISK_GET_PARTITION_INFO_EX,
    IOCTL_VOLUME_GET_VOLUME_DISK_EXTENTS."""

    _NO_MORE_FILES = 18
    _EMPTY = (21, 1112)
    """ERROR_NOT_READY, ERROR_NO_MEDIA_IN_DRIVE."""

    _SECTOR = 4096
    """Bytes; a multiple of every disk's sector."""

    def ask() -> Json:
        """All volumes, and the letters that stand for none of them."""
        volumes = [_volume(name) for name in _names()]
        taken = {path for volume in volumes for path in volume["paths"]}
        letters = [letter for letter in _letters() if f"{letter['letter']}\\" not in taken]
        return {"volumes": volumes, "letters": letters}

    def _names() -> "Iterator[str]":
        r"""GUID paths, as `\\?\Volume{…}\`."""
        name = ctypes.create_unicode_buffer(64)
        found = ctypes.c_void_p(_KERNEL.FindFirstVolumeW(name, ctypes.c_uint32(len(name))))
        if found.value == _NONE:
            raise native.last_error()
        try:
            yield name.value
            while _KERNEL.FindNextVolumeW(found, name, ctypes.c_uint32(len(name))):
                yield name.value
            if ctypes.get_last_error() != _NO_MORE_FILES:
                raise native.last_error()
        finally:
            _KERNEL.FindVolumeClose(found)

    def _volume(name: str) -> dict[str, Json]:
        parts, paths = leaf(lambda: _extents(name)), _paths(name)
        return {
            "id": name,
            "paths": paths,
            "type": _KERNEL.GetDriveTypeW(next(iter(paths), name)),
            "filesystem": leaf(lambda: _filesystem(name)),
            "partition": leaf(lambda: disks.partition(_asked(_device(name), _PARTITION))),
            "disks": parts if isinstance(parts, dict) else [_part(one) for one in parts],
        }

    def _part(extent: disks.Extent) -> Json:
        disk, offset = f"\\\\.\\PhysicalDrive{extent.DiskNumber}", extent.StartingOffset
        return {
            "size": extent.ExtentLength,
            "bus": leaf(lambda: disks.bus(_asked(disk, _PROPERTY, bytes(disks.Query())))),
            "mark": leaf(lambda: disks.mark(_sector(disk, offset))),
        }

    def _extents(name: str) -> list[disks.Extent]:
        """None at all: there is no medium in it."""
        try:
            return disks.extents(_asked(_device(name), _EXTENTS))
        except ProbeError as error:
            if error.number in _EMPTY:
                return []
            raise

    def _device(name: str) -> str:
        """The volume itself, not the folder at its top."""
        return name.rstrip("\\")

    def _paths(name: str) -> list[str]:
        """The letters and folders that show it; names that are cut are no names."""
        size = ctypes.c_uint32(32_767)
        said = ctypes.create_unicode_buffer(size.value)
        if not _KERNEL.GetVolumePathNamesForVolumeNameW(name, said, size, ctypes.byref(size)):
            raise native.last_error()
        whole = ctypes.wstring_at(said, size.value)
        return [path for path in whole.split("\0") if path]

    def _filesystem(name: str) -> str:
        said = ctypes.create_unicode_buffer(261)
        length = ctypes.c_uint32(len(said))
        if not _KERNEL.GetVolumeInformationW(name, None, 0, None, None, None, said, length):
            raise native.last_error()
        return said.value

    def _letters() -> "Iterator[dict[str, Json]]":
        used = _KERNEL.GetLogicalDrives()
        for number in range(26):
            if used >> number & 1:
                letter = f"{chr(ord('A') + number)}:"
                kind = _KERNEL.GetDriveTypeW(f"{letter}\\")
                yield {
                    "letter": letter,
                    "type": kind,
                    "target": leaf(partial(_target, letter)),
                }

    def _target(letter: str) -> str:
        said = ctypes.create_unicode_buffer(32_767)
        if not _KERNEL.QueryDosDeviceW(letter, said, ctypes.c_uint32(len(said))):
            raise native.last_error()
        return said.value

    def _asked(device: str, code: int, given: bytes = b"") -> bytes:
        """What a driver answers to a question that needs no right to read."""
        handle = _opened(device, 0)
        try:
            said = ctypes.create_string_buffer(_SECTOR)
            size = ctypes.c_uint32(0)
            took = ctypes.c_uint32(len(given))
            room = ctypes.c_uint32(len(said))
            if not _KERNEL.DeviceIoControl(
                handle, code, given or None, took, said, room, ctypes.byref(size), None
            ):
                raise native.last_error()
            return said.raw[: size.value]
        finally:
            _KERNEL.CloseHandle(handle)

    def _sector(disk: str, offset: int) -> bytes:
        handle = _opened(disk, _READ)
        try:
            said = ctypes.create_string_buffer(_SECTOR)
            size = ctypes.c_uint32(0)
            if not _KERNEL.SetFilePointerEx(handle, ctypes.c_int64(offset), None, 0):
                raise native.last_error()
            if not _KERNEL.ReadFile(handle, said, _SECTOR, ctypes.byref(size), None):
                raise native.last_error()
            return said.raw[: size.value]
        finally:
            _KERNEL.CloseHandle(handle)

    def _opened(device: str, access: int) -> ctypes.c_void_p:
        wanted, shared = ctypes.c_uint32(access), ctypes.c_uint32(_SHARED)
        handle = ctypes.c_void_p(
            _KERNEL.CreateFileW(device, wanted, shared, None, _EXISTING, 0, None)
        )
        if handle.value == _NONE:
            raise native.last_error()
        return handle
