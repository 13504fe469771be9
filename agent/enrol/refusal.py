"""Why did the controller not take this machine, and what now?

One sentence for each code of the protocol, and what to do. Whether the stored request may be sent
again is part of the answer: after a definite no, the secret is destroyed.
"""

from dataclasses import dataclass

from agent.errors import EnrolError, JoinRefused
from agent.transport.base import Address, Reply
from evidence import strict_json
from evidence.errors import EvidenceError

_ANOTHER = "ask for a new join string, then run dentinel enroll with it"

_BY_CODE = {
    "token_unknown": (
        "does not know this join string: it was withdrawn, or was made by another controller",
        _ANOTHER,
    ),
    "token_expired": ("says that this join string has expired", _ANOTHER),
    "token_used_up": (
        "says that this join string has been used already",
        f"{_ANOTHER}; if nobody here used it, tell who made it: it may have been stolen",
    ),
    "platform_denied": (
        "does not let machines of this kind join by this join string",
        "ask for a join string for this operating system",
    ),
    "key_known": (
        "knows the key of this attempt from another one",
        "run dentinel enroll again: it makes new keys",
    ),
    "weak_key": ("refused a weak key", "run dentinel enroll again: it makes new keys"),
    "bad_envelope": (
        "could not read the request",
        "bring the agent to the controller's version or an older one, then enroll again",
    ),
    "wrong_clinic": ("says that this join string belongs to another clinic", _ANOTHER),
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """A reply that is not the answer; `is_final`: sending the same again is of no use."""

    error: EnrolError
    is_final: bool


def read(reply: Reply, address: Address) -> Refusal:
    """What a reply of any status but 200 means for a person."""
    known = _BY_CODE.get(_code(reply.body))
    if known is not None:
        said, advice = known
        return Refusal(JoinRefused(f"the controller at {address} {said}", advice), is_final=True)
    if reply.status == 429:
        said, advice = "asks to come later", "wait a minute, then run the same command again"
    elif reply.status >= 500:
        said, advice = "is busy or has an error of its own", "run the same command again later"
    else:
        said = f"answered {reply.status} without saying why"
        advice = "look in the controller's log; run the same command again"
    return Refusal(EnrolError(f"the controller at {address} {said}", advice), is_final=False)


def _code(body: bytes) -> str:
    """The code of a problem document (RFC 9457); empty if the body is none."""
    try:
        code = strict_json.read(body)["code"]
    except (EvidenceError, KeyError, TypeError):
        return ""
    return code if isinstance(code, str) else ""
