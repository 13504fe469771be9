"""A record of the catalogue is frozen, whole, and equal to its like."""

from dataclasses import FrozenInstanceError, fields, replace

import pytest

from rules.facts.record import record


@record
class Screen:
    """When it locks, in minutes."""

    after: int | None
    asks_password: bool


@record
class Shelf:
    """Another record with the same fields."""

    after: int | None
    asks_password: bool


OP1 = Screen(after=10, asks_password=True)


def test_it_is_equal_to_its_like_and_to_nothing_else() -> None:
    assert Screen(asks_password=True, after=10) == OP1
    assert Screen(after=None, asks_password=True) != OP1
    assert Shelf(after=10, asks_password=True) != OP1
    assert OP1 != (10, True)
    assert len({OP1, Screen(after=10, asks_password=True)}) == 1


@pytest.mark.parametrize(
    "values", [{}, {"after": 10}, {"after": 10, "asks_password": True, "on_wake": True}]
)
def test_no_field_can_be_left_out_and_none_added(values) -> None:
    with pytest.raises(TypeError, match="Screen"):
        Screen(**values)


def test_nothing_of_it_can_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        OP1.after = 0
    with pytest.raises(FrozenInstanceError):
        del OP1.after
    with pytest.raises(FrozenInstanceError):
        OP1.on_wake = True
    assert not hasattr(OP1, "__dict__")


def test_it_is_a_data_class_to_who_asks() -> None:
    assert [field.name for field in fields(Screen)] == ["after", "asks_password"]
    assert replace(OP1, after=None) == Screen(after=None, asks_password=True)
    assert repr(OP1) == "Screen(after=10, asks_password=True)"
