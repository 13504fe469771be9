"""Who is this machine to its controller?

The signed answer to its enrolment, with what it believes since (agent.identity.trust). Private
keys are read only by who signs with them: the patrol the report key, the courier the courier key.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

from agent.errors import IdentityLost, NotEnrolled
from agent.identity import copy, keyfile
from agent.identity.keyfile import AGAIN, Purpose
from agent.identity.trust import Trust
from agent.paths import Home
from evidence import envelope
from evidence.envelope import Envelope
from evidence.errors import EvidenceError
from evidence.keys import PublicKey, SigningKey
from evidence.messages import Enrolled


@dataclass(frozen=True, slots=True)
class Identity:
    """A machine that has joined; `anchor` is what the first report of each epoch hangs on."""

    home: Home
    enrolled: Enrolled
    anchor: str
    trust: Trust

    @classmethod
    def load(cls, home: Home) -> Self:
        """Read it from its home; NotEnrolled, or IdentityLost if it joined and that is damaged."""
        answer = _stored_answer(home)
        if copy.is_of(home, answer.sha):
            raise copy.told(home)
        trust = Trust.load(home.trust)
        if trust.anchor != answer.sha:
            raise IdentityLost(
                f"{home.trust} belongs to another enrolment than {home.enrolled}",
                "finish the enrolment that was cut off: dentinel enroll JOIN",
            )
        try:
            return cls(home, Enrolled.from_bytes(answer.payload), answer.sha, trust)
        except EvidenceError as error:
            raise IdentityLost(f"{home.enrolled} is damaged ({error})", AGAIN) from error

    @property
    def agent(self) -> str:
        """The machine's id at its controller."""
        return self.enrolled.agent

    @property
    def org(self) -> str:
        """Who operates it."""
        return self.enrolled.org

    @property
    def clinic(self) -> str:
        """Whose machine it is."""
        return self.enrolled.clinic

    @property
    def fact_key(self) -> bytes:
        """The clinic's key for values that leave as keyed hashes only (trust.md section 8)."""
        return bytes.fromhex(self.enrolled.fact_key)

    def report_key(self) -> SigningKey:
        """The key that signs reports; IdentityLost if it cannot be read or is another one."""
        return _named(self.home.report_key, "report", self.trust.report)

    def courier_key(self) -> SigningKey:
        """The key that signs sync requests; IdentityLost if it cannot be read."""
        return _named(self.home.courier_key, "courier", self.trust.courier)

    def courier_keys(self) -> dict[str, PublicKey]:
        """The keys under which its own requests verify, one that is on its way too, by key id."""
        path = keyfile.next_of(self.home.courier_key)
        fresh = keyfile.read_if_there(path, "courier")
        return self.trust.courier_keys | ({fresh.keyid: fresh.public} if fresh else {})

    def report_keys(self) -> dict[str, PublicKey]:
        """The keys under which this machine's own reports verify, former ones too, by key id."""
        keys = map(PublicKey.from_hex, (*self.trust.former, self.trust.report))
        return {key.keyid: key for key in keys}


def _stored_answer(home: Home) -> Envelope:
    try:
        return envelope.from_json(home.enrolled.read_bytes())
    except FileNotFoundError as error:
        raise NotEnrolled(
            "this machine has not joined a controller",
            "ask for a join string, then run: dentinel enroll JOIN",
        ) from error
    except OSError as error:
        said = f"{home.enrolled} cannot be read: {error.strerror}"
        raise IdentityLost(said, "run as root, or join again: dentinel enroll JOIN") from error
    except EvidenceError as error:
        raise IdentityLost(f"{home.enrolled} is damaged ({error})", AGAIN) from error


def _named(path: Path, purpose: Purpose, public: str) -> SigningKey:
    """The key that `trust.json` names: a rotation may have left it under another name."""
    for other in (keyfile.next_of(path), keyfile.old_of(path)):
        key = keyfile.read_if_there(other, purpose)
        if key is not None and key.public.hex == public:
            return key
    key = keyfile.read(path, purpose)
    if key.public.hex != public:
        raise IdentityLost("the key on disk is not the one that this machine joined with", AGAIN)
    return key
