"""The catalogue holds what the rules and the wire rely on."""

from datetime import UTC, datetime, timedelta

import pytest

from rules.facts.base import Cost, Items, Reading, Reason, Source, Status, Unknown, Why
from rules.facts.describe import describe, type_of
from rules.facts.form import encode, from_json, holes, misfits, to_json
from rules.facts.index import CATALOGUE, FACTS
from rules.facts.types import INT, List, Mark, Nullable, Record, Scalar, Type, Version
from rules.facts.usb_storage import Layer
from rules.facts.volumes import VOLUMES


def strings(of: Type) -> bool:
    while isinstance(of, Nullable | List):
        of = of.of
    return isinstance(of, Scalar) and of.name == "string"


def records(of: Type) -> list[Record]:
    if isinstance(of, Nullable | List):
        return records(of.of)
    if isinstance(of, Record):
        return [of, *(inner for field in of.fields for inner in records(field.type))]
    return []


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.name)
def test_every_string_says_what_of_it_may_leave(fact) -> None:
    fields = [field for record in records(type_of(fact)) for field in record.fields]
    assert fields
    for field in fields:
        if strings(field.type):
            assert field.leaves.mark is not Mark.OPEN or field.leaves.pattern, field.name


def test_a_string_without_a_mark_is_refused() -> None:
    from dataclasses import make_dataclass

    forgetful = make_dataclass("Forgetful", [("name", str)])
    with pytest.raises(TypeError, match=r"Forgetful\.name"):
        describe(forgetful)


def test_items_are_called_by_the_name_of_their_record() -> None:
    assert type_of(VOLUMES).item == "volume"
    assert type_of(CATALOGUE["imaging"]).field("exposed").type.item == "finding"


def test_an_unknown_is_neither_true_nor_false() -> None:
    with pytest.raises(TypeError, match="timeout"):
        bool(Unknown(Why.TIMEOUT))


def test_a_value_that_was_not_read_keeps_its_reason_in_json() -> None:
    layers = Items((Layer(name="driver", effective=Unknown(Why.TIMEOUT)),), Why.TOO_LARGE)
    value = encode(layers)
    assert value == {
        "$items": [{"name": "driver", "effective": {"$unknown": "timeout"}}],
        "$missing": "too_large",
    }
    assert list(holes(value, "layers")) == [
        Reason(Why.TIMEOUT, "layers[0].effective"),
        Reason(Why.TOO_LARGE, "layers"),
    ]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ([{"protection": 7}], "volumes[0].protection: not one of protected"),
        ([{"protecton": "protected"}], "volumes[0]: a volume has no field 'protecton'"),
        ([{"size": True}], "volumes[0].size: not a int"),
        ([{"state_since": "yesterday"}], "volumes[0].state_since: not a timestamp"),
        ({"$items": [], "$missing": "because"}, "volumes: not a list"),
        ([{"name": {"$unknown": "because"}}], "volumes[0].name: not a string"),
    ],
)
def test_a_value_of_another_shape_is_named(value, said) -> None:
    assert [text for text in misfits(type_of(VOLUMES), value, "volumes") if text.startswith(said)]


def test_an_unread_leaf_fits_every_type() -> None:
    assert list(misfits(INT, {"$unknown": "timeout"}, "size")) == []


def test_a_reading_survives_its_json() -> None:
    reading = Reading(
        fact="volumes",
        status=Status.PARTIAL,
        value=[{"name": "/", "protection": {"$unknown": "timeout"}}],
        observed_at=datetime(2026, 11, 22, 13, 40, tzinfo=UTC),
        ttl=timedelta(minutes=5),
        reasons=(Reason(Why.TIMEOUT, "volumes[0].protection"),),
        source=(Source("run:dmsetup table", 0), Source("read:/proc/1/mountinfo")),
        confidence="derived",
        privilege="root",
        cost=Cost(212, 31, 1),
    )
    assert from_json(to_json(reading)) == reading


@pytest.mark.parametrize("text", ["", "1.", "1.a", "１.2", "1.2.3.4.5.6.7.8.9", "-1"])
def test_what_is_not_numbers_and_dots_is_no_version(text) -> None:
    with pytest.raises(ValueError, match="no version"):
        Version.parse(text)
