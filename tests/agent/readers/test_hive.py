"""A hive is read as it was written, as another reader reads it, and never beyond its bounds."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.readers import hive
from agent.readers.errors import ParseError
from tests.agent.host import hives

DESKTOP = ("Control Panel", "Desktop")
TREE: hives.Tree = {
    "Control Panel": {
        "Desktop": {
            "ScreenSaveActive": ("sz", "1"),
            "ScreenSaveTimeOut": ("sz", "600"),
            "UserPreferencesMask": ("binary", bytes(range(8))),
            "LogPixels": ("dword", 96),
            "": ("sz", "the default value"),
            "Größe": ("qword", 1 << 40),
            "Paths": ("multi_sz", ("C:\\PDATA", "D:\\Röntgen")),
            "Wallpaper": ("expand_sz", "%SystemRoot%\\x.jpg"),
            "Large": ("binary", bytes(range(256)) * 200),
            "Nothing": ("none", b""),
        },
        **{f"Key{number}": {} for number in range(11)},
    },
    "Umläute": {},
}

BYTES = hives.hive(TREE)


@pytest.fixture
def written() -> hive.Hive:
    return hive.parse(BYTES)


def test_a_key_is_read_as_it_was_written(written) -> None:
    found = written.key(DESKTOP)
    assert found is not None
    assert found.values == TREE["Control Panel"]["Desktop"]
    assert found.written_at == hives.WRITTEN
    assert not written.dirty


def test_names_are_found_in_any_case(written) -> None:
    assert written.key(("CONTROL PANEL", "desktop")) == written.key(DESKTOP)
    assert written.key(("umläute",)) is not None


def test_what_is_not_in_it_is_absent(written) -> None:
    assert written.key(("Control Panel", "Desk")) is None
    assert written.key(("Software", "Policies")) is None


def test_all_subkeys_of_an_index_are_listed(written) -> None:
    found = written.key(("Control Panel",))
    assert found is not None
    assert set(found.subkeys) == set(TREE["Control Panel"])


def test_a_hive_that_was_not_written_out_says_so() -> None:
    assert hive.parse(hives.hive(TREE, dirty=True)).dirty


def test_another_reader_reads_the_same(written, tmp_path) -> None:
    registry = pytest.importorskip("regipy.registry")
    path = tmp_path / "NTUSER.DAT"
    path.write_bytes(BYTES)
    other = registry.RegistryHive(str(path))
    key = other.get_key("\\Control Panel\\Desktop")
    theirs = {value.name: value.value for value in key.iter_values()}
    ours = written.key(DESKTOP).values
    assert set(theirs) - {"(default)"} == set(ours) - {""}
    for name in ("ScreenSaveActive", "ScreenSaveTimeOut", "LogPixels", "Größe", "Wallpaper"):
        assert ours[name][1] == theirs[name]
    assert list(ours["Paths"][1]) == theirs["Paths"]
    assert {one.name for one in other.get_key("\\Control Panel").iter_subkeys()} == set(
        written.key(("Control Panel",)).subkeys
    )


def changed(at: int, form: str, value: int) -> bytes:
    data = bytearray(BYTES)
    struct.pack_into(form, data, at, value)
    total = 0
    for word in struct.unpack_from("<127I", data):
        total ^= word
    struct.pack_into("<I", data, 508, total)
    return bytes(data)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"regf" + bytes(5000),
        BYTES[:-4096],
        BYTES[:4096],
        BYTES[:100] + b"x" + BYTES[101:],  # does not add up
        changed(20, "<I", 2),
        changed(24, "<I", 7),
        changed(40, "<I", 4097),
        changed(40, "<I", 1 << 31),
    ],
)
def test_what_is_no_whole_hive_is_refused(data) -> None:
    with pytest.raises(ParseError):
        hive.parse(data)


@pytest.mark.parametrize("root", [0, 4, 1 << 31, 0xFFFFFFFF, 0xFFFFFFF8])
def test_an_offset_out_of_the_file_is_not_followed(root) -> None:
    with pytest.raises(ParseError):
        hive.parse(changed(36, "<I", root)).key(DESKTOP)


@given(st.data())
def test_bent_bytes_give_a_key_or_a_parse_error(data) -> None:
    raw = bytearray(BYTES)
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(4096, len(raw) - 1))
        raw[at] = data.draw(st.integers(0, 255))
    bent = hive.parse(bytes(raw))
    for names in ((), ("Control Panel",), DESKTOP):
        try:
            bent.key(names)
        except ParseError:
            continue
