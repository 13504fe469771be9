"""What ransomware does to a store, what a nightly conversion does, and what people do all day."""

import random
from datetime import time

import pytest

from agent.imaging.upheaval import Sign, suspected, within

NOISE = random.Random(6).randbytes(9000)
DAY = 86_400.0


@pytest.fixture
def store(north_quay):
    """Sixty pictures of twelve patients, all of them judged."""
    for patient in range(12):
        for number in range(5):
            north_quay.put(f"{patient}/{number}.jpg")
    north_quay.sweep()
    return north_quay


def weighed(store, batch=None):
    store.ledger.upheavals.weigh("images", sum(store.counts().values()), batch, store.now)
    return store.ledger.upheavals.all()


def pictures(store):
    return sorted(store.images.rglob("*.jpg"))


def test_files_rewritten_in_place_are_suspected(store) -> None:
    for path in pictures(store)[:25]:
        path.write_bytes(NOISE)
        store.look(path)
        store.now += 1
    found = weighed(store)
    assert (found.files, found.expected) == (25, False)
    assert store.ledger.upheavals.stirred()
    assert not store.ledger.upheavals.stirred()


def test_files_that_vanish_beside_a_longer_name_are_suspected(store) -> None:
    for path in pictures(store)[:25]:
        path.with_name(path.name + ".locked").write_bytes(NOISE)
        store.look(path.with_name(path.name + ".locked"))
        path.unlink()
        store.look(path)
    assert weighed(store).files == 25


def test_a_rename_storm_is_suspected_whatever_comes_first(store) -> None:
    for path in pictures(store)[:25]:
        path.unlink()
        store.look(path)
        path.with_name(path.name + ".crypt").write_bytes(NOISE)
        store.look(path.with_name(path.name + ".crypt"))
    assert weighed(store) is not None


@pytest.mark.parametrize("protection", ["protected", "unprotected"])
@pytest.mark.parametrize("is_seen_before", [False, True])
def test_files_replaced_by_another_under_their_name_are_suspected(
    store, protection, is_seen_before
) -> None:
    """Programs write a new file and rename it over the old; so does some ransomware."""
    store.standing.protection = protection
    store.sweep()
    for path in pictures(store)[:25]:
        fresh = path.with_name(path.name + ".tmp")
        fresh.write_bytes(NOISE)
        if is_seen_before:
            store.look(fresh)
        fresh.replace(path)
        store.look(path)
    assert weighed(store).files == 25


def test_pictures_that_are_saved_anew_are_not(store) -> None:
    for path in pictures(store):
        store.look(store.replace(path, path.read_bytes() + b"edited"))
    assert weighed(store) is None


def test_what_replaced_a_file_is_seen_by_a_sweep_too(store) -> None:
    for path in pictures(store)[:25]:
        store.replace(path, NOISE)
    store.sweep()
    assert weighed(store).files >= 24  # the number of a lost file may be given to another


def test_names_of_safe_files_stand_in_no_table(store) -> None:
    store.ledger.commit()
    stored = b"".join(one.read_bytes() for one in store.home.glob("local.sqlite*"))
    assert b".jpg" in stored  # the control: those of findings do
    store.standing.protection = "protected"
    sealed = store.put("Smith_John_1987.jpg")
    store.sweep()
    store.ledger.commit()
    stored = b"".join(one.read_bytes() for one in store.home.glob("local.sqlite*"))
    assert sealed.name.encode() not in stored


def test_a_sweep_sees_what_happened_while_nobody_watched(store) -> None:
    for path in pictures(store)[:25]:
        path.write_bytes(NOISE)
    store.sweep()
    assert weighed(store).files == 25


def test_a_demand_beside_a_few_lost_files_is_enough(store) -> None:
    for path in pictures(store)[:6]:
        path.write_bytes(NOISE)
        store.look(path)
    assert weighed(store) is None
    for patient in range(3):
        store.look(store.put(f"{patient}/READ_ME.html", b"<p>Pay, or lose them all.</p>" * 9))
    found = weighed(store)
    assert found is not None
    assert found.note


@pytest.mark.parametrize("name", ["Patient.xml", "info.txt"])
def test_a_text_in_every_folder_by_itself_is_no_sign(store, name) -> None:
    for patient in range(12):
        store.look(store.put(f"{patient}/{name}", b"<Patient/>" * 9))
    assert weighed(store) is None


def test_a_days_work_is_no_sign(store) -> None:
    for path in pictures(store)[:30]:
        path.unlink()
        store.look(path)
    for number in range(30):
        store.look(store.put(f"{number % 4}/new{number}.jpg.gz", NOISE))
        store.look(store.put(f"new/{number}.7z", NOISE))
        store.now += 5
    assert weighed(store) is None


def test_slow_work_over_a_day_is_no_sign(store) -> None:
    for path in pictures(store):
        path.write_bytes(NOISE)
        store.look(path)
        store.now += 120
    assert weighed(store) is None


def test_a_small_folder_is_suspected_by_its_share(north_quay) -> None:
    for number in range(8):
        north_quay.put(f"{number}.jpg")
    north_quay.sweep()
    for number in range(7):
        (north_quay.images / f"{number}.jpg").write_bytes(NOISE)
    north_quay.sweep()
    assert weighed(north_quay).files == 7


def test_a_suspicion_stays_for_a_week_and_signs_for_a_day(store) -> None:
    for path in pictures(store)[:25]:
        path.write_bytes(NOISE)
        store.look(path)
    assert weighed(store)
    store.now += 6 * DAY
    assert weighed(store)
    store.now += 2 * DAY
    assert weighed(store) is None


def test_what_comes_in_the_hours_of_the_batch_is_expected(store) -> None:
    for path in pictures(store)[:25]:
        path.write_bytes(NOISE)
        store.look(path)
    always = (time(0, 0), time(23, 59, 59))
    assert weighed(store, always).expected
    for path in pictures(store)[25:50]:
        path.write_bytes(NOISE)
        store.look(path)
    assert not weighed(store).expected


@pytest.mark.parametrize(
    ("batch", "inside"),
    [
        (None, False),
        ((time(0, 0), time(23, 59, 59)), True),
        ((time(12, 0), time(12, 0)), False),
    ],
)
def test_hours_are_told(batch, inside) -> None:
    assert within(batch, 1_800_000_000.0) is inside


def test_marks_tell_nothing_of_names(north_quay) -> None:
    north_quay.standing.protection = "protected"  # no finding, so no path is kept
    store, path = north_quay, north_quay.put("Smith_John.jpg")
    north_quay.sweep()
    path.unlink()
    store.look(path)
    store.ledger.commit()
    raw = (store.home / "local.sqlite").read_bytes() + (
        store.home / "local.sqlite-wal"
    ).read_bytes()
    assert path.name.encode() not in raw


def test_the_window_is_ten_minutes_wherever_it_lies() -> None:
    signs = [Sign(1000 + 29.0 * n, "turned", bytes([n]), bytes([n % 3])) for n in range(20)]
    assert suspected(signs, 1000) is not None
    slow = [Sign(1000 + 33.0 * n, "turned", bytes([n]), bytes([n % 3])) for n in range(20)]
    assert suspected(slow, 1000) is None
    assert suspected([Sign(1, "turned", b"a", b"b")] * 40, 1000) is None
