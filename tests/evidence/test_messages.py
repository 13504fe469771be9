"""What do agent and controller say to one another?"""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from evidence import envelope, messages, strict_json
from evidence.envelope import PayloadType
from evidence.errors import (
    BadSignature,
    Malformed,
    TooLarge,
    UnknownKey,
    WeakKey,
    WrongSigners,
    WrongType,
)
from evidence.keys import SigningKey
from evidence.messages import (
    Answer,
    Enrolled,
    Gate,
    Inclusion,
    Message,
    NewKey,
    Notice,
    Order,
    ReadToken,
    Receipt,
    Sync,
)
from tests.evidence.clinic import CLINIC, HASH, ORG, BrightSmiles, Machine, key, request_of, uuid
from tests.evidence.test_keys import SMALL_ORDER, with_sign

AT = datetime(2026, 11, 22, 13, 40, tzinfo=UTC)
OP1 = Machine("OP1", uuid("OP1"), key("OP1 report"), key("OP1 courier"))
CHECKPOINT = BrightSmiles().checkpoint()
ENROLL = request_of(OP1)
ENROLLED = Enrolled(
    req=HASH,
    at=AT,
    agent=OP1.agent,
    org=ORG,
    clinic=CLINIC,
    site=None,
    role="operatory",
    state="active",
    epoch=1,
    nonce="0c" * 16,
    sync_s=300,
    receipt=(key("receipt").public.hex,),
    log=str(BrightSmiles().verifier),
    leaf=2,
    checkpoint=CHECKPOINT,
    fact_key=HASH,
)
HEARTBEAT = Sync(nonce="0c" * 16, boot="ab" * 8, head=(1, 1234), log=109482)
OK = Answer(req=HASH, at=AT, code="ok", state="active", nonce="0d" * 16, head=(1, 1234), sync_s=300)
RICH = replace(
    OK,
    code="gap",
    receipts=(Receipt(1, 1233, 7, "stored", None), Receipt(1, 1234, 8, "rejected", "privacy")),
    expected=(1, 1200),
    checkpoint=CHECKPOINT,
    consistency=(HASH,),
    inclusion=Inclusion(leaf=8, path=(HASH, HASH)),
    read=ReadToken(token="a" * 43, until=AT),
    directives=(Order(id=CLINIC, do="send_full"),),
    packs=HASH,
    gates=(Gate(plan=HASH, open_ring="tenth", gate="go"),),
    notices=("{}",),
)
NOTICE = Notice(kind="log", old="a", new="b", from_leaf=9, why="age")


def known(*signers: SigningKey) -> dict[str, Any]:
    return {signer.keyid: signer.public for signer in signers}


@pytest.mark.parametrize("message", [ENROLL, ENROLLED, HEARTBEAT, OK, RICH, NOTICE])
def test_a_message_is_read_as_it_was_written(message: Message) -> None:
    assert type(message).from_bytes(message.to_bytes()) == message


@pytest.mark.parametrize("message", [ENROLLED, HEARTBEAT, OK, RICH, NOTICE])
def test_a_sealed_message_is_believed_by_its_key(message: Message) -> None:
    sealed = messages.seal(message, key("receipt"))

    assert messages.unseal(type(message), sealed, known(key("receipt"))) == message
    with pytest.raises(UnknownKey):
        messages.unseal(type(message), sealed, known(key("other")))


def test_a_message_is_not_taken_for_another() -> None:
    with pytest.raises(WrongType):
        messages.unseal(Answer, messages.seal(ENROLLED, key("receipt")), known(key("receipt")))


@pytest.mark.parametrize("message", [ENROLL, HEARTBEAT])
def test_what_an_agent_sends_has_no_room_for_a_name(message: Message) -> None:
    more = strict_json.read(message.to_bytes()) | {"patient": "Smith, John"}

    with pytest.raises(Malformed) as refused:
        type(message).from_bytes(strict_json.write(more))
    assert "Smith" not in str(refused.value)
    assert "patient" not in str(refused.value)


@pytest.mark.parametrize("message", [ENROLLED, OK, NOTICE])
def test_what_the_controller_sends_may_say_more(message: Message) -> None:
    more = strict_json.read(message.to_bytes()) | {"newer": {"a": 1}}

    assert type(message).from_bytes(strict_json.write(more)) == message


def test_a_heartbeat_says_what_it_must_and_no_more() -> None:
    written = strict_json.read(HEARTBEAT.to_bytes())

    assert written == {
        "v": 1,
        "nonce": "0c" * 16,
        "boot": "ab" * 8,
        "head": [1, 1234],
        "log": 109482,
    }


def test_a_receipt_is_an_array_on_the_wire() -> None:
    written = strict_json.read(RICH.to_bytes())

    assert written["receipts"] == [
        [1, 1233, 7, "stored", None],
        [1, 1234, 8, "rejected", "privacy"],
    ]
    assert written["expected"] == [1, 1200]


