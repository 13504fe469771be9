"""What did the log sign, and what stands in it?"""

import base64
from dataclasses import replace

import pytest

from evidence import checkpoint, merkle, note
from evidence.checkpoint import Checkpoint, LogProof
from evidence.errors import BadProof, BadSignature, Malformed
from evidence.note import Verifier
from tests.evidence.clinic import ORIGIN, BrightSmiles, key

LOG = Verifier(ORIGIN, key("log").public)
SIGNED = Checkpoint(ORIGIN, 3, bytes(range(32)))


def test_a_checkpoint_is_read_as_it_was_signed() -> None:
    assert checkpoint.read(SIGNED.sign(key("log")), LOG) == SIGNED
    assert checkpoint.parse(SIGNED.sign(key("log"))) == SIGNED


def test_while_a_log_changes_its_key_both_sign() -> None:
    signed = SIGNED.sign(key("log"), key("log, renewed"))

    assert checkpoint.read(signed, LOG) == SIGNED
    assert checkpoint.read(signed, Verifier(ORIGIN, key("log, renewed").public)) == SIGNED


def test_a_checkpoint_that_was_edited_is_not_believed() -> None:
    with pytest.raises(BadSignature):
        checkpoint.read(SIGNED.sign(key("log")).replace("\n3\n", "\n4\n"), LOG)


def test_a_log_speaks_for_itself_alone() -> None:
    other = note.sign(SIGNED.text, "dentinel/other", key("log"))

    with pytest.raises(Malformed, match="another log"):
        checkpoint.read(other, Verifier("dentinel/other", key("log").public))


@pytest.mark.parametrize(
    "text",
    [
        f"{ORIGIN}\n03\n{base64.b64encode(bytes(32)).decode()}\n",
        f"{ORIGIN}\n-3\n{base64.b64encode(bytes(32)).decode()}\n",
        f"\n3\n{base64.b64encode(bytes(32)).decode()}\n",
        f"{ORIGIN}\n3\n{base64.b64encode(bytes(31)).decode()}\n",
        f"{ORIGIN}\n3\nx\n",
        f"{ORIGIN}\n3\n",
    ],
)
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        checkpoint.parse(note.sign(text, ORIGIN, key("log")))


@pytest.fixture
def proof(clinic: BrightSmiles) -> LogProof:
    """That the enrolment of OP1 stands in the log."""
    _, nodes = clinic.tree()
    path = merkle.prove_inclusion(2, len(clinic.lines), lambda *at: nodes[at])
    return LogProof(2, tuple(path), clinic.checkpoint())


def test_a_line_is_shown_to_stand_in_a_log(clinic: BrightSmiles, proof: LogProof) -> None:
    assert checkpoint.parse_proof(str(proof)) == proof
    assert proof.check(clinic.lines[2]) == checkpoint.parse(clinic.checkpoint())


def test_another_line_is_not(clinic: BrightSmiles, proof: LogProof) -> None:
    with pytest.raises(BadProof):
        proof.check(clinic.lines[3])


def test_a_proof_may_bring_its_entry(proof: LogProof) -> None:
    text = str(proof).replace("\nindex", "\nextra AAAA\nindex", 1)

    assert checkpoint.parse_proof(text) == replace(proof, extra=b"\0\0\0")
    assert str(checkpoint.parse_proof(text)) == text


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text.replace("@v1", "@v2"),
        lambda text: text.replace("index 2", "index 02"),
        lambda text: text.replace("index 2", "leaf 2"),
        lambda text: text.partition("\n\n")[0],
        lambda text: text.replace("index 2\n", "index 2\nx\n"),
        lambda text: text.replace("index 2\n", "index 2\n" + "AAAA\n" * 70),
        lambda text: "c2sp.org/tlog-proof@v1",
    ],
)
def test_what_is_no_proof_is_refused(proof: LogProof, damage: object) -> None:
    with pytest.raises(Malformed):
        checkpoint.parse_proof(damage(str(proof)))  # type: ignore[operator]
