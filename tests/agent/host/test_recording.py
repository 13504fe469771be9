"""A recording is what it says it is, or none: no collector meets a type that no host gives."""

import json

import pytest

from agent.host import recording
from agent.host.base import Entry, Key, Ran, Stat
from agent.host.recording import Call, Header, NotARecording
from tests.agent.facts.clinic import NOW

CALLS = {
    Call("run", "nft", ("-j", "list", "ruleset")): Ran(0, b"{}"),
    Call("list", "/srv", ("10000",)): (Entry("xray", "folder"),),
    Call("stat", "/srv/xray"): Stat("folder", 0o700, 0, 0, 4096, NOW),
    Call("registry", r"HKLM\X"): Key({"Start": ("dword", 4), "All": ("multi_sz", ("a", "b"))}),
}
WRITTEN = recording.write(Header("linux", elevated=True, taken_at=NOW, origin="made"), CALLS)


def test_what_was_written_is_read() -> None:
    assert recording.read(WRITTEN)[1] == CALLS


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ('"os": "linux"', '"os": "beos"'),
        ('"elevated": true', '"elevated": "no"'),
        ('"origin": "made"', '"origin": "heaven"'),
        ('"rc": 0', '"rc": "0"'),
        ('"rc": 0', '"rc": false'),
        ('"cut": false', '"cut": null'),
        ('"folder"]', '"castle"]'),
        ('["xray"', "[7"),
        ('"mode": 448', '"mode": "rwx"'),
        ('"size": 4096', '"size": 4096.5'),
        ('["dword", 4]', '[4, "dword"]'),
        ('["a", "b"]', '["a", 7]'),
        ('"args": ["-j"', '"args": [7'),
    ],
)
def test_what_is_of_another_type_is_no_recording(good, bad) -> None:
    assert good in WRITTEN
    with pytest.raises(NotARecording):
        recording.read(WRITTEN.replace(good, bad))


def test_a_line_that_is_cut_is_no_recording() -> None:
    with pytest.raises(NotARecording):
        recording.read(WRITTEN[:-9])


def test_each_line_is_an_object() -> None:
    with pytest.raises(NotARecording):
        recording.read(WRITTEN + json.dumps(["stat", "/srv"]))


def test_a_line_that_goes_deeper_than_anybody_follows_is_no_recording() -> None:
    with pytest.raises(NotARecording):
        recording.read(WRITTEN + "[" * 100_000)
