"""The mounts of a Mac, as its kernel tells them: which of them are another machine's."""

import pytest

from agent.readers import statfs
from agent.readers.errors import ParseError
from agent.readers.statfs import MacMount
from tests.agent.facts.macs import mac_mount

TABLE = mac_mount("/") + mac_mount("/System/Volumes/Data") + mac_mount("/Volumes/NAS", local=False)


def test_a_record_is_as_long_as_the_header_says() -> None:
    assert len(mac_mount("/")) == statfs.SIZE


def test_what_is_not_stored_here_is_another_machines() -> None:
    assert statfs.parse(TABLE) == (
        MacMount("/", is_local=True),
        MacMount("/System/Volumes/Data", is_local=True),
        MacMount("/Volumes/NAS", is_local=False),
    )


@pytest.mark.parametrize(
    "table",
    [
        b"",
        TABLE[:-1],
        TABLE[statfs.SIZE :],  # without a root
        bytes(statfs.SIZE),
        mac_mount("/") + bytes(statfs.SIZE),
        mac_mount("/") + bytes(88) + b"/" * (statfs.SIZE - 88),
    ],
)
def test_a_table_that_is_cut_or_nameless_is_none(table) -> None:
    with pytest.raises(ParseError):
        statfs.parse(table)
