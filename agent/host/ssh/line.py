"""The line to one machine: connect, believe only pinned keys, ask scripts, and hang up.

The one place that loads paramiko. Everything lies under one deadline, connecting included, because
a server that drips a byte at a time never runs into a time limit of its own.

- A host key is compared before anything is said of who we are. None is ever added.
- Both streams are drained; of both together not more than `MOST` bytes are kept.
- One channel at a time, closed in any case: a server may allow no second one.
"""

import logging
import secrets
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import paramiko
from paramiko.ssh_exception import AuthenticationException, SSHException

from agent.host.base import HostError
from agent.host.ssh.login import Shown, check, check_key_file
from agent.host.ssh.rounds import Heard
from agent.settings import HostSetting
from rules.facts.base import Why

logging.getLogger("paramiko").addHandler(logging.NullHandler())
"""It tells each failure once more, with a traceback; ours say who, where and why."""

DEADLINE = 30.0
"""Seconds for a machine, from the first packet to the last."""

BANNER = 10.0
"""Seconds for a server to say that it is one."""

MOST = 8 << 20
RETRIES = 2
_PAUSE = 0.01
_CHUNK = 1 << 15


@dataclass(frozen=True, slots=True)
class Deadline:
    """A moment of the monotonic clock."""

    at: float

    @classmethod
    def after(cls, seconds: float) -> "Deadline":
        """So many seconds from now."""
        return cls(time.monotonic() + seconds)

    @property
    def left(self) -> float:
        """Seconds, never below 0."""
        return max(0.0, self.at - time.monotonic())


@dataclass(slots=True)
class _Talk:
    """A script on its way out, and what comes back: in turns, so that nobody waits for nobody."""

    channel: paramiko.Channel
    left: bytes
    out: bytearray = field(default_factory=bytearray)
    size: int = 0

    def moved(self) -> bool:
        """Send and take what can be now; was there anything? What was said aside is dropped."""
        parts = []
        if self.left and self.channel.send_ready():
            sent = self.channel.send(self.left[:_CHUNK])
            self.left = self.left[sent:]
            parts.append(sent)
            if not self.left:
                self.channel.shutdown_write()
        if self.channel.recv_ready():
            self.out += (part := self.channel.recv(_CHUNK))
            parts.append(len(part))
        if self.channel.recv_stderr_ready():
            parts.append(len(self.channel.recv_stderr(_CHUNK)))
        self.size += sum(parts)
        return any(parts)

    @property
    def ended(self) -> bool:
        """Did the shell end by itself?"""
        return self.channel.exit_status_ready() and self.channel.recv_exit_status() >= 0

    @property
    def over(self) -> bool:
        """Will nothing more come?"""
        return bool(self.channel.closed or self.channel.eof_received or self.ended)


@dataclass(frozen=True, slots=True)
class Line:
    """A machine that has shown a pinned key, and has let us in."""

    transport: paramiko.Transport
    deadline: Deadline
    pin: str

    @property
    def banner(self) -> str:
        """How the server calls itself (RFC 4253, section 4.2): its word, and no more."""
        return str(self.transport.remote_version)

    def ask(self, script: str, command: str = "sh -s") -> Heard:
        """What the command writes when it is given the script."""
        try:
            channel = self.transport.open_session(timeout=max(self.deadline.left, 0.1))
        except (SSHException, EOFError, OSError):
            return Heard(b"", self._lost())
        try:
            channel.settimeout(0.0)
            channel.exec_command(command)
            return self._heard(_Talk(channel, script.encode(errors="surrogateescape")))
        except (SSHException, EOFError, OSError):
            return Heard(b"", self._lost())
        finally:
            channel.close()

    def _heard(self, talk: "_Talk") -> Heard:
        """All that came, and why it is not all: the clock, the cap, or the other side."""
        why: Why | None = Why.TIMEOUT
        try:
            while self.deadline.left:
                if talk.moved():
                    if talk.size > MOST:
                        why = Why.TOO_LARGE
                        break
                elif talk.over:
                    why = None if talk.ended else self._lost()
                    break
                else:
                    time.sleep(_PAUSE)
        except (SSHException, EOFError, OSError):
            why = self._lost()
        return Heard(bytes(talk.out), why)

    def _lost(self) -> Why:
        return Why.UNREACHABLE if self.deadline.left else Why.TIMEOUT


