"""A controller in other hands signs what it likes: what can its answers make a machine do?"""

import json
from dataclasses import fields
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.errors import Malformed
from evidence.messages import Answer, Order
from evidence.words import Directive
from tests.evidence.clinic import HASH, uuid

ANSWER = {
    "v": 1,
    "req": HASH,
    "at": "2026-11-22T13:40:00.000Z",
    "code": "ok",
    "state": "active",
    "nonce": "ab" * 16,
    "head": [1, 4],
    "sync_s": 300,
}
WORDS = get_args(Directive)
NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=9)
ANY = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | NAMES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner),
    max_leaves=5,
)


def ordering(**order: object) -> bytes:
    return json.dumps({**ANSWER, "directives": [{"id": uuid("order"), **order}]}).encode()


@pytest.mark.threat("taken-over-controller")
@given(st.text(max_size=40).filter(lambda text: text not in WORDS))
def test_a_directive_that_is_none_of_the_closed_words_does_nothing(text: str):
    with pytest.raises(Malformed):
        Answer.from_bytes(ordering(do=text))


@given(st.sampled_from(WORDS), st.dictionaries(NAMES, ANY, max_size=4))
def test_no_directive_carries_an_argument(word: str, more: dict[str, object]):
    more.pop("do", None), more.pop("id", None)

    answer = Answer.from_bytes(ordering(**more, do=word))

    assert answer.directives == (Order(id=uuid("order"), do=word),)
    assert {field.name for field in fields(Order)} == {"id", "do"}


@given(st.dictionaries(NAMES, ANY, max_size=4))
def test_what_an_answer_has_beside_its_members_is_not_there(more: dict[str, object]):
    known = {field.name for field in fields(Answer)}
    more = {name: value for name, value in more.items() if name not in known and name != "v"}

    said = Answer.from_bytes(json.dumps({**ANSWER, **more}).encode())

    assert said == Answer.from_bytes(json.dumps(ANSWER).encode())
