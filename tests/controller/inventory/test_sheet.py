"""Exports of RMMs and directories: found out, mapped, and told by line and column."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.inventory.sheet import Entry, Wrong, read

names = st.from_regex(r"[a-z][a-z0-9-]{0,20}[a-z0-9]", fullmatch=True)


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (b"Computer Name,Operating System\nOP1.bright.local,Windows 11\n", "utf-8"),
        ("Device;OS\r\nOP1;Windows 11\r\n".encode("utf-16"), "utf-16"),
        ("hostname\tplatform\nop1\tWindows 11".encode("utf-8-sig"), "utf-8-sig"),
        ("Name|OS|Ort\nOP1|Windows 11|Zürich\n".encode("cp1252"), "windows-1252"),
    ],
)
def test_an_export_is_read_whatever_its_form(data: bytes, encoding: str) -> None:
    sheet = read(data)

    assert (sheet.entries, sheet.encoding) == ((Entry("op1", "", "Windows 11"),), encoding)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("", Wrong(1, 1, "the first line names no columns")),
        ("os,site\nx,y", Wrong(1, 1, "no column holds the name of the machine")),
        ("host,os\nop1,linux\nop2", Wrong(3, 1, "1 cells where the header has 2")),
        ("os,host\nlinux,op 1", Wrong(2, 2, "'op 1' is no name")),
        ("host\nop1\nOP1.lan", Wrong(3, 1, "'OP1.lan' stands in the list already")),
        ("host\n=cmd()", Wrong(2, 1, "'=cmd()' is no name")),
        ("host\n", Wrong(2, 1, "no machine stands below the header")),
        ('host\n"op1', Wrong(1, 1, "this is no CSV file")),
    ],
)
def test_what_is_wrong_is_told_by_line_and_column(text: str, wrong: Wrong) -> None:
    sheet = read(text.encode())

    (told,) = sheet.wrong
    assert (told.line, told.column) == (wrong.line, wrong.column)
    assert told.what.startswith(wrong.what)
    assert sheet.entries == ()


@given(st.lists(names, min_size=1, max_size=9, unique=True), st.sampled_from(",;\t|"))
def test_every_machine_of_a_well_formed_list_is_taken(hosts: list[str], separator: str) -> None:
    text = io.StringIO()
    csv.writer(text, delimiter=separator).writerows([["host", "os"], *([h, "x"] for h in hosts)])

    assert [one.host for one in read(text.getvalue().encode()).entries] == hosts


@given(st.binary(max_size=200))
def test_no_file_makes_it_fall(data: bytes) -> None:
    sheet = read(data)
    assert bool(sheet.entries) != bool(sheet.wrong)
