"""May this machine join, and as what? (trust.md, section 3)

The request brings its own two keys, both of which sign it; the token's secret says that it may.
The line in the log is committed before the answer is given, and the same bytes asked again get
the same answer again, until the machine has been heard: from then on it has its answer, and its
request stands in bundles of evidence, whose readers are not to get the clinic's fact key by it.

- The answer is signed by the receipt key that the welcome of the token pinned; a newer one follows
  by notice.
- `anchor`, the hash of the answer, stands in the line. So the checkpoint in the answer is the one
  before that line, and `leaf` says where the line comes to stand.
"""

import hmac
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import partial
from uuid import UUID

from controller.fleet.join_secret import hash_of
from controller.fleet.silence import Opening, due_by
from controller.identity.secrets import ONE_USE, Keys
from controller.intake import statements, tokens
from controller.intake.accept import SYNC_S
from controller.intake.batch import Batch, Reply
from controller.intake.hearing import opening
from controller.intake.problems import Problem, of_enrol
from controller.intake.tokens import TokenRow
from controller.ledger import append, log_keys
from controller.ledger.append import Line
from controller.ledger.sql import instant, moment
from evidence import frames, messages
from evidence.envelope import Envelope
from evidence.errors import EvidenceError, Malformed
from evidence.keys import SCHEME, PublicKey
from evidence.leaf import EnrollLeaf
from evidence.messages import Enroll, Enrolled
from evidence.words import MachineState

_NOT_STORED = "0" * 64
"""What stands for the clinic's fact key in the stored answer: no secret is in the database."""


@dataclass(frozen=True, slots=True)
class EnrolJob:
    """A request to join that waits for the writer."""

    enroll: Enroll
    sealed: Envelope
    req: str
    address: str
    at: datetime

    @property
    def rows(self) -> tuple[str, str]:
        """Its token."""
        return "", self.enroll.tid

    @property
    def records(self) -> int:
        """It counts as one."""
        return 1

    @property
    def size_bytes(self) -> int:
        """How much memory it holds."""
        return len(self.sealed.payload)

    def apply(self, batch: Batch) -> Callable[[], Reply]:
        """Let it join, or answer again what was answered."""
        token = tokens.token(batch.cursor, self.enroll.tid)
        if token is None or not hmac.compare_digest(token.secret_sha, hash_of(self.enroll.secret)):
            raise Problem(401, "token_unknown", "no join token goes by this id and secret")
        given = tokens.answer_given(batch.cursor, token.org_id, token.id, self.req)
        if given is not None:
            return partial(Reply, 200, _again(batch.keys, *given))
        _require(token, self)
        if statements.is_known_key(batch.cursor, *_key_ids(self.enroll)):
            raise Problem(409, "key_known", "one of these keys has joined before")
        return partial(Reply, 200, _Joining(batch, self, token).join())

    def kept(self) -> tuple[str, str, bytes] | None:
        """Nothing: the agent keeps its request, and the secret in it is not ours to store."""
        return None


def receive(body: bytes, address: str, at: datetime) -> EnrolJob:
    """Check and read a request; Problem if it is none."""
    try:
        envelopes = frames.read(body, most=1)
        if not envelopes:
            raise Malformed("a body without a frame")
        enroll = messages.unseal_enroll(envelopes[0])
    except EvidenceError as error:
        raise of_enrol(error) from error
    return EnrolJob(enroll, envelopes[0], messages.request_hash(body), address, at)


def _sealed(answer: Enrolled, keys: Keys) -> bytes:
    """The body of an answer; the same answer always gives the same bytes."""
    whole = replace(answer, fact_key=keys.fact_key(UUID(answer.clinic)).hex())
    signer = keys.receipt(keys.receipt_generation(answer.receipt[0]))
    return frames.write([messages.seal(whole, signer)])


def _again(keys: Keys, given: bytes, nonce: str) -> bytes:
    """The stored answer; Problem once the machine has used up the nonce that stands in it."""
    answer = Enrolled.from_bytes(given)
    if answer.nonce != nonce:
        raise Problem(401, "token_used_up", "this join token was used: ask for a new one")
    return _sealed(answer, keys)


def _require(token: TokenRow, job: EnrolJob) -> None:
    """Problem, unless the token lets this machine join now."""
    enroll = job.enroll
    if (token.org_id, token.clinic_id) != tuple(
        of.replace("-", "") for of in (enroll.org, enroll.clinic)
    ):
        raise Problem(422, "wrong_clinic", "this join token is for another clinic")
    if token.withdrawn_at is not None or job.at >= instant(token.expires_at):
        raise Problem(401, "token_expired", "this join token has expired: ask for a new one")
    if token.uses >= token.max_uses:
        raise Problem(401, "token_used_up", "this join token was used: ask for a new one")
    platforms = json.loads(token.platforms)
    if platforms and enroll.os.family not in platforms:
        raise Problem(403, "platform_denied", "this join token is not for this operating system")


