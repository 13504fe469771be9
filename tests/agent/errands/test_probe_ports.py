"""The ports that are due are asked, and the fact `listeners` knows their answers for a day."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from agent.errands import probe_ports
from agent.facts.base import About
from agent.facts.listeners import linux as listeners
from agent.facts.listeners.asked import Probed
from agent.facts.memory import Memory
from agent.host.local import LocalHost
from agent.host.tree import TreeHost
from agent.paths import Home
from agent.readers import probed
from agent.settings import Settings
from rules.facts.base import Unknown, Why
from tests.agent.facts.clinic import LOOPBACK, NOW, TITLES, socket, system
from tests.agent.transport.test_dicom import pacs

DAY = timedelta(days=1)
NOTHING_SET = Settings()


class Pano(TreeHost):
    """PANO-01, on which storescp listens; its home is a real folder."""

    def read(self, path: str, limit: int = 1 << 20, offset: int = 0, *, whole: bool = True) -> Any:
        if path.endswith("ports.json"):
            return LocalHost().read(path, limit, offset, whole=whole)
        return super().read(path, limit, offset, whole=whole)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path)
    made.create()
    return made


def pano(port: int, program: str = "/usr/bin/storescp") -> Pano:
    table = f"{TITLES}\n{socket(LOOPBACK, port, 7001)}"
    files = {"/proc/1/net/tcp": table, "/proc/1/net/tcp6": f"{TITLES}\n"}
    return Pano(system() | files | {"/proc/812/exe": {"link": program}})


def known(host: TreeHost, home: Home, now: Any = NOW, settings: Settings = NOTHING_SET) -> Any:
    (one,) = listeners.linux(host, About(settings, home, Memory.none(), now)).items
    return one.dicom


def test_a_port_is_unknown_until_it_was_asked(home) -> None:
    with pacs() as port:
        assert known(pano(port), home) == Unknown(Why.NOT_COLLECTED)
        assert probe_ports.run(home, Settings(), pano(port), NOW) == 1
        assert known(pano(port), home) == "plain"


def test_an_answer_holds_for_a_day_and_is_then_asked_anew(home) -> None:
    with pacs() as port:
        host = pano(port)
        probe_ports.run(home, Settings(), host, NOW)
        assert probe_ports.run(home, Settings(), host, NOW + DAY) == 0
        later = NOW + DAY + timedelta(seconds=1)
        assert known(host, home, later) == Unknown(Why.NOT_COLLECTED)
        assert probe_ports.run(home, Settings(), host, later) == 1
        assert known(host, home, later) == "plain"


def test_an_answer_from_a_time_to_come_is_not_believed(home) -> None:
    with pacs() as port:
        probe_ports.run(home, Settings(), pano(port), NOW + DAY)
        assert known(pano(port), home) == Unknown(Why.NOT_COLLECTED)


def test_a_port_that_the_settings_exclude_is_never_asked(home) -> None:
    with pacs() as port:
        settings = Settings(never_probe=(port,))
        assert probe_ports.run(home, settings, pano(port), NOW) == 0
        assert known(pano(port), home, settings=settings) == Unknown(Why.DISABLED)


def test_a_port_of_another_program_is_not_asked(home) -> None:
    host = pano(8042, "/usr/sbin/nginx")
    assert probe_ports.run(home, Settings(), host, NOW) == 0
    assert known(host, home) == "not_probed"


def test_without_time_for_a_whole_conversation_none_is_begun(home) -> None:
    with pacs() as port:
        assert probe_ports.run(home, Settings(), pano(port), NOW, whole=4.0) == 0
    assert not home.probed.exists()


@pytest.mark.parametrize("said", [b"", b"{}", b'{"form": 1, "ports": [{"port": 104}]}', b"[1]"])
def test_answers_that_cannot_be_read_are_as_none(home, said) -> None:
    home.probed.write_bytes(said)
    with pacs() as port:
        assert known(pano(port), home) == Unknown(Why.NOT_COLLECTED)
        assert probe_ports.run(home, Settings(), pano(port), NOW) == 1


def test_answers_that_nobody_may_read_are_unknown(home) -> None:
    class Shut(Pano):
        def read(self, path: str, *args: Any, **more: Any) -> Any:
            return TreeHost({path: {"error": "access_denied"}}).read(path)

    shut = Shut(pano(11112).files)
    about = About(Settings(), home, Memory.none(), NOW)
    asked = Probed(shut, about)
    assert asked._read() is Why.ACCESS_DENIED


def test_what_is_written_is_read_as_it_was() -> None:
    answers = {
        ("127.0.0.1", 104): probed.Asked(NOW, probed.Answer("plain", None)),
        ("::", 2762): probed.Asked(NOW, probed.Answer("tls", probed.Version((1, 2)))),
        ("10.0.0.1", 4242): probed.Asked(
            NOW, probed.Answer(Unknown(Why.TIMEOUT), Unknown(Why.TIMEOUT))
        ),
    }
    assert probed.parse(probed.write(answers)) == answers
