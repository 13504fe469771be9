"""What a driver of Windows answers is decoded as C wrote it."""

import ctypes
import re

import pytest

from agent.probes.base import ProbeError
from agent.probes.calls import disks

SOURCE = r"""
#include <windows.h>
#include <winioctl.h>
#include <stdio.h>
#include <string.h>
static const GUID firmware = {
    0xc12a7328, 0xf81f, 0x11d2, {0xba, 0x4b, 0x00, 0xa0, 0xc9, 0x3e, 0xc9, 0x3b}};
static void dump(const void *at, size_t size) {
    for (size_t i = 0; i < size; i++) printf("%02x", ((const unsigned char *)at)[i]);
    printf("\n");
}
int main(void) {
    PARTITION_INFORMATION_EX gpt, mbr;
    STORAGE_DEVICE_DESCRIPTOR device;
    char room[sizeof(VOLUME_DISK_EXTENTS) + sizeof(DISK_EXTENT)];
    VOLUME_DISK_EXTENTS *two = (VOLUME_DISK_EXTENTS *)room;
    memset(&gpt, 0, sizeof gpt); memset(&mbr, 0, sizeof mbr);
    memset(&device, 0, sizeof device); memset(room, 0, sizeof room);
    gpt.PartitionStyle = PARTITION_STYLE_GPT;
    gpt.Gpt.PartitionType = firmware;
    gpt.Gpt.Attributes = GPT_ATTRIBUTE_PLATFORM_REQUIRED | GPT_BASIC_DATA_ATTRIBUTE_NO_DRIVE_LETTER;
    mbr.PartitionStyle = PARTITION_STYLE_MBR;
    mbr.Mbr.PartitionType = 0x27;
    mbr.Mbr.BootIndicator = TRUE;
    device.RemovableMedia = TRUE;
    device.BusType = BusTypeUsb;
    two->NumberOfDiskExtents = 2;
    two->Extents[0].DiskNumber = 1;
    two->Extents[0].StartingOffset.QuadPart = 1048576;
    two->Extents[0].ExtentLength.QuadPart = 500107862016LL;
    two->Extents[1].DiskNumber = 2;
    two->Extents[1].ExtentLength.QuadPart = 7;
    dump(&gpt, sizeof gpt); dump(&mbr, sizeof mbr); dump(&device, sizeof device);
    dump(room, sizeof room);
    printf("%x %x %x\n", IOCTL_STORAGE_QUERY_PROPERTY, IOCTL_DISK_GET_PARTITION_INFO_EX,
           IOCTL_VOLUME_GET_VOLUME_DISK_EXTENTS);
    printf("%d %d %d %d\n", BusTypeUsb, BusTypeSd, BusTypeMmc, BusTypeFileBackedVirtual);
    return 0;
}
"""


ASKED = r"""
#include <windows.h>
#include <winioctl.h>
#include <stdio.h>
#include <string.h>
static void answer(HANDLE device, DWORD code, void *given, DWORD size) {
    unsigned char said[4096];
    DWORD got = 0, i;
    if (!DeviceIoControl(device, code, given, size, said, sizeof said, &got, NULL)) got = 0;
    for (i = 0; i < got; i++) printf("%02x", said[i]);
    printf("\n");
}
int main(void) {
    WCHAR name[64], paths[64], system[261];
    DWORD size = 64;
    unsigned char query[12] = {0};
    HANDLE found = FindFirstVolumeW(name, 64), device;
    if (found == INVALID_HANDLE_VALUE) return 1;
    printf("%ls\n", name);
    if (!GetVolumePathNamesForVolumeNameW(name, paths, size, &size)) return 2;
    printf("%lu %ls\n", size, paths);
    if (!GetVolumeInformationW(name, NULL, 0, NULL, NULL, NULL, system, 261)) return 3;
    printf("%ls\n", system);
    name[wcslen(name) - 1] = 0;
    device = CreateFileW(name, 0, 3, NULL, OPEN_EXISTING, 0, NULL);
    if (device == INVALID_HANDLE_VALUE) return 4;
    answer(device, IOCTL_VOLUME_GET_VOLUME_DISK_EXTENTS, NULL, 0);
    answer(device, IOCTL_STORAGE_QUERY_PROPERTY, query, sizeof query);
    return 0;
}
"""
"""The calls of the probe `volumes`, in its order, on the first volume."""


@pytest.mark.live
@pytest.mark.slow
def test_a_volume_is_found_and_answers_as_the_probe_asks_it(wine) -> None:
    said = wine.run(wine.compiled(ASKED)).decode().split("\r\n")
    assert re.fullmatch(r"\\\\\?\\Volume\{[0-9a-f-]{36}\}\\", said[0])
    assert said[1] == "5 C:\\"  # both of the zeros at the end are counted
    assert said[2] == "NTFS"
    # a folder of this machine in the place of a disk: its list of parts is empty, not its answer
    assert len(bytes.fromhex(said[3])) == ctypes.sizeof(disks.Extents)
    assert disks.bus(bytes.fromhex(said[4])) == 1  # BusTypeScsi, as Wine says


@pytest.fixture(scope="module")
def written(wine) -> list[str]:
    return wine.run(wine.compiled(SOURCE)).decode().split("\r\n")


@pytest.mark.live
@pytest.mark.slow
def test_buffers_of_c_are_read_as_they_were_meant(written) -> None:
    gpt, mbr, device, extents = map(bytes.fromhex, written[:4])
    assert disks.partition(gpt) == {
        "gpt": "c12a7328-f81f-11d2-ba4b-00a0c93ec93b",
        "attributes": 0x8000000000000001,
    }
    assert disks.partition(mbr) == {"mbr": 0x27, "active": True}
    assert disks.bus(device) == 7
    assert [
        (one.DiskNumber, one.StartingOffset, one.ExtentLength) for one in disks.extents(extents)
    ] == [
        (1, 1048576, 500107862016),
        (2, 0, 7),
    ]


@pytest.mark.live
@pytest.mark.slow
def test_the_numbers_of_questions_and_buses_are_those_of_the_headers(written) -> None:
    assert written[4] == "2d1400 70048 560000"
    assert written[5] == "7 12 13 15"


@pytest.mark.parametrize("read", [disks.partition, disks.bus, disks.extents])
@pytest.mark.parametrize("size", [0, 3, 11])
def test_a_buffer_that_was_cut_is_an_error_of_windows(read, size) -> None:
    with pytest.raises(ProbeError) as error:
        read(bytes(size))
    assert error.value.number == 234


@pytest.mark.parametrize("count", [0, 2, 0xFFFFFFFF])
def test_a_count_that_the_buffer_does_not_hold_is_no_list(count) -> None:
    said = disks.Extents(NumberOfDiskExtents=count)
    with pytest.raises(ProbeError):
        disks.extents(bytes(said))


def test_the_mark_of_a_volume_is_eight_bytes_of_its_start() -> None:
    sector = b"\xeb\x58\x90-FVE-FS-" + bytes(500)
    assert bytes.fromhex(disks.mark(sector)) == b"-FVE-FS-"


def test_a_question_for_a_device_is_all_zero() -> None:
    assert bytes(disks.Query()) == bytes(ctypes.sizeof(disks.Query))
