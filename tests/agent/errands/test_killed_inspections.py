"""Forty SIGKILLs of `inspect`: what it answered is in the ledger, and every file is judged rightly.

Real processes over a real folder, asked as the guard asks: each file until it has been answered.
"""

import json
import os
import select
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from agent.paths import Home
from tests.agent.errands.nursery import KILLS, Errand, Nursery, nursery
from tests.agent.imaging.samples.practice import CIPHER
from tests.agent.imaging.samples.raster import JPEG, PNG

CONTENTS = (JPEG, PNG, CIPHER)
FILES, AT_ONCE = 60, 12


@dataclass
class Room:
    """An export folder, its ledger, and who asks of it as the guard does."""

    home: Home
    folder: Path
    nursery: Nursery
    holds: dict[Path, bytes] = field(default_factory=dict)

    def put(self, number: int, data: bytes) -> Path:
        """As programs save: a new file, renamed over the old."""
        path = self.folder / f"{number}.bin"
        fresh = path.with_suffix(".tmp")
        fresh.write_bytes(data)
        self.holds[fresh.replace(path)] = data
        return path

    def rows(self, query: str) -> list[tuple]:
        with closing(sqlite3.connect(f"file:{self.home.local}?mode=ro", uri=True)) as ledger:
            return ledger.execute(query).fetchall()

    def judged(self) -> dict[Path, str]:
        """What the ledger says of the files as they lie here now."""
        query = "SELECT device, inode, size, modified_ns, verdict FROM imaging_file"
        said = {tuple(file): verdict for *file, verdict in self.rows(query)}
        there = {path: path.stat() for path in self.holds}
        files = {
            path: (at.st_dev, at.st_ino, at.st_size, at.st_mtime_ns) for path, at in there.items()
        }
        return {path: said[file] for path, file in files.items() if file in said}

    def exposed(self) -> dict[str, tuple[int, int]]:
        """Open findings: id and file."""
        query = "SELECT id, device, inode FROM imaging_finding WHERE state = 'open'"
        return {name: (device, inode) for name, device, inode in self.rows(query)}

    @contextmanager
    def inspecting(self, paths: Sequence[Path]) -> Iterator["Inspecting"]:
        """Begin one that is asked of these files, all at once."""
        pipes = self.home.root / "questions", self.home.root / "answers"
        for pipe in pipes:
            os.mkfifo(pipe)
        # Opened for both, so that nobody waits for the other to open his end.
        ends = [os.open(pipe, os.O_RDWR | os.O_NONBLOCK) for pipe in pipes]
        try:
            errand = self.nursery.begin("inspect", stdin=pipes[0], stdout=pipes[1])
            for number, path in enumerate(paths):
                asked = {"id": number, "file": str(path), "root": "export", "at": time.time()}
                os.write(ends[0], json.dumps(asked).encode() + b"\n")
            yield Inspecting(errand, ends[1], paths)
        finally:
            errand.kill()
            for pipe, end in zip(pipes, ends, strict=True):
                os.close(end)
                pipe.unlink()


@dataclass
class Inspecting:
    """One life of the errand, and what it has answered."""

    errand: Errand
    answers: int
    paths: Sequence[Path]
    heard: bytes = b""

    def hear(self, least: int) -> None:
        """Until so many were answered."""
        while self.heard.count(b"\n") < least:
            assert select.select([self.answers], [], [], 30)[0], "no answer came"
            self.heard += os.read(self.answers, 65536)

    def answered(self) -> list[Path]:
        """Of which files whole lines came, to the last one before its end."""
        while select.select([self.answers], [], [], 0)[0]:
            self.heard += os.read(self.answers, 65536)
        whole = self.heard.rpartition(b"\n")[0]
        return [self.paths[json.loads(line)["id"]] for line in whole.split(b"\n") if line]


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    home, folder = Home.at(tmp_path / "home"), tmp_path / "export"
    folder.mkdir()
    home.create()
    home.settings.write_text(
        f'defer_sweeps = false\n[[imaging.root]]\nlabel = "export"\npath = "{folder}"\n'
        'role = "export"\n'
    )
    with nursery(home.root, "agent.errands.inspect") as made:
        yield Room(home, folder, made)


@pytest.fixture
def verdicts(room: Room) -> dict[bytes, str]:
    """What each content is, when nobody disturbs."""
    paths = {room.put(number, data): data for number, data in enumerate(CONTENTS)}
    with room.inspecting(list(paths)) as inspecting:
        inspecting.hear(len(paths))
    found = {paths[path]: verdict for path, verdict in room.judged().items()}
    assert found[JPEG] == "plaintext" != found[CIPHER]
    return found


@pytest.mark.slow
@pytest.mark.threat("power-loss")
def test_forty_kills_leave_no_file_unjudged_and_none_judged_wrongly(
    room: Room, verdicts: dict[bytes, str]
) -> None:
    dice, killed = room.nursery.dice, 0
    pending = {room.put(number, dice.choice(CONTENTS)) for number in range(FILES)}
    while killed < KILLS:
        asked = dice.sample(sorted(pending), min(AT_ONCE, len(pending)))
        with room.inspecting(asked) as inspecting:
            inspecting.hear(dice.randint(0, AT_ONCE // 2))
            time.sleep(dice.uniform(0, 0.01))
            killed += inspecting.errand.kill()
            answered = inspecting.answered()
        judged = room.judged()
        assert all(judged[path] == verdicts[room.holds[path]] for path in answered)
        pending.difference_update(answered)
        changed = dice.sample(range(FILES), AT_ONCE // 2)
        pending |= {room.put(number, dice.choice(CONTENTS)) for number in changed}

    for _ in range(FILES):
        if not pending:
            break
        asked = sorted(pending)[:AT_ONCE]
        with room.inspecting(asked) as inspecting:
            inspecting.hear(len(asked))
            pending.difference_update(inspecting.answered())
    assert room.judged() == {path: verdicts[data] for path, data in room.holds.items()}
    exposed = [path.stat() for path, data in room.holds.items() if verdicts[data] == "plaintext"]
    there = sorted((at.st_dev, at.st_ino) for at in exposed)
    assert [file for file in sorted(room.exposed().values()) if file in there] == there