def _key_ids(enroll: Enroll) -> tuple[str, str]:
    report, courier = (PublicKey.from_hex(key.public) for key in (enroll.report, enroll.courier))
    return report.keyid, courier.keyid


class _Joining:
    """One machine on its way into the books."""

    def __init__(self, batch: Batch, job: EnrolJob, token: TokenRow) -> None:
        self._batch = batch
        self._job = job
        self._token = token
        self._agent = self._uuid()
        self._nonce = batch.random(16).hex()
        self._state: MachineState = "pending" if token.approval == "manual" else "active"

    def join(self) -> bytes:
        """Write the machine, its keys, its line and the use of the token; the answer's bytes."""
        token, batch = self._token, self._batch
        leaf = batch.next_leaf(token.org_id, token.clinic_id)
        answer = self._answer(leaf)
        body = _sealed(answer, batch.keys)
        (sealed,) = frames.read(body)
        self._write_machine(sealed.sha)
        self._write_keys(leaf)
        batch.line(token.org_id, token.clinic_id, self._line(sealed.sha))
        tokens.use_token(batch.cursor, token.org_id, token.id)
        self._write_enrolment(leaf, answer.to_bytes())
        return body

    def _answer(self, leaf: int) -> Enrolled:
        token, enroll, keys = self._token, self._job.enroll, self._batch.keys
        log = self._batch.log(token.org_id, token.clinic_id)
        return Enrolled(
            req=self._job.req,
            at=self._job.at,
            agent=str(self._agent),
            org=enroll.org,
            clinic=enroll.clinic,
            site=tokens.site_slug(self._batch.cursor, token.org_id, token.site_id),
            role=token.role if token.role else None,
            state=self._state,
            epoch=1,
            nonce=self._nonce,
            sync_s=SYNC_S,
            receipt=(keys.receipt(token.receipt).public.hex,),
            log=log_keys.newest_vkey(self._batch.cursor, keys, log),
            leaf=leaf,
            checkpoint=append.checkpoint_note(self._batch.cursor, log),
            fact_key=_NOT_STORED,
        )

    def _line(self, anchor: str) -> Line:
        report, courier = _key_ids(self._job.enroll)
        leaf = EnrollLeaf(
            at=self._job.at,
            agent=str(self._agent),
            env=self._job.sealed.sha,
            anchor=anchor,
            report_key=report,
            courier_key=courier,
        )
        return Line(
            "enroll", leaf.to_line(), self._agent.hex, env=self._job.sealed.sha, at=self._job.at
        )

    def _write_machine(self, anchor: str) -> None:
        token, enroll = self._token, self._job.enroll
        now = moment(self._job.at)
        row = {
            **statements.NEW_MACHINE,
            "id": self._agent.hex,
            "org_id": token.org_id,
            "clinic_id": token.clinic_id,
            "site_id": token.site_id,
            "agent_id": self._agent.hex,
            "host": enroll.hostname,
            "os_family": enroll.os.family,
            "os_version": enroll.os.version or "",
            "os_arch": enroll.os.arch,
            "agent_version": enroll.agent_version,
            "role": token.role,
            "presence": token.presence,
            "state": self._state,
            "replaces": enroll.replaces.replace("-", "") if enroll.replaces else None,
            "enrolled_at": now,
            "seen_at": now,
            "due_by": moment(due_by(self._job.at, token.presence, self._opening())),
            "head_sha": anchor,
            "anchor": anchor,
            "nonce": self._nonce,
            "key_id": _key_ids(enroll)[0],
            "keyed_at": now,
            "receipt": token.receipt,
            "noticed": token.noticed,
            "told": token.noticed,
            "hw": json.dumps(asdict(enroll.hw)),
        }
        statements.insert(self._batch.cursor, "machine", row)

    def _opening(self) -> Opening:
        return opening(*statements.opening(self._batch.cursor, self._token.clinic_id))

    def _write_keys(self, leaf: int) -> None:
        enroll = self._job.enroll
        for purpose, key in (("report", enroll.report), ("courier", enroll.courier)):
            statements.add_key(
                self._batch.cursor,
                (
                    self._uuid().hex,
                    self._token.org_id,
                    self._agent.hex,
                    PublicKey.from_hex(key.public).keyid,
                    purpose,
                    SCHEME,
                    key.public,
                    leaf,
                ),
            )

    def _write_enrolment(self, leaf: int, answer: bytes) -> None:
        row = {
            "id": self._uuid().hex,
            "org_id": self._token.org_id,
            "clinic_id": self._token.clinic_id,
            "token_id": self._token.id,
            "machine_id": self._agent.hex,
            "at": moment(self._job.at),
            "address": self._job.address,
            "leaf": leaf,
            "req_sha": self._job.req,
            "request": self._locked_request(),
            "answer": answer,
        }
        statements.insert(self._batch.cursor, "enrolment", row)

    def _locked_request(self) -> bytes:
        lock = self._batch.keys.request_lock(self._agent)
        return lock.encrypt(ONE_USE, frames.write([self._job.sealed]), None)

    def _uuid(self) -> UUID:
        return UUID(bytes=self._batch.random(16), version=4)