@contextmanager
def connected(setting: HostSetting, deadline: Deadline) -> Iterator[Line]:
    """A line that is closed at the end.

    UnknownHost if no key is pinned. HostError: `untrusted_host` for another key than those pinned,
    `access_denied` if we are not let in, `unreachable` if nobody speaks SSH there.
    """
    transport = _negotiated(setting, deadline)
    try:
        key = transport.get_remote_server_key()
        shown = Shown(key.get_name(), key.asbytes())
        check(setting, shown)
        _sign_in(transport, setting, deadline)
        yield Line(transport, deadline, shown.pin)
    finally:
        transport.close()


def _negotiated(setting: HostSetting, deadline: Deadline) -> paramiko.Transport:
    """A server that has shown its key; one that is mute or busy is asked again, twice."""
    said = ""
    for attempt in range(1 + RETRIES):
        if attempt:
            time.sleep(min(deadline.left, secrets.SystemRandom().uniform(0.2, 1.0)))
        if not deadline.left:
            break
        try:
            return _attempt(setting, deadline)
        except (SSHException, EOFError, OSError) as error:
            said = getattr(error, "strerror", None) or str(error) or type(error).__name__
    raise HostError(Why.UNREACHABLE, f"{setting.address} port {setting.port}: {said}")


def _attempt(setting: HostSetting, deadline: Deadline) -> paramiko.Transport:
    limit = min(BANNER, max(deadline.left, 0.1))
    place = (setting.address, setting.port)
    transport = paramiko.Transport(socket.create_connection(place, limit))
    try:
        transport.banner_timeout = limit
        transport.auth_timeout = deadline.left
        _prefer_pinned(transport, setting)
        transport.start_client(timeout=limit)
        transport.get_remote_server_key()  # SSHException where time ran out before it came
    except BaseException:
        transport.close()
        raise
    return transport


def _prefer_pinned(transport: paramiko.Transport, setting: HostSetting) -> None:
    """Ask for the key types that are pinned; others last, so that a change is seen as one."""
    options = transport.get_security_options()
    pinned = {pin.split(" ")[0].replace("ssh-rsa", "rsa-sha2") for pin in setting.pins}
    offered = [name for name in options.key_types if name not in ("ssh-rsa", "ssh-dss")]
    options.key_types = sorted(offered, key=lambda name: not name.startswith(tuple(pinned) or ""))


def _sign_in(transport: paramiko.Transport, setting: HostSetting, deadline: Deadline) -> None:
    transport.auth_timeout = max(deadline.left, 0.1)
    refused = ""
    try:
        for key in _keys(setting):
            with suppress(paramiko.BadAuthenticationType):
                try:
                    if not transport.auth_publickey(setting.user, key):
                        return
                except AuthenticationException as error:
                    refused = str(error)
    except (SSHException, EOFError, OSError) as error:
        raise HostError(Why.UNREACHABLE, f"{setting.address}: {error}") from error
    raise HostError(
        Why.ACCESS_DENIED,
        f"{setting.address} does not let {setting.user} in: {refused or 'no key'}",
    )


def _keys(setting: HostSetting) -> Iterator[paramiko.PKey]:
    """The key file, and those of the SSH agent where the settings say so. No others are tried."""
    if setting.key_file is not None:
        check_key_file(setting.key_file)
        try:
            yield paramiko.PKey.from_path(setting.key_file)
        except (SSHException, OSError, ValueError, TypeError) as error:
            raise HostError(
                Why.ACCESS_DENIED,
                f"{setting.key_file} is no private key without a passphrase: {error}",
            ) from error
    if setting.ssh_agent:
        agent = paramiko.Agent()
        try:
            yield from agent.get_keys()
        finally:
            agent.close()
