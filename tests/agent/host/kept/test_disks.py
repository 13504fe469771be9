"""A recording of a Windows tells how its volumes stand, and not which volumes they are."""

from agent.facts.volumes import windows as volumes
from agent.host.recorded import RecordedHost, Recorder
from agent.host.recording import Header, read, write
from agent.host.redaction import redact
from tests.agent.facts.clinic import NOW, about
from tests.agent.facts.windows import disks
from tests.agent.facts.windows.clinic import pc
from tests.agent.facts.windows.disks import encrypted, letter, volume

OWN = r"\\?\Volume{7b8f1e55-0c7d-4b61-9d3a-5f2f6f1c2a11}" + "\\"
ASKED = {
    "volumes": disks.volumes(
        volume(1, "C:\\", id=OWN),
        volume(2, "C:\\Bright Smiles\\Smith\\"),
        letters=(
            letter("V:", 3, "\\Device\\VeraCryptVolumeV"),
            letter("X:", 3, "\\??\\C:\\Smith"),
        ),
    ),
    "bitlocker": disks.bitlocker(encrypted(1, id=OWN), encrypted(2, protection=0)),
}


def test_volumes_stand_as_they_stood_and_have_other_names() -> None:
    recorder = Recorder(pc(asked=ASKED))
    before = volumes.windows(recorder, about()).items
    calls, _ = redact("windows", recorder.calls)
    text = write(Header("windows", elevated=True, taken_at=NOW, origin="made"), calls)

    after = volumes.windows(RecordedHost(*read(text)), about()).items

    assert "7b8f1e55" not in text
    assert "Smith" not in text
    assert [(one.name, one.protection, one.mechanism) for one in after] == [
        (one.name, one.protection, one.mechanism) for one in before
    ]
