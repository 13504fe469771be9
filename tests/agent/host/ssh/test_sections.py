"""What a machine wrote is read section by section: what is broken costs one answer."""

from hypothesis import given
from hypothesis import strategies as st

from agent.host.ssh.sections import Section, parse

NONCE = "c0ffee"
HOSTNAME = b"@@c0ffee read/0/20 ok 6 5@@\nt/name\ntnas.\n"


def test_text_base64_hexadecimal_and_a_line_are_unpacked() -> None:
    said = HOSTNAME + (
        b"@@c0ffee read/0/9 ok 2 5@@\nt/\nbAP8=\n"
        b"@@c0ffee read/0/9 ok 2 6@@\nt/\nx00 ff\n"
        b"@@c0ffee read/0/9 ok 2 4@@\nt/\nlone\n"
    )
    assert [one.body for one in parse(said, NONCE)] == [b"nas.", b"\0\xff", b"\0\xff", b"one\n."]


def test_a_section_says_what_it_answers() -> None:
    assert list(parse(HOSTNAME, NONCE)) == [Section("read", (0, 20), "/name", "ok", b"nas.")]


def test_banners_and_prompts_around_it_are_noise() -> None:
    said = b"Welcome!\r\n@@ nothing @@\n" + HOSTNAME + b"\nlogout"
    assert [one.body for one in parse(said, NONCE)] == [b"nas."]


def test_another_nonce_is_no_answer() -> None:
    assert list(parse(HOSTNAME, "decaf")) == []


def test_a_short_section_is_broken_and_the_next_is_whole() -> None:
    short = b"@@c0ffee read/0/20 ok 6 900@@\nt/name\ntnas.\n"
    other = b"@@c0ffee stat ok 6 5@@\nt/etc/\nt1 2.\n"
    assert [one.body for one in parse(short + other, NONCE)] == [None, b"1 2."]


def test_what_nobody_can_unpack_is_broken() -> None:
    said = b"@@c0ffee read/0/20 ok 6 5@@\nt/name\nb!!!!\n"
    assert [one.body for one in parse(said, NONCE)] == [None]


def test_output_that_ends_anywhere_gives_the_sections_before() -> None:
    for end in range(len(HOSTNAME)):
        found = list(parse(HOSTNAME + HOSTNAME[:end], NONCE))
        assert found[0].body == b"nas."
        assert all(one.body in (None, b"nas.") for one in found[1:])


@given(st.lists(st.sampled_from([HOSTNAME, b"@@c0ffee read/0/1 ok ", b"9 9@@\n", b"t", b"\n"])))
def test_any_mixture_is_read_to_its_end(parts) -> None:
    found = list(parse(b"".join(parts), NONCE))
    assert sum(one.body == b"nas." for one in found) <= parts.count(HOSTNAME)


@given(st.binary(max_size=300))
def test_any_bytes_are_no_trouble(data) -> None:
    assert all(one.path is not None for one in parse(data, NONCE))
