"""What every test stands on: no network but loopback, outside vectors, tools that must be there."""

import os
import shutil
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "dentinel", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("dentinel")

LOOPBACK = ("127.", "::1", "localhost", "0.0.0.0", "::")
CHROMIUM = Path("/usr/lib/chromium/chromium")


LONG = ("guest", "browser", "power-cuts")
"""Groups of more than half a minute, the longest first."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Among several workers the long comes first: none begins it when the others have ended."""
    if hasattr(config, "workerinput"):
        items.sort(key=_turn)


def _turn(item: pytest.Item) -> int:
    group: str = next((mark.args[0] for mark in item.iter_markers("xdist_group")), "")
    if group in LONG:
        return LONG.index(group)
    is_long = item.get_closest_marker("slow") or "together" in item.path.parts
    return len(LONG) if is_long else len(LONG) + 1


@pytest.fixture(autouse=True, scope="session")
def only_loopback() -> Iterator[None]:
    """A test that talks to anything but this machine is refused at once."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        host = address[0] if isinstance(address, tuple) else ""
        if isinstance(host, str) and host and not host.startswith(LOOPBACK):
            raise PermissionError(f"a test may not talk to {host}")
        return connect(self, address)

    socket.socket.connect = guarded  # type: ignore[method-assign]
    yield
    socket.socket.connect = connect  # type: ignore[method-assign]


@pytest.fixture(scope="session")
def vectors() -> Path:
    """The folder of public test vectors; other people's data, so never in this repository."""
    folder = os.environ.get("DENTINEL_VECTORS")
    if not folder or not Path(folder).is_dir():
        pytest.skip("DENTINEL_VECTORS names no folder with the public vectors")
    return Path(folder)


@pytest.fixture(scope="session")
def needs() -> Callable[[str], str]:
    """The path of a program; skips without it, or fails if DENTINEL_REQUIRE says `live`."""

    def path_of(program: str) -> str:
        found = shutil.which(program, path="/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/bin")
        if found:
            return found
        return missing(f"{program} is not on this machine", "live")

    return path_of


@pytest.fixture(scope="session")
def chromium() -> str:
    """A real Chromium; Debian's program itself, not its wrapper."""
    return str(CHROMIUM) if CHROMIUM.exists() else missing("no Chromium here", "browser")


def missing(why: str, kind: str) -> Any:
    """Skip with the reason; fail instead where this kind of test is required."""
    if kind in os.environ.get("DENTINEL_REQUIRE", "").split(","):
        pytest.fail(f"{why}, and DENTINEL_REQUIRE asks for {kind} tests")
    pytest.skip(why)