@pytest.mark.parametrize(
    "order", ["run", "install", "delete", "SEND_FULL", "", "send_full --now", None, 7]
)
def test_a_directive_that_is_not_in_the_closed_set_is_refused(order: object) -> None:
    written = strict_json.read(OK.to_bytes()) | {"directives": [{"id": CLINIC, "do": order}]}

    with pytest.raises(Malformed):
        Answer.from_bytes(strict_json.write(written))


def test_both_keys_of_a_new_machine_sign_its_request() -> None:
    sealed = messages.seal(ENROLL, OP1.key, OP1.courier)

    assert messages.unseal_enroll(sealed) == ENROLL


@pytest.mark.parametrize(
    ("signers", "error"),
    [
        ((OP1.key,), WrongSigners),
        ((OP1.key, OP1.key), WrongSigners),
        ((OP1.key, key("thief")), UnknownKey),
        ((key("thief"), key("other thief")), UnknownKey),
        ((OP1.key, OP1.courier, key("thief")), WrongSigners),
    ],
)
def test_a_request_shows_that_both_keys_are_held(
    signers: tuple[SigningKey, ...], error: type[Exception]
) -> None:
    with pytest.raises(error):
        messages.unseal_enroll(messages.seal(ENROLL, *signers))


def test_report_key_and_courier_key_are_two() -> None:
    same = replace(ENROLL, courier=ENROLL.report)

    with pytest.raises(WrongSigners, match="same key"):
        messages.unseal_enroll(messages.seal(same, OP1.key, OP1.courier))


@pytest.mark.parametrize("sign", [0, 1])
@pytest.mark.parametrize("point", SMALL_ORDER)
def test_a_key_under_which_anybody_can_sign_does_not_join(point: str, sign: int) -> None:
    weak = replace(ENROLL, report=NewKey(scheme="ed25519", public=with_sign(point, sign).hex()))

    with pytest.raises(WeakKey):
        messages.unseal_enroll(messages.seal(weak, OP1.key, OP1.courier))


def test_a_request_has_its_limit() -> None:
    large = envelope.sign(PayloadType.ENROLL, bytes(PayloadType.ENROLL.limit + 1), OP1.key)

    with pytest.raises(TooLarge):
        messages.unseal_enroll(large)


def test_a_notice_is_signed_by_a_known_receipt_key() -> None:
    sealed = messages.seal(NOTICE, key("receipt"))

    assert messages.unseal_notice(sealed, known(key("receipt"))) == NOTICE
    twice = messages.seal(NOTICE, key("receipt"), key("other"))
    with pytest.raises(WrongSigners):
        messages.unseal_notice(twice, known(key("receipt"), key("other")))


@pytest.fixture
def change() -> Notice:
    """The receipt key takes a new one."""
    old, new = key("receipt").public.hex, key("receipt, renewed").public.hex
    return Notice(kind="receipt", old=old, new=new, from_leaf=9, why="age")


def test_a_change_of_the_receipt_key_is_signed_by_both(change: Notice) -> None:
    sealed = messages.seal(change, key("receipt"), key("receipt, renewed"))

    assert messages.unseal_notice(sealed, known(key("receipt"))) == change


def test_a_change_that_the_new_key_did_not_sign_is_refused(change: Notice) -> None:
    alone = messages.seal(change, key("receipt"))
    by_two_old = messages.seal(change, key("receipt"), key("older"))

    with pytest.raises(WrongSigners):
        messages.unseal_notice(alone, known(key("receipt")))
    with pytest.raises(WrongSigners):
        messages.unseal_notice(by_two_old, known(key("receipt"), key("older")))


def test_a_change_that_the_old_key_did_not_sign_is_refused(change: Notice) -> None:
    sealed = messages.seal(change, key("receipt, renewed"), key("receipt"))

    with pytest.raises(UnknownKey):
        messages.unseal_notice(sealed, known(key("receipt")))


def test_a_log_opens_by_naming_its_keys() -> None:
    vkey = str(BrightSmiles().verifier)
    first = messages.opening(key("receipt"), vkey)

    assert first == messages.opening(key("receipt"), vkey)
    opened = [messages.unseal_notice(notice, known(key("receipt"))) for notice in first]
    assert [(notice.kind, notice.old, notice.new) for notice in opened] == [
        ("receipt", None, key("receipt").public.hex),
        ("log", None, vkey),
    ]


def test_a_forged_answer_is_not_believed() -> None:
    sealed = messages.seal(OK, key("receipt"))
    forged = replace(sealed, payload=sealed.payload.replace(b'"active"', b'"revoked"'))

    with pytest.raises(BadSignature):
        messages.unseal(Answer, forged, known(key("receipt")))


def test_a_request_is_named_by_the_hash_of_its_body() -> None:
    assert messages.request_hash(b"") == (
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    )
