"""One path at a time: findings open, keep their id, move and close."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from agent.imaging.ledger import Ledger
from tests.agent.imaging.samples.practice import CIPHER, Practice
from tests.agent.imaging.samples.raster import JPEG, PNG


@pytest.fixture
def bitewing(north_quay: Practice) -> Path:
    path = north_quay.put("Smith/bitewing.jpg")
    assert north_quay.look(path)
    return path


def test_an_exposed_file_opens_a_finding(north_quay, bitewing) -> None:
    [finding] = north_quay.findings()

    assert (finding.verdict, finding.kind, finding.reason) == ("plaintext", "image", "content")
    assert (finding.path, finding.root) == (str(bitewing), "images")


def test_what_is_known_is_not_opened_again(north_quay, bitewing) -> None:
    examiner = north_quay.examiner()

    assert not examiner.path(str(bitewing))
    assert examiner.opened == 0


def test_a_finding_keeps_its_id_while_the_file_is_written_anew(north_quay, bitewing) -> None:
    before = north_quay.findings()[0].id
    north_quay.replace(bitewing, PNG)

    assert not north_quay.look(bitewing)
    assert [finding.id for finding in north_quay.findings()] == [before]
    assert north_quay.counts() == {"plaintext": 1}


def test_another_verdict_changes_the_finding(north_quay, bitewing) -> None:
    north_quay.replace(bitewing, bytes(5000))

    assert north_quay.look(bitewing)
    assert north_quay.findings()[0].reason == "all_zero"


def test_encrypting_a_file_fixes_it(north_quay, bitewing, openssl) -> None:
    north_quay.replace(bitewing, openssl.enveloped(JPEG, "-aes-256-cbc"))

    assert north_quay.look(bitewing)
    assert north_quay.findings() == []
    assert [finding.state for finding in north_quay.findings("fixed")] == ["fixed"]
    assert north_quay.counts() == {"encrypted": 1}


def test_a_deleted_file_is_gone(north_quay, bitewing) -> None:
    bitewing.unlink()

    assert north_quay.look(bitewing)
    assert len(north_quay.findings("gone")) == 1
    assert north_quay.counts() == {}
    assert not north_quay.look(bitewing)


def test_a_renamed_file_gets_a_new_id(north_quay, bitewing) -> None:
    old = north_quay.findings()[0].id
    moved = bitewing.rename(bitewing.with_name("moved.jpg"))

    assert north_quay.look(moved)
    assert not north_quay.look(bitewing)
    assert north_quay.paths() == ["moved.jpg"]
    assert north_quay.findings()[0].id != old


def test_a_renamed_file_is_one_finding_in_the_other_order_too(north_quay, bitewing) -> None:
    moved = bitewing.rename(bitewing.with_name("moved.jpg"))
    north_quay.look(bitewing)
    north_quay.look(moved)

    assert north_quay.paths() == ["moved.jpg"]
    assert north_quay.counts() == {"plaintext": 1}


def test_a_hard_link_is_the_same_file(north_quay, bitewing) -> None:
    twin = bitewing.with_name("twin.jpg")
    twin.hardlink_to(bitewing)
    north_quay.look(twin)

    assert north_quay.paths() == ["bitewing.jpg"]
    assert north_quay.counts() == {"plaintext": 1}


def test_a_file_that_lost_one_of_its_names_stays_exposed(north_quay, bitewing) -> None:
    bitewing.with_name("twin.jpg").hardlink_to(bitewing)
    north_quay.look(bitewing)
    bitewing.unlink()
    north_quay.look(bitewing)

    assert len(north_quay.findings()) == 1
    north_quay.sweep()
    assert north_quay.paths() == ["twin.jpg"]


def test_a_link_is_not_followed(north_quay, bitewing, tmp_path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "other.jpg").write_bytes(JPEG)
    (north_quay.images / "link.jpg").symlink_to(outside / "other.jpg")
    (north_quay.images / "door").symlink_to(outside)

    assert not north_quay.look(north_quay.images / "link.jpg")
    assert not north_quay.look(north_quay.images / "door" / "other.jpg")
    assert north_quay.paths() == ["bitewing.jpg"]


def test_a_path_outside_of_all_folders_is_not_touched(north_quay, tmp_path) -> None:
    (tmp_path / "elsewhere.jpg").write_bytes(JPEG)
    assert not north_quay.look(tmp_path / "elsewhere.jpg")
    assert north_quay.counts() == {}


def test_a_fifo_is_no_file(north_quay) -> None:
    os.mkfifo(north_quay.images / "fifo")
    assert not north_quay.look(north_quay.images / "fifo")


def test_a_file_that_killed_its_readers_is_not_opened(north_quay) -> None:
    path = north_quay.put("broken.dcm")
    examiner = north_quay.examiner()

    assert examiner.path(str(path), give_up=True)
    assert examiner.opened == 0
    assert north_quay.findings()[0].reason == "error"


def test_no_path_of_a_sheltered_file_is_kept(north_quay, tmp_path) -> None:
    north_quay.standing.protection = "protected"
    assert not north_quay.look(north_quay.put("Canary_Smith.jpg"))
    north_quay.ledger.commit()

    kept = b"".join(path.read_bytes() for path in north_quay.home.iterdir())
    assert b"Canary_Smith" not in kept
    assert north_quay.counts() == {"plaintext": 1}


def test_a_denied_file_is_asked_again(north_quay) -> None:
    path = north_quay.put("zeros.dcm", bytes(5000))
    north_quay.look(path)
    examiner = north_quay.examiner()
    examiner.path(str(path))

    assert examiner.opened == 1


def test_identity_is_read_where_it_must_not_be(tmp_path) -> None:
    from tests.agent.imaging.samples.dicom import written, xray

    teaching = Practice(tmp_path / "home", tmp_path / "teaching", must_be_deidentified=True)
    teaching.look(teaching.put("a.dcm", written(xray(PatientName="Doe^Jane"))))

    assert [row.identity for row in teaching.ledger.tally("images")] == ["identified"]
    teaching.ledger.close()


def test_a_damaged_ledger_is_put_aside_and_begun_anew(north_quay, bitewing) -> None:
    north_quay.ledger.close()
    path = north_quay.home / "local.sqlite"
    path.write_bytes(b"\x55" * 9000)
    with Ledger.open(path) as ledger:
        assert list(ledger.tally("images")) == []

    assert (north_quay.home / "local.sqlite.damaged").read_bytes() == b"\x55" * 9000
    north_quay.reopen()


def test_the_ledger_is_for_its_owner_alone(north_quay) -> None:
    assert (north_quay.home / "local.sqlite").stat().st_mode & 0o077 == 0


def test_armour_of_strangers_is_unproven(north_quay) -> None:
    north_quay.look(north_quay.put("mail.asc", CIPHER))
    assert [finding.verdict for finding in north_quay.findings()] == ["unknown"]


def test_a_bridge_file_that_each_patient_overwrites_is_one_finding(north_quay) -> None:
    ids = set()
    for patient in ("Smith\tJohn", "Doe\tJane", "Roe\tRichard"):
        path = north_quay.put("PDATA/siomin.sdx", f"{patient}\t01.02.1987\r\n".encode())
        north_quay.look(path)
        north_quay.replace(path, f"{patient}\t03.04.1990\r\n".encode())  # or written anew
        north_quay.look(path)
        [finding] = north_quay.findings()
        ids.add(finding.id)
        assert finding.kind == "bridge"
    assert len(ids) == 1
    assert north_quay.findings("gone") == north_quay.findings("fixed") == []


def test_a_ledger_of_an_earlier_release_is_brought_up_to_date(north_quay) -> None:
    north_quay.standing.protection = "protected"
    north_quay.put("a.jpg")
    north_quay.sweep()
    north_quay.ledger.commit()
    north_quay.ledger.close()
    with closing(sqlite3.connect(north_quay.home / "local.sqlite")) as old:
        old.execute("DROP INDEX imaging_file_mark")
        for table, column in (
            ("imaging_file", "mark"),
            ("imaging_file", "in_part"),
            ("imaging_sweep", "parts"),
        ):
            old.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
        old.commit()
    north_quay.reopen()
    north_quay.put("b.jpg")
    north_quay.sweep()
    assert north_quay.counts() == {"plaintext": 2}
