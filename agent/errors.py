"""What can go wrong on a machine, and who is told what to do about it?

    AgentError
    ├── SettingsError    A101  agent.toml says something that cannot be meant
    ├── HomeError        A201  the home cannot be read or written
    ├── AlreadyRunning   A202  another guard keeps this home
    ├── WatchError       A203  the system lets nobody watch folders any more
    ├── IdentityError    A301  the keys or the enrolment cannot be used
    │   ├── NotEnrolled  A302  this machine never joined a controller
    │   └── IdentityLost A303  it did, and its keys cannot be read
    │       └── CloneReset A304  it is a copy of the computer that did
    ├── EnrolError       A310  joining failed
    │   └── JoinRefused  A311  and will fail again: this join string takes no machine any more
    ├── OutboxError      A401  the sealed reports cannot be read or written
    │   ├── OutboxFull   A402  too much waits: only daily reports are sealed
    │   ├── OutboxDamaged A403 the file is no whole database any more
    │   └── DiskFull     A404  the disk has no room for another report
    ├── TransportError   A501  the controller could not be reached, or was not believed
    │   └── PinMismatch  A502  somebody else's certificate was shown
    ├── LedgerError      A601  the local store of imaging files cannot be read or written
    ├── UnknownHost      A701  a host without an agent shows a key that nobody has pinned
    ├── PacksError       A801  signed rules could not be taken; those of before stay in force
    │   ├── PacksRefused A802  they are not what may be run here
    │   ├── PacksExpired A803  what says that they are the newest has expired
    │   └── PacksUnreached A804 they could not be had
    └── AuthorError      A901  keys, roots or targets of a rule author are not as they must be
        └── WrongPassphrase A902  a key file does not open

Codes are never used twice. A message says who and where, `advice` what to do next; neither holds
a path of a patient's file.
"""

from typing import ClassVar


class AgentError(Exception):
    """A failure that a person can act on: `message` says what is, `advice` what to do."""

    code: ClassVar[str] = "A001"

    def __init__(self, message: str, advice: str) -> None:
        super().__init__(message)
        self.message = message
        self.advice = advice

    def __str__(self) -> str:
        return f"error {self.code}: {self.message}\n  = help: {self.advice}"


class SettingsError(AgentError):
    """The settings file holds mistakes; agent.settings lists all of them in one error."""

    code = "A101"


class HomeError(AgentError):
    """A folder or file of the home is missing, or belongs to somebody else."""

    code = "A201"


class AlreadyRunning(AgentError):
    """A second guard was started on a home that has one."""

    code = "A202"


class WatchError(AgentError):
    """The kernel gives no more means of watching folders."""

    code = "A203"


class IdentityError(AgentError):
    """The keys of this machine, or the answer to its enrolment, cannot be used."""

    code = "A301"


class NotEnrolled(IdentityError):
    """No controller has been joined by this machine."""

    code = "A302"


class IdentityLost(IdentityError):
    """A controller has been joined, and the keys cannot be read any more."""

    code = "A303"


class CloneReset(IdentityLost):
    """The computer is a copy of one that joined: the keys that came with it are destroyed."""

    code = "A304"


class EnrolError(AgentError):
    """The join string was wrong, or the controller did not take this machine."""

    code = "A310"


class JoinRefused(EnrolError):
    """The join string is damaged, or was refused for good: only a new one helps."""

    code = "A311"


class OutboxError(AgentError):
    """The outbox is damaged, full, or not ours to write."""

    code = "A401"


class OutboxFull(OutboxError):
    """The outbox is at its cap: only daily reports and gaps are sealed until some are sent."""

    code = "A402"


class OutboxDamaged(OutboxError):
    """The file of the outbox, or of the courier, is no whole SQLite database any more."""

    code = "A403"


class DiskFull(OutboxError):
    """The disk has no room: nothing is sealed until there is, and nothing that was is lost."""

    code = "A404"


class TransportError(AgentError):
    """The controller was not reached, or what answered is not it."""

    code = "A501"


class PinMismatch(TransportError):
    """What answered holds no certificate of the CA that this machine trusts."""

    code = "A502"


class LedgerError(AgentError):
    """The local store of imaging files is damaged or not ours to write."""

    code = "A601"


class UnknownHost(AgentError):
    """A person must compare the key of a host, and write it into the settings."""

    code = "A701"


class PacksError(AgentError):
    """Signed rules were not taken; the machine goes on with those that it has."""

    code = "A801"


class PacksRefused(PacksError):
    """Rules that are not rightly signed, older, of another clinic, or that no machine may run.

    `reason` is the id of a language problem (DL704 …), where there is one; `of` the SHA-256 of the
    assignment, where one was read.
    """

    code = "A802"

    def __init__(
        self, message: str, advice: str, reason: str | None = None, of: str | None = None
    ) -> None:
        super().__init__(message, advice)
        self.reason = reason
        self.of = of


class PacksExpired(PacksError):
    """Metadata past its end: nobody says any more that these rules are the newest."""

    code = "A803"


class PacksUnreached(PacksError):
    """No way to the repository, no token for it, or no root to begin from."""

    code = "A804"


class AuthorError(AgentError):
    """A key, a root or a set of targets is not what signing needs."""

    code = "A901"


class WrongPassphrase(AuthorError):
    """The passphrase is not that of the key file, or the file is damaged."""

    code = "A902"
