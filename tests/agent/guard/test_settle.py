"""A file is read when it has come to rest, and too many files become a sweep."""

from hypothesis import given
from hypothesis import strategies as st

from agent.guard.settle import LONGEST_S, Settling
from agent.guard.watch import Rest

BITEWING = "/srv/PDATA/lee/bitewing.dcm"
TOPS = {"sidexis": "/srv/PDATA"}


def still(_path):
    return False


def rested(settling, now):
    return [path for path, _ in settling.rested(now, still)]


def test_a_file_that_is_still_written_to_is_left_alone():
    settling = Settling(TOPS)
    settling.touched("sidexis", BITEWING, Rest.CLOSED, now=10.0)
    settling.touched("sidexis", BITEWING, Rest.CLOSED, now=11.5)

    assert rested(settling, 12.5) == []
    assert rested(settling, 13.5) == [BITEWING]


def test_a_file_that_is_touched_for_ever_is_read_after_a_minute():
    settling = Settling(TOPS)
    for second in range(60):
        settling.touched("sidexis", BITEWING, Rest.CLOSED, now=float(second))

    assert rested(settling, LONGEST_S - 1) == []
    assert rested(settling, LONGEST_S) == [BITEWING]


def test_an_open_file_that_has_just_changed_waits_on():
    settling = Settling(TOPS)
    settling.touched("sidexis", BITEWING, Rest.OPEN, now=0.0)

    assert settling.rested(5.0, lambda _path: True) == []
    assert rested(settling, 7.0) == [BITEWING]


def test_a_part_file_waits_for_its_rename():
    settling = Settling(TOPS)
    settling.touched("sidexis", BITEWING + ".part", Rest.CLOSED, now=0.0)
    settling.touched("sidexis", BITEWING, Rest.CLOSED, now=1.0)

    assert rested(settling, 3.0) == [BITEWING]


def test_too_many_files_of_a_folder_become_its_sweep():
    settling = Settling(TOPS, most=10)
    for number in range(11):
        settling.touched("sidexis", f"/srv/PDATA/lee/{number}.dcm", Rest.CLOSED, now=float(number))

    assert settling.files == {}
    assert [(path, wait.first) for path, wait in settling.to_sweep(60.0)] == [("/srv/PDATA/lee", 0)]


def test_no_sweep_reaches_beyond_its_root():
    settling = Settling(TOPS, most=10)
    for number in range(11):
        settling.touched("sidexis", f"/srv/PDATA/{number}/x.dcm", Rest.CLOSED, now=0.0)

    assert list(settling.sweeps) == ["/srv/PDATA"]


def test_a_file_in_a_folder_that_waits_for_its_sweep_needs_no_place():
    settling = Settling(TOPS)
    settling.missed("sidexis", "/srv/PDATA/lee", now=0.0)
    settling.touched("sidexis", BITEWING, Rest.CLOSED, now=1.0)

    assert settling.files == {}
    assert settling.to_sweep(2.5) == []
    assert [path for path, _ in settling.to_sweep(3.0)] == ["/srv/PDATA/lee"]


def test_a_sweep_takes_the_waiting_files_of_its_folder_with_their_age():
    settling = Settling(TOPS)
    settling.touched("sidexis", BITEWING, Rest.CLOSED, now=1.0)
    settling.missed("sidexis", "/srv/PDATA", now=2.0)

    assert settling.files == {}
    assert settling.oldest("sidexis") == 1.0


NAMES = st.sampled_from(["a", "b", "c"])
PATHS = st.builds(
    lambda *parts: "/srv/PDATA/" + "/".join(parts),
    NAMES,
    NAMES,
    st.text("xyz", min_size=1, max_size=3),
)


@given(st.lists(st.tuples(PATHS, st.booleans(), st.floats(0, 3)), max_size=60), st.integers(1, 8))
def test_every_touched_file_is_asked_of_or_lies_in_a_swept_folder(events, most):
    settling = Settling(TOPS, most=most)
    touched, done, swept, now = set(), set(), set(), 0.0
    for path, is_sweep, pause in events:
        now += pause
        if is_sweep:
            settling.missed("sidexis", path.rpartition("/")[0], now)
        else:
            settling.touched("sidexis", path, Rest.CLOSED, now)
            touched.add(path)
    now += 120
    swept |= {path for path, _ in settling.to_sweep(now)}
    done |= set(rested(settling, now))

    assert all(path in done or any(path.startswith(top + "/") for top in swept) for path in touched)
    assert settling.oldest("sidexis") is None
