"""Our own part of an environment tells nothing of when and where it was built."""

from shipping import environment


def test_our_wheel_is_the_same_bytes_each_time(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    made = []
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        made.append(environment.wheel(tmp_path / name).read_bytes())

    assert made[0] == made[1]
