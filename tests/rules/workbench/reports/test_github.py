"""Workflow commands say the place, and no text can break out of its command."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.errors import Place, Problem
from rules.workbench.reports import github
from rules.workbench.reports.base import Look, Outcome

NEEDS = '%:,\r\n abc"::'


def written(*problems: Problem) -> list[str]:
    return github.write(Outcome(problems, {"rules": 1}, {}), Look()).removesuffix("\n").split("\n")


def test_a_problem_is_one_command() -> None:
    place = Place("packs/disks.yaml", 14, 27, 33)
    help_ = 'did you mean "fixed"?'
    assert written(Problem("DL306", 'volume.kind is never "fixd"', place, help_)) == [
        (
            "::error file=packs/disks.yaml,line=14,col=27,endColumn=33,title=DL306"
            '::volume.kind is never "fixd"%0Ahelp: did you mean "fixed"?'
        ),
        "1 rule: 1 error",
    ]


def test_warnings_are_warnings() -> None:
    assert written(Problem("DL409", "no test", Place("a.yaml")))[0].startswith("::warning file=a")


@pytest.mark.parametrize(
    ("file", "said"),
    [("a,b.yaml", "a%2Cb.yaml"), ("C:/a.yaml", "C%3A/a.yaml"), ("100%.yaml", "100%25.yaml")],
)
def test_names_of_files_are_escaped(file, said) -> None:
    assert f"file={said},line=1," in written(Problem("DL101", "it", Place(file)))[0]


@given(st.text(NEEDS), st.text(NEEDS), st.text(NEEDS))
def test_every_text_comes_back_as_it_was(message, help_, file) -> None:
    command = written(Problem("DL101", message, Place(file), help_))[0]
    read = re.fullmatch(
        r"::error file=([^,:\r\n]*),line=1,col=1,endColumn=1,title=DL101::(.*)", command
    )
    assert read is not None
    back = [
        part.replace("%0D", "\r").replace("%0A", "\n").replace("%3A", ":").replace("%2C", ",")
        for part in read.groups()
    ]
    assert [part.replace("%25", "%") for part in back] == [
        file,
        f"{message}\nhelp: {help_}" if help_ else message,
    ]
