"""What may leave a machine at all?

A canary is planted in every place of every fact that can hold a text, and must not come out; a
control run takes one guard away after the other and must see it come out, or this proves nothing.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence import minimum, places
from evidence.errors import LeavesTooMuch
from evidence.places import Place
from rules.facts.index import CATALOGUE
from rules.facts.types import Enum, Leaves, List, Mark, Nullable, Open, Record, Scalar, Type

CANARY = "Smith, Jöhn *1987-03-04"
KEY = bytes(range(32))


def numbers(noun: str, _: str) -> str:
    return f"{noun}-3"


def planted(of: Type, canary: str = CANARY) -> Any:
    """A value of this type, with the canary wherever a text can stand, also where none may."""
    match of:
        case Nullable(inner):
            return planted(inner, canary)
        case List(inner):
            return [planted(inner, canary), canary]
        case Record(_, fields):
            return {field.name: planted(field.type, canary) for field in fields} | {canary: canary}
        case Scalar() | Enum():
            return canary


def strings(of: Type, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The path of every field that holds a string."""
    match of:
        case Nullable(inner) | List(inner):
            yield from strings(inner, path)
        case Record(_, fields):
            for field in fields:
                yield from strings(field.type, (*path, field.name))
        case Scalar("string"):
            yield path
        case Scalar() | Enum():
            return


def without_guard(of: Type, path: tuple[str, ...]) -> Type:
    """The same type, with the mark taken from one field."""
    match of:
        case Nullable(inner):
            return Nullable(without_guard(inner, path))
        case List(inner, item):
            return List(without_guard(inner, path), item)
        case Record(name, fields):
            return Record(
                name,
                tuple(
                    field._replace(
                        type=without_guard(field.type, path[1:]),
                        leaves=Open("(?s).*") if path[1:] == () else field.leaves,
                    )
                    if field.name == path[0]
                    else field
                    for field in fields
                ),
            )
        case Scalar() | Enum():
            return of


EVERY_STRING = [
    (name, path)
    for name in CATALOGUE
    if (place := places.of_fact(name))
    for path in strings(place.type)
]


def whole(name: str) -> Place:
    place = places.of_fact(name)
    assert place is not None
    return place


def sealed(place: Place, value: Any) -> str:
    """What leaves, as text."""
    gate = minimum._Sealing(numbers, KEY)
    return json.dumps(minimum._walk(place, value, gate), ensure_ascii=False)


@pytest.mark.threat("leaked-name")
@pytest.mark.parametrize("name", CATALOGUE)
def test_no_canary_leaves_in_any_fact(name: str) -> None:
    left = minimum.redact(name, planted(whole(name).type), numbers, KEY)

    assert "Smith" not in json.dumps(left, ensure_ascii=False)


@pytest.mark.parametrize(("name", "path"), EVERY_STRING)
def test_with_one_guard_removed_the_canary_is_found(name: str, path: tuple[str, ...]) -> None:
    guarded = whole(name)
    loose = replace(guarded, type=without_guard(guarded.type, path))
    value = planted(guarded.type)

    assert "Smith" not in sealed(guarded, value)
    assert "Smith" in sealed(loose, value)


def test_there_are_strings_of_every_mark_to_guard() -> None:
    marks = {places.named(".".join((name, *path)))[0].leaves.mark for name, path in EVERY_STRING}

    assert marks == set(Mark)


@pytest.mark.parametrize("name", CATALOGUE)
def test_what_was_redacted_passes_the_check(name: str) -> None:
    minimum.check(name, minimum.redact(name, planted(whole(name).type), numbers, KEY))


@pytest.mark.parametrize("name", CATALOGUE)
def test_what_was_not_redacted_does_not(name: str) -> None:
    with pytest.raises(LeavesTooMuch) as refused:
        minimum.check(name, planted(whole(name).type))
    assert "Smith" not in str(refused.value)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["$unknown", "$items", "$missing", "name", "x"]), inner)
    ),
    max_leaves=8,
)


@given(st.sampled_from(sorted(CATALOGUE)), JSON)
def test_whatever_a_collector_gives_what_leaves_passes_the_check(name: str, value: Any) -> None:
    minimum.check(name, minimum.redact(name, value, numbers, KEY))


def test_each_mark_leaves_as_it_should() -> None:
    left = minimum.redact(
        "users", [{"name": "dr_lee", "id": "S-1-5-21-1", "admin": True}], numbers, KEY
    )

    assert left == [
        {"name": "user-3", "id": minimum.keyed(KEY, "users.id", "S-1-5-21-1"), "admin": True}
    ]


def test_a_local_value_leaves_no_trace() -> None:
    left = minimum.redact("volumes", [{"name": "/srv", "mount": "/srv/patients"}], numbers, KEY)

    assert left == [{"name": "/srv"}]


def test_a_keyed_value_is_the_same_on_two_machines_and_for_one_field_alone() -> None:
    stick = minimum.keyed(KEY, "usb_storage.devices.serial", "1234")

    assert stick == minimum.keyed(KEY, "usb_storage.devices.serial", "1234")
    assert stick != minimum.keyed(KEY, "host.serial", "1234")
    assert stick != minimum.keyed(bytes(32), "usb_storage.devices.serial", "1234")
    assert len(stick) == 14


def test_one_stick_is_known_again_by_rule_and_by_fact() -> None:
    in_fact = minimum.redact("usb_storage", {"devices": [{"serial": "1234"}]}, numbers, KEY)
    in_rule = minimum.redact_seen({"device.serial": "1234"}, numbers, KEY)

    assert in_rule["device.serial"] == in_fact["devices"][0]["serial"]


