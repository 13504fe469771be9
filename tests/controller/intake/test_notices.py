"""A machine is told of new receipt keys until it has them, and always hears a key it believes."""

from collections.abc import Iterator

import pytest

from controller.fleet import notices, own_keys
from controller.identity.secrets import Keys
from controller.ledger.actions import By
from evidence import envelope, frames, messages
from evidence.keys import PublicKey
from evidence.messages import Answer, Notice
from tests.controller.clinic import MORNING, Clinic, Machine, Server
from tests.controller.tables import check_logs


class Agent:
    """What an agent does with answers and notices."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.trusts = dict(map(self._named, machine.enrolled.receipt))

    @staticmethod
    def _named(public: str) -> tuple[str, PublicKey]:
        key = PublicKey.from_hex(public)
        return key.keyid, key

    def sync(self) -> tuple[Answer, str, list[Notice]]:
        """One heartbeat; the answer, who signed it, and what it told of keys."""
        heard = self.machine.server.post("/v1/sync", self.machine.body())
        (sealed,) = frames.read(heard.body)
        answer = messages.unseal(Answer, sealed, self.trusts)
        self.machine.nonce = answer.nonce
        told = []
        for text in answer.notices:
            notice = messages.unseal_notice(envelope.from_json(text.encode()), self.trusts)
            told.append(notice)
            if notice.kind == "receipt":
                key = PublicKey.from_hex(notice.new)
                self.trusts[key.keyid] = key
        return answer, sealed.signatures[0].keyid, told


@pytest.fixture
def rotated(home, bright_smiles: Clinic) -> Iterator[tuple[Server, Agent]]:
    """OP1 joined before the receipt key was changed; the controller runs again."""
    with Server(home, bright_smiles) as before:
        op1 = before.machine("OP1")
    own_keys.rotate_receipt(home, By("shell", "", MORNING), "age")
    with Server(home, bright_smiles) as server:
        op1.server = server
        yield server, Agent(op1)


def keyid(server: Server, generation: int) -> str:
    return Keys.load(server.home).receipt(generation).keyid


def test_the_old_key_signs_until_the_machine_has_read_the_notice(
    rotated: tuple[Server, Agent],
) -> None:
    server, op1 = rotated
    _, first, told = op1.sync()
    _, second, again = op1.sync()

    assert (first, second) == (keyid(server, 1), keyid(server, 2))
    assert [one.kind for one in told] == ["receipt"]
    assert again == []
    check_logs(server.home)


def test_an_answer_that_was_lost_brings_its_notice_again(rotated: tuple[Server, Agent]) -> None:
    _, op1 = rotated
    op1.machine.server.post("/v1/sync", op1.machine.body())
    answer, _, told = op1.sync()

    assert answer.code == "nonce"
    assert [one.kind for one in told] == ["receipt"]


def test_a_new_epoch_is_told_all_again(rotated: tuple[Server, Agent]) -> None:
    _, op1 = rotated
    op1.sync()
    op1.sync()
    _, answer = op1.machine.sync(op1.machine.gap("state_rollback"))

    assert len(answer.notices) == 1


def test_who_joins_by_an_older_join_string_is_told_too(home, bright_smiles: Clinic) -> None:
    with Server(home, bright_smiles) as before:
        join = before.token()
    own_keys.rotate_receipt(home, By("shell", "", MORNING), "age")
    with Server(home, bright_smiles) as server:
        op2 = Machine(server, "OP2", receipt=1)
        assert op2.join(join).status == 200
        agent = Agent(op2)
        assert agent.sync()[1] == keyid(server, 1)
        assert agent.sync()[1] == keyid(server, 2)


def test_who_joins_after_it_needs_no_notice(rotated: tuple[Server, Agent]) -> None:
    server, _ = rotated
    server.keys = Keys.load(server.home)
    _, signer, told = Agent(server.machine("OP2")).sync()

    assert (signer, told) == (keyid(server, 2), [])


def test_every_log_holds_the_notice(rotated: tuple[Server, Agent]) -> None:
    from controller.fleet.models import Notice as Row

    server, _ = rotated
    rows = Row.objects.at(server.clinic.place)
    assert {row.clinic_id for row in rows} == {None, server.clinic.id}
    assert len(notices.owners()) == 2
