"""`dentinel discover` prints settings that can be used as they are."""

import json

import pytest
from typer.testing import CliRunner

from agent import settings
from agent.cli.app import app
from agent.cli.discover import snippet
from agent.imaging.discover import Discovery, Proposal, Share
from rules.facts.base import Why

STORE = Proposal("orthanc", "/srv/it's", "orthanc", "high", ("dicom",), 12)
CLOUD = Proposal("dexis", "/srv/Dropbox/xray", "dexis", "medium", (), 3, None, "Dropbox")
BRIDGE = Proposal("bridge", "C:\\", None, "high", (), 0, "infofile.txt")
FOUND = Discovery(
    (STORE, CLOUD, BRIDGE),
    ("VixWin",),
    (Share("Z:", "\\\\SERVER\\x\x1b[2J"),),
    (("/srv/a\nb", Why.ACCESS_DENIED),),
)


def test_the_snippet_is_settings_and_its_guesses_are_comments() -> None:
    read = settings.parse(snippet(FOUND))
    assert [(one.label, str(one.path), one.role) for one in read.roots] == [
        ("orthanc", "/srv/it's", "store"),
        ("dexis", "/srv/Dropbox/xray", "outbox"),
    ]


@pytest.mark.parametrize(
    "said",
    [
        "# orthanc: a look found dicom.",
        "# dexis: a guess (trust medium); 3 files show no image.",
        "# It lies in Dropbox, which copies it away.",
        "# infofile.txt hands over patients: names and birth dates in clear.",
        "# VixWin is installed; its images were not found where they usually lie.",
        "# Z: is \\\\SERVER\\x\\x1b[2J: judged by the machine that owns it.",
        "# Not looked at: /srv/a\\nb (access_denied)",
    ],
)
def test_each_thing_found_is_told_on_a_line_of_its_own(said) -> None:
    assert said in snippet(FOUND).splitlines()


def test_a_disk_as_a_whole_is_never_proposed_to_be_watched() -> None:
    assert "# path = 'C:\\'" in snippet(FOUND)


def test_a_name_that_no_settings_can_hold_stays_a_comment() -> None:
    odd = Proposal("orthanc", "/srv/\udcff", "orthanc", "high", ("dicom",), 1)
    said = snippet(Discovery((odd,), (), (), ()))
    assert settings.parse(said).roots == ()
    assert said.isascii()


def test_json_is_one_document_and_nothing_else(tmp_path) -> None:
    done = CliRunner().invoke(app, ["--home", str(tmp_path), "discover", "--format", "json"])
    assert done.exit_code == 0
    document = json.loads(done.stdout)
    assert set(document) == {"proposals", "installed", "shares", "unread", "snippet"}


def test_it_writes_nothing_and_says_what_to_do_next(tmp_path) -> None:
    done = CliRunner().invoke(app, ["--home", str(tmp_path), "discover"])
    assert done.exit_code == 0
    assert str(tmp_path / "agent.toml") in done.stderr
    assert list(tmp_path.iterdir()) == []
