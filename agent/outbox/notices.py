"""What does the controller say of its own keys and logs, signed by a receipt key that is known?

Notices come in answers, each an envelope of its own, so that whoever gets one later can check it
as the machine did. One that is not signed as it must be is passed over: it says nothing.
"""

from collections.abc import Iterator, Mapping

from evidence import envelope, messages
from evidence.errors import EvidenceError
from evidence.keys import PublicKey
from evidence.messages import Answer, Notice
from evidence.note import Verifier


def read(answer: Answer, keys: Mapping[str, PublicKey]) -> tuple[Notice, ...]:
    """The notices of a verified answer, in its order."""
    return tuple(_read(answer, keys))


def restarts(answer: Answer, keys: Mapping[str, PublicKey]) -> tuple[Notice, ...]:
    """Those that say which log goes on for which, after a restore."""
    return tuple(one for one in _read(answer, keys) if _is_restart(one))


def _read(answer: Answer, keys: Mapping[str, PublicKey]) -> Iterator[Notice]:
    for text in answer.notices:
        try:
            yield messages.unseal_notice(envelope.from_json(text.encode()), keys)
        except EvidenceError:
            continue


def _is_restart(notice: Notice) -> bool:
    try:
        return notice.kind == "log_restart" and all(
            Verifier.parse(vkey or "") for vkey in (notice.old, notice.new)
        )
    except EvidenceError:
        return False
