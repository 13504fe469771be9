"""The tokenizer reads what ISO 32000 says, and nothing else."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.imaging.glance import Beyond, Malformed, Stopped
from agent.imaging.walks.pdf_objects import Ref, Tokens


@pytest.mark.parametrize(
    ("text", "read"),
    [
        (b"true", True),
        (b"null", None),
        (b"-12", -12),
        (b"+.5", 0.5),
        (b"4.", 4.0),
        (b"/Na#6de", b"Name"),
        (b"/", b""),
        (b"(a(b)c)", b"a(b)c"),
        (rb"(\)\n\101\1\\)", b")\nA\x01\\"),
        (b"(a\\\r\nb\\\nc)", b"abc"),
        (rb"(\53\8\q)", b"+8q"),
        (b"<48 65 6>", b"He`"),
        (b"12 0 R", Ref(12, 0)),
        (b"[1 0 R 2 3]", [Ref(1, 0), 2, 3]),
        (b"<</A<</B[/C]>>/D(e)>>", {b"A": {b"B": [b"C"]}, b"D": b"e"}),
        (b"%note\n << /A % more\n 1 >>", {b"A": 1}),
    ],
)
def test_an_object_is_read(text, read) -> None:
    assert Tokens(text + b" ").object() == read


@pytest.mark.parametrize("text", [b">>", b"<</A>>", b"<<1 2>>", b"<4x>", b"what ", b"[" * 40])
def test_what_is_no_object_is_malformed(text) -> None:
    with pytest.raises(Malformed):
        Tokens(text + b" ").object()


@pytest.mark.parametrize("text", [b"", b"(a", b"<41", b"[1 ", b"<</A 1", b"<< ", b"fals"])
def test_what_runs_over_the_end_is_beyond(text) -> None:
    with pytest.raises(Beyond):
        Tokens(text).object()


@given(st.binary(max_size=200))
def test_no_bytes_make_it_fail(data) -> None:
    tokens = Tokens(b"<<" + data)
    with contextlib.suppress(Stopped):
        tokens.object()
    assert tokens.at <= len(data) + 2
