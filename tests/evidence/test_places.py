"""What stands at this path of the catalogue?"""

import pytest

from evidence import places
from rules.facts.types import BOOL, INT, Mark


@pytest.mark.parametrize(
    ("path", "found", "mark"),
    [
        ("host.serial", "host.serial", Mark.KEYED),
        ("user.name", "users.name", Mark.NUMBERED),
        ("users[3].name", "users.name", Mark.NUMBERED),
        ("user.lock.after", "users.lock.after", Mark.OPEN),
        ("device.serial", "usb_storage.devices.serial", Mark.KEYED),
        ("usb_storage.devices[0].serial", "usb_storage.devices.serial", Mark.KEYED),
        ("root.path", "imaging.roots.path", Mark.LOCAL),
        ("volume.mount", "volumes.mount", Mark.LOCAL),
        ("root.counts.plaintext", "imaging.roots.counts.plaintext", Mark.OPEN),
    ],
)
def test_a_value_has_one_place_whoever_names_it(path: str, found: str, mark: Mark) -> None:
    (place,) = places.named(path)

    assert (place.path, place.leaves.mark) == (found, mark)


@pytest.mark.parametrize(
    "path",
    ["", "patient", "host.patient", "user.lock.after.more", "host.serial.size()", "host.size().x"],
)
def test_a_path_that_the_catalogue_lacks_has_no_place(path: str) -> None:
    assert places.named(path) == ()


def test_the_length_of_a_list_is_a_number() -> None:
    (place,) = places.named("patching.pending.size()")

    assert place.type == INT


def test_the_word_item_stands_for_any_plain_list() -> None:
    found = {place.path for place in places.named("item")}

    assert {"usb_storage.gaps", "volumes.protectors", "agent.over_budget"} <= found


def test_each_word_for_an_item_means_one_list() -> None:
    words = [place.word for place in places.all_items() if place.word != "item"]

    assert len(words) == len(set(words))


def test_an_item_goes_by_its_first_field() -> None:
    volumes, gaps = places.of_list("volumes"), places.of_list("usb_storage.gaps")

    assert volumes is not None
    assert gaps is not None
    assert places.first_field(volumes).path == "volumes.name"
    assert places.first_field(gaps) is gaps
    assert places.of_list("host") is None
    assert places.of_fact("patients") is None


def test_the_type_of_a_place_is_that_of_the_catalogue() -> None:
    (place,) = places.named("user.admin")

    assert place.type == BOOL
    assert place.noun == "user"
