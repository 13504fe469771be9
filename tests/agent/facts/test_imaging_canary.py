"""What the imaging folders and everybody's clients are called leaves in no word of the fact.

Every table of the ledger is filled first: findings, sums of contents, signs of an upheaval, what
labels say, what is kept too long, and the folders that clients carry away.
"""

import base64
import json
import logging
import os
import sqlite3
import unicodedata
from pathlib import Path
from urllib.parse import quote

import pytest

from agent.imaging.sweep import sweep
from agent.settings import LabelSetting
from evidence import minimum
from tests.agent.facts.test_imaging import NOISE, Homes, Machine
from tests.agent.imaging.clouds.clients import dropbox, nextcloud, syncthing
from tests.agent.imaging.samples.practice import Practice
from tests.agent.imaging.test_integrity import rot

MARK = "Zwetschkenbäum1987"
WHERE = ("Root", "Folder", "File", "Cloud", "Home", "Note")


def name(where: str) -> str:
    return f"{MARK}{where}"


def spellings(text: str) -> set[bytes]:
    """UTF-8, UTF-16, base64, percent, NFC and NFD, and as JSON escapes it."""
    found: set[bytes] = set()
    for form in ("NFC", "NFD"):
        said = unicodedata.normalize(form, text)
        for raw in (said.encode(), said.encode("utf-16-le"), said.encode("utf-16-be")):
            found |= {raw, raw.hex().encode()}
            found |= {base64.b64encode(b"\0" * lead + raw)[4:-4] for lead in range(3)}
        found |= {quote(said, safe="").encode(), json.dumps(said)[1:-1].encode()}
    return found


def leaks(data: bytes) -> list[str]:
    return [where for where in WHERE if any(one in data for one in spellings(name(where)))]


@pytest.fixture
def full(tmp_path: Path):
    """A practice in which everything that can be noted has been noted."""
    word = LabelSetting(match="*.vbk", says="plaintext", by="msp_tech", until=None)
    practice = Practice(
        tmp_path / "home",
        tmp_path / name("Root"),
        labels=(word,),
        keep_years=1,
        integrity=True,
    )
    machine = Machine(practice)
    machine.host = Homes(tmp_path / name("Home"))
    folders = [practice.images / f"{number}{name('Folder')}" for number in range(4)]
    cloud = practice.images / name("Cloud")
    cloud.mkdir()
    machine.host.put(".dropbox/info.json", dropbox(str(cloud)))
    machine.host.put(".config/syncthing/config.xml", syncthing(str(folders[0])))
    machine.host.put(".config/Nextcloud/nextcloud.cfg", nextcloud(f"{folders[1]}/"))
    machine.read()  # the patrol learns what is carried away
    paths = [
        practice.put(f"{folder.name}/{number}{name('File')}.jpg")
        for folder in folders
        for number in range(10)
    ]
    practice.put(f"{name('Cloud')}/{name('File')}.vbk", NOISE)
    os.utime(paths[0], (1.0, 1.0))
    _sweep(practice)
    rot(paths[1])
    for path in paths[2:]:
        path.write_bytes(NOISE)
    for folder in folders:
        (folder / f"{name('Note')}.txt").write_text(f"pay for {name('File')}")
    practice.now += 31 * 86_400
    _sweep(practice)
    yield machine
    practice.ledger.close()


def _sweep(practice: Practice) -> None:
    examiner = practice.examiner()
    examiner.roots = practice.roots.carrying(practice.ledger.carried.all())
    sweep(examiner, examiner.roots.all[0], practice.now)


def test_no_name_leaves_with_the_fact_and_each_stands_in_the_ledger(full, caplog) -> None:
    with caplog.at_level(logging.DEBUG):
        value = full.read()
    [root] = value["roots"]
    assert root["cloud_sync"] in ("dropbox", "other")
    assert value["mass_change"]["state"] == "suspected"
    assert root["past_retention"] >= 1
    assert root["silently_changed"] == 1
    assert any(one.get("role") == "outbox" for one in items(value["exposed"]))

    sealed = minimum.redact("imaging", value, lambda noun, _: f"{noun}-1", b"k" * 32)
    minimum.check("imaging", sealed)
    assert leaks(json.dumps(sealed).encode()) == []
    assert leaks(json.dumps(sealed, ensure_ascii=False).encode()) == []
    assert leaks(caplog.text.encode()) == []


def test_with_the_mark_taken_away_the_same_search_finds_the_name(full) -> None:
    """The control: what the redaction holds back is there to be found."""
    assert leaks(json.dumps(full.read()).encode()) == ["Root"]
    ledger = full.practice.home / "local.sqlite"
    with sqlite3.connect(ledger) as database:
        stored = b"".join(
            str(row).encode() + b"".join(one for one in row if isinstance(one, bytes))
            for table in ("imaging_finding", "imaging_carried")
            for row in database.execute(f"SELECT * FROM {table}")
        )
    database.close()
    assert {"Root", "Folder", "File", "Cloud"} <= set(leaks(stored))


def items(value: object) -> list:
    return value["$items"] if isinstance(value, dict) else value
