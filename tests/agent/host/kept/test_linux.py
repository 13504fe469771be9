"""Of Linux, whose settings are texts: what was learnt is replaced in every text, remarks go."""

import json
from dataclasses import replace

import pytest

from agent.host.base import Entry, Ran
from agent.host.kept.linux import LEARNT, SETTINGS
from agent.host.kept.standins import StandIns
from agent.host.recording import Answer, Call, Header, write
from agent.host.redaction import redact
from tests.agent.facts.clinic import NOW
from tests.agent.facts.test_no_failure_passes import MACHINES, made
from tests.agent.host.kept.machines import recorded
from tests.agent.host.kept.test_canary import spellings

USER, PERSON, HOST, SERIAL = "mwinterbottom", "Millicent Winterbottom", "winterpano", "SN-WINT-77"
PASSWD = f"{USER}:x:1007:1007:{PERSON},,,:/home/{USER}:/bin/bash\n"
LEARNT_FROM = {
    "/etc/passwd": PASSWD.encode(),
    "/proc/sys/kernel/hostname": f"{HOST}\n".encode(),
    "/sys/class/dmi/id/product_serial": f"{SERIAL}\n".encode(),
}
SAID = (
    f"\n{USER} on {HOST}, {SERIAL} of {PERSON}, /home/{USER}/Zwetschkenbaum_Anna/1.dcm\n".encode()
)


def is_text(data: bytes) -> bool:
    """Bytes that are none are cut to what is known of their form: disks, databases, programs."""
    return b"\0" not in data and data.isascii()


def told(call: Call, answer: Answer) -> Answer:
    """The answer with a name in it."""
    if isinstance(answer, Ran):
        return replace(answer, out=answer.out + SAID, err=SAID)
    if call.subject == "/home" and isinstance(answer, tuple):
        return (*answer, Entry(USER, "folder"))
    return said_in(call.subject, answer) if isinstance(answer, bytes) else answer


def said_in(path: str, data: bytes) -> bytes:
    if path == "/etc/shadow":
        return data + f"{USER}:!:20000:0:99999:7:::\n".encode()
    if path == "/etc/passwd":
        return data + PASSWD.encode()
    if path == "/var/log/lastlog":
        return data + bytes(4) + SAID.ljust(288, b"\0")
    if path in LEARNT_FROM:
        return LEARNT_FROM[path]
    return data + SAID if is_text(data) else data


@pytest.mark.parametrize("machine", [one for one in MACHINES if made(one).host.os == "linux"])
def test_a_learnt_name_is_in_no_text_of_a_recording(machine) -> None:
    recorder, _ = recorded(machine)
    calls = {call: told(call, answer) for call, answer in recorder.calls.items()}
    for path, data in LEARNT_FROM.items():
        calls.setdefault(Call("read", path, ("0", "1048576", "whole")), data)

    kept, _ = redact("linux", calls)

    text = write(Header("linux", elevated=True, taken_at=NOW), kept).encode()
    for name in (USER, PERSON, HOST, SERIAL, "Zwetschkenbaum"):
        assert not [one for one in spellings(name) if one in text], name


def test_a_remark_goes_and_its_line_stays() -> None:
    said = b"# Praxis Dr. Lee\nPort 22\n  ; by Anna\n#includedir /etc/sudoers.d\n"
    kept = SETTINGS.kept(said, StandIns())
    assert kept == b"#\nPort 22\n  ;\n#includedir /etc/sudoers.d\n"


def test_a_text_that_nothing_is_known_of_stays() -> None:
    said = json.dumps({"nftables": []}).encode()
    assert LEARNT.kept(said, StandIns()) == said
