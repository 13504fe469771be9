"""A machine trusts no tailoring that it loads: whole and sound, or refused with its reason."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.compiled import builtin, canonical, instants, limits, tailoring
from rules.compiled.assignment import Match
from rules.compiled.grant import DAY, Grant
from rules.compiled.literal import Literal
from rules.compiled.objections import objections
from rules.compiled.rule import Pack
from rules.compiled.setting import DISABLED, OFF, SEVERITY, Setting, Tailoring
from rules.errors import Place, TailoringRefused

PACK = builtin.pack()
MINUTE = 60 * instants.SECOND
AT = 1_795_341_600_000_000_000
APPROVED = Grant("the vendor forbids it", "dr_lee", AT, AT + 90 * DAY)
CLINIC = Match((("clinic", "bright-smiles"),))
GROUP = Match((("group", "imaging"),))
DIGESTS = {"bright-smiles.yaml": "a" * 64, "msp.yaml": "b" * 64}


def setting(
    match: Match = CLINIC,
    rule: str = "screen-locks",
    thing: str = "params.max_idle",
    value: Literal | None = None,
    line: int = 5,
    **more: Any,
) -> Setting:
    if value is None and not more.keys() & {"add", "remove"}:
        value = Literal("duration", 10 * MINUTE)
    return Setting(match, rule, thing, Place("bright-smiles.yaml", line, 7, 15), value, **more)


def written(*settings: Setting, versions: str = "1.x") -> bytes:
    return tailoring.write([Tailoring("dental-baseline", versions, settings)], DIGESTS)


def told(*settings: Setting, pack: Pack = PACK) -> list[str]:
    found = objections([Tailoring("dental-baseline", "1.x", settings)], pack)
    return [f"{problem.id} {problem.place.line}" for problem in found]


def test_what_is_written_is_read_back_and_refers_to_its_lines() -> None:
    sound = (
        setting(line=3),
        setting(GROUP, "volumes-encrypted", DISABLED, OFF, grant=APPROVED),
        setting(CLINIC, "volumes-encrypted", SEVERITY, Literal("string", "high"), line=9),
    )
    read = tailoring.load(written(*sound), [PACK])
    assert set(read.tailorings[0].settings) == set(sound)
    assert read.sha256 != PACK.sha256


WORDS = st.text("abc-", min_size=1, max_size=8).map(lambda text: f"x{text}".rstrip("-"))
LITERALS = st.one_of(
    st.integers(1, 99).map(lambda minutes: Literal("duration", minutes * MINUTE)),
    st.booleans().map(lambda truth: Literal("bool", truth)),
    st.lists(WORDS).map(lambda many: Literal("list", tuple(Literal("string", w) for w in many))),
)
SETTINGS = st.builds(
    setting,
    st.builds(
        lambda level, name: Match(((level, name),)),
        st.sampled_from(["org", "clinic", "group", "machine"]),
        WORDS,
    ),
    WORDS,
    st.sampled_from(["params.a", "params.b", "severity", "disabled"]),
    LITERALS,
    st.integers(1, 99),
    grant=st.builds(Grant, st.none() | WORDS, st.none() | WORDS, st.none() | st.just(AT)),
)


@given(st.lists(SETTINGS, min_size=1, max_size=6), st.randoms())
def test_read_gives_back_what_write_was_given_in_one_order(settings, chance) -> None:
    data = written(*settings)
    assert set(tailoring.read(data).tailorings[0].settings) == set(settings)
    shuffled = chance.sample(settings, len(settings))
    halves = [
        Tailoring("dental-baseline", "1.x", tuple(shuffled[::2])),
        Tailoring("dental-baseline", "1.x", tuple(shuffled[1::2])),
    ]
    assert tailoring.write(halves, DIGESTS) == data


def test_where_the_files_lay_means_nothing() -> None:
    far = replace(setting(), place=Place("clinics/bright-smiles.yaml", 5, 7, 15))
    here = [Tailoring("dental-baseline", "1.x", (setting(),))]
    there = [Tailoring("dental-baseline", "1.x", (far,))]
    assert tailoring.write(here, {"bright-smiles.yaml": "a" * 64}) == tailoring.write(
        there, {"clinics/bright-smiles.yaml": "a" * 64}
    )


def changed(edit: Callable[[dict[str, Any]], object]) -> bytes:
    document = json.loads(written(setting()))
    edit(document)
    return canonical.encode(document)


def first(document: dict[str, Any]) -> dict[str, Any]:
    return document["packs"][0]["settings"][0]


@pytest.mark.parametrize(
    "edit",
    [
        lambda d: d.update(dentinel="pack/v1"),
        lambda d: d.update(language=2),
        lambda d: d.update(more=1),
        lambda d: d.update(sources=[["../x.yaml", "a" * 64]]),
        lambda d: d.update(sources=[["x.yaml", "short"]]),
        lambda d: d.update(packs=[]),
        lambda d: d["packs"][0].update(version="2"),
        lambda d: d["packs"][0].update(settings=[]),
        lambda d: first(d).update(match={}),
        lambda d: first(d).update(match={"clinic": "Bright Smiles"}),
        lambda d: first(d).update(match={"planet": "mars"}),
        lambda d: first(d).update(match={"clinic": 7}),
        lambda d: first(d).update(more=1),
        lambda d: first(d).update(value={"duration": "ten"}),
        lambda d: first(d).update(until="2026-11-22"),
        lambda d: first(d).update(until=7),
        lambda d: first(d).update(reason=""),
        lambda d: first(d).update(approved_by="x" * 65),
        lambda d: first(d).update(place=[9, 1, 1, 2]),
        lambda d: first(d).pop("rule"),
    ],
)
def test_what_was_tampered_with_is_refused_whole(edit) -> None:
    with pytest.raises(TailoringRefused) as refused:
        tailoring.load(changed(edit), [PACK])
    assert refused.value.code == "DL704"


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b"[]", b'{"a":1,"a":1}', b"[" * 100_000, b" " * (limits.TAILORING_BYTES + 1)],
)
def test_bytes_that_are_none_are_refused(data) -> None:
    with pytest.raises(TailoringRefused):
        tailoring.load(data, [PACK])


@given(st.data())
def test_nothing_but_a_refusal_leaves_the_loader(data) -> None:
    whole = bytearray(written(setting(), setting(GROUP, grant=APPROVED, line=9)))
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(whole) - 1))
        whole[at] = data.draw(st.integers(0, 255))
    assert outcome(bytes(whole)) in ("loaded", "DL601", "DL602", "DL604", "DL605", "DL606", "DL704")


def outcome(data: bytes) -> str:
    try:
        tailoring.load(data, [PACK])
    except TailoringRefused as refused:
        return refused.code
    return "loaded"


def test_a_pack_that_is_not_here_is_refused() -> None:
    with pytest.raises(TailoringRefused, match=r"DL605.*dental-baseline 2\.x, which is not here"):
        tailoring.load(written(setting(), versions="2.x"), [PACK])


def test_a_looser_value_without_approval_is_refused_by_the_machine_too() -> None:
    looser = setting(value=Literal("duration", 20 * MINUTE))
    with pytest.raises(TailoringRefused, match=r"DL602.*looser than the 15m of the pack"):
        tailoring.load(written(looser), [PACK])


# --- what speaks against a setting --------------------------------------------------------------


def loose(minutes: int, match: Match = CLINIC, **more: Any) -> Setting:
    return setting(match, value=Literal("duration", minutes * MINUTE), **more)


def words(*names: str) -> Literal:
    return Literal("list", tuple(Literal("string", name) for name in names))


def test_what_is_tighter_needs_no_words() -> None:
    assert told(loose(10)) == []


@pytest.mark.parametrize(
    ("grant", "code"),
    [
        (Grant(), "DL602"),
        (Grant(reason="why"), "DL602"),
        (Grant(approved_by="dr_lee"), "DL602"),
        (Grant("why", "dr_lee"), "DL606"),
        (Grant("why", "dr_lee", AT, AT + 400 * DAY), "DL606"),
        (Grant("why", "dr_lee", AT, AT - DAY), "DL606"),
    ],
)
def test_what_is_looser_needs_a_reason_an_approval_and_an_end(grant, code) -> None:
    assert told(loose(20, grant=grant)) == [f"{code} 5"]
    assert told(loose(20, grant=APPROVED)) == []


def test_looser_than_a_broader_scope_is_looser() -> None:
    assert told(loose(5), loose(10, GROUP, line=9)) == ["DL602 9"]
    elsewhere = Match((("clinic", "north-quay"), ("group", "imaging")))
    assert told(loose(5), loose(10, elsewhere, line=9)) == []


def test_a_list_that_loosens_needs_no_end() -> None:
    serials = ("usb-storage-blocked", "params.allowed_serials")
    signed = Grant("hardware-encrypted", "dr_lee")
    assert told(setting(CLINIC, *serials, add=words("k1").value, grant=signed)) == []
    assert told(setting(CLINIC, *serials, add=words("k1").value)) == ["DL602 5"]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (setting(rule="screen-lock"), "DL601"),
        (setting(thing="params.max_idel"), "DL601"),
        (setting(thing="colour"), "DL601"),
        (setting(value=Literal("int", 7)), "DL103"),
        (setting(value=words("a")), "DL103"),
        (setting(value=Literal("list", (Literal("int", 1), Literal("string", "a")))), "DL103"),
        (setting(add=words("a").value), "DL103"),
        (setting(value=Literal("duration", 1)), "DL604"),
        (setting(thing=SEVERITY, value=Literal("string", "dire")), "DL103"),
        (setting(thing=SEVERITY, value=Literal("int", 1)), "DL103"),
        (setting(thing=DISABLED, value=Literal("bool", False), grant=APPROVED), "DL103"),
        (setting(thing=DISABLED, value=OFF), "DL602"),
        (setting(thing=DISABLED, value=OFF, grant=Grant("why", "dr_lee")), "DL606"),
    ],
)
def test_what_cannot_be_meant_is_told(wrong, code) -> None:
    assert told(wrong) == [f"{code} 5"]


def test_a_value_and_what_to_add_exclude_each_other() -> None:
    both = replace(
        setting(CLINIC, "usb-storage-blocked", "params.allowed_serials", words("a")),
        add=words("b").value,
    )
    assert told(both) == ["DL103 5"]


def test_two_scopes_that_surely_meet_may_not_set_one_thing() -> None:
    narrower = Match((("clinic", "bright-smiles"), ("group", "imaging")))
    assert told(loose(5), loose(6, line=9)) == ["DL603 9"]
    assert told(loose(5, GROUP), loose(4, narrower, line=9)) == ["DL603 9"]
    assert told(loose(5, GROUP), loose(4, Match((("group", "site:main"),)), line=9)) == []


def test_two_that_hold_one_after_the_other_do_not_meet() -> None:
    winter, spring = Grant(until=AT), Grant(since=AT + 1)
    assert told(loose(5, grant=winter), loose(6, grant=spring, line=9)) == []


def test_a_rule_that_is_gone_says_what_went_on() -> None:
    gone = replace(PACK, retired=(("screens-dark", "0.9.0", "the lock says it all"),))
    heir = replace(PACK.rules[0], replaces=("files-encrypted",))
    pack = replace(gone, rules=(heir, *PACK.rules[1:]))
    wanted = [setting(rule="screens-dark"), setting(rule="files-encrypted", line=9)]
    assert told(*wanted, pack=pack) == ["DL607 5", "DL607 9"]


def test_a_rule_that_is_too_new_for_this_machine_refuses_nothing() -> None:
    newer = tuple(replace(rule, supported=False) for rule in PACK.rules)
    assert told(setting(value=Literal("enum", "newer")), pack=replace(PACK, rules=newer)) == []