def test_a_name_whose_number_is_none_does_not_leave() -> None:
    left = minimum.redact("users", [{"name": "dr_lee"}], lambda _, name: name, KEY)

    assert left == [{"name": {"$unknown": "unrecognised"}}]


@pytest.mark.parametrize("name", ["a" * 65, "a\tb", "a\u202eb", "", "a/b"])
def test_an_open_string_is_short_plain_and_of_its_form(name: str) -> None:
    left = minimum.redact("host", {"vendor": name}, numbers, KEY)

    assert left == ({"vendor": name} if name == "a/b" else {"vendor": {"$unknown": "unrecognised"}})


def test_an_incomplete_list_stays_incomplete() -> None:
    value = {"$items": [{"name": "/srv"}], "$missing": "timeout"}

    assert minimum.redact("volumes", value, numbers, KEY) == value
    minimum.check("volumes", value)


@pytest.mark.parametrize(
    "value",
    [{"$items": 5, "$missing": "timeout"}, {"$items": [], "$missing": "Smith"}, "Smith",
     {"$unknown": "Smith"}, [{"$unknown": "Smith"}], {"$items": [], "$missing": ["timeout"]},
     {"$unknown": ["timeout"]}],
)  # fmt: skip
def test_a_hole_has_no_room_for_a_name(value: Any) -> None:
    left = minimum.redact("volumes", value, numbers, KEY)

    assert "Smith" not in json.dumps(left)
    with pytest.raises(LeavesTooMuch):
        minimum.check("volumes", value)


def test_a_fact_that_the_catalogue_lacks_does_not_leave() -> None:
    with pytest.raises(LeavesTooMuch):
        minimum.redact("patients", {}, numbers, KEY)
    with pytest.raises(LeavesTooMuch):
        minimum.check("patients", {})


@pytest.mark.parametrize(
    ("path", "item", "left"),
    [
        ("volumes", "/srv", "/srv"),
        ("volumes", "/srv/Smith John", None),
        ("volumes", "volume-2", "volume-2"),
        ("users", "dr_lee", "user-3"),
        ("users", "user-9", "user-3"),
        ("imaging.roots", "sidexis", "sidexis"),
        ("imaging.exposed", "7f" * 16, "7f" * 16),
        ("imaging.exposed", "finding-1", "finding-1"),
        ("usb_storage.gaps", "uas", "uas"),
        ("usb_storage.gaps", "Smith", None),
        ("volumes", None, None),
        ("patients", "Smith", None),
    ],
)
def test_an_item_goes_by_what_of_its_first_field_may_leave(
    path: str, item: str | None, left: str | None
) -> None:
    assert minimum.redact_item(path, item, numbers, KEY) == left


def test_an_item_that_goes_by_a_local_field_has_no_name_outside() -> None:
    place = places.of_list("volumes")
    assert place is not None
    assert isinstance(place.type, Record)
    hidden = place.type.fields[0]._replace(leaves=Leaves(Mark.LOCAL))
    local = replace(place, type=place.type._replace(fields=(hidden,)))

    assert minimum._item(local, "/srv", minimum._Sealing(numbers, KEY)) is None
    assert not minimum._may_go_by(local, "/srv")


def test_what_a_clause_saw_leaves_by_the_same_marks() -> None:
    left = minimum.redact_seen(
        {
            "volume.protection": "suspended",
            "volume.mount": "/srv/patients",
            "user.name": "dr_lee",
            "host.vendor": "Smith; John",
            "patient.name": "Smith",
            "patching.pending.size()": 4,
            "item": "uas",
            "volume.percent": {"$unknown": "timeout"},
        },
        numbers,
        KEY,
    )

    assert left == {
        "volume.protection": "suspended",
        "user.name": "user-3",
        "host.vendor": {"$unknown": "unrecognised"},
        "patching.pending.size()": 4,
        "item": "uas",
        "volume.percent": {"$unknown": "timeout"},
    }
    minimum.check_seen(left)


@pytest.mark.parametrize(
    "seen",
    [{"patient.name": "x"}, {"volume.mount": "/srv"}, {"volume.mount": {"$unknown": "timeout"}},
     {"user.name": "dr_lee"}, {"volume.protection": "Smith"}, {"volume.percent": "5"}],
)  # fmt: skip
def test_what_may_not_have_been_seen_outside_is_refused(seen: dict[str, Any]) -> None:
    with pytest.raises(LeavesTooMuch) as refused:
        minimum.check_seen(seen)
    assert "Smith" not in str(refused.value)


@pytest.mark.parametrize(
    ("item", "seen"),
    [
        (None, {}),
        ("/srv", {"volume.protection": "suspended"}),
        ("volume-2", {"volume.protection": "suspended"}),
        ("user-3", {"user.admin": True}),
        ("sidexis", {"root.exposed": 1, "volume.protection": "suspended"}),
        ("sidexis", {}),
        ("CS Imaging 8", {"app.source": "registry"}),
        ("uas", {"item": "uas"}),
    ],
)
def test_an_item_may_go_by_a_name_of_its_list(item: str | None, seen: dict[str, Any]) -> None:
    minimum.check_item(item, seen)


@pytest.mark.parametrize(
    ("item", "seen"),
    [
        ("Smith, John", {}),
        ("Smith John", {}),
        ("Smith John", {"user.admin": True}),
        ("Smith, John", {"app.source": "package"}),
        ("/srv/Smith", {"volume.protection": "suspended"}),
        ("dr_lee", {"user.admin": True}),
        ("volume-2", {"user.admin": True}),
        ("Smith", {"item": "uas"}),
    ],
)
def test_an_item_may_not_go_by_another(item: str, seen: dict[str, Any]) -> None:
    with pytest.raises(LeavesTooMuch):
        minimum.check_item(item, seen)
