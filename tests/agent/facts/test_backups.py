"""How old each copy is, whether it is encrypted, and that nothing on the images' disk is one."""

import os
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from agent.facts.backups import linux as backups
from agent.facts.memory import Memory
from agent.host.local import LocalHost
from agent.host.tree import TreeHost
from agent.settings import BackupSetting, RootSetting, Settings
from rules.facts.backups import Copy
from rules.facts.base import Items, Unknown, Why
from rules.facts.form import instant
from tests.agent.facts.clinic import NOW, about, segment
from tests.agent.storage.machine import Machine

LAST_NIGHT = "2026-11-22T01:00:00Z"
LAST_WEEK = "2026-11-15T01:00:00Z"
STORE = RootSetting(label="xray", path=Path("/srv/xray"), role="store")
VAULT = BackupSetting(
    name="vault",
    path=Path("/mnt/vault"),
    destination="usb",
    offsite=True,
    immutable=False,
    images=True,
    database=True,
)
IN_CLEAR, IN_THE_REPOSITORY, ONLY_SIGNED, BY_KEY_FILE = 2, 3, 7, 0


def file(text: str = "x", at: str = LAST_NIGHT) -> dict[str, Any]:
    return {"text": text, "modified": at}


def restic(path: str, at: str = LAST_NIGHT, packs: int = 2) -> dict[str, Any]:
    names = {f"{path}/data/0{n}/{n}abc": file() for n in range(packs)}
    return names | {
        f"{path}/config": file(),
        f"{path}/index/1": file(),
        f"{path}/keys/1": file(),
        f"{path}/snapshots/1": file(at=LAST_WEEK),
        f"{path}/snapshots/2": file(at=at),
    }


def borg(path: str, kind: int = IN_THE_REPOSITORY, at: str = LAST_NIGHT) -> dict[str, Any]:
    return {
        f"{path}/README": file(),
        f"{path}/config": file("[repository]\n"),
        f"{path}/index.1": file(at=at),
        f"{path}/data/0/0": {"b64": segment(kind), "modified": at},
        f"{path}/data/0/1": {"b64": segment(None), "modified": at},
    }


def machine(files: dict[str, Any], *, vault: str | None = "plain") -> TreeHost:
    """Images on the first disk; /mnt/vault is a stick, plain or encrypted, or is away."""
    programs = {"lsattr -d --": "--------------e------- /x\n"}
    built = Machine(files={"/srv/xray": {"folder": True}} | files, programs=programs)
    built.mount(built.partition(built.disk("sda", "8:0"), "8:2"), "/")
    built.mount(built.partition(built.disk("sdc", "8:32"), "8:33"), "/backup")
    if vault:
        stick = built.disk("sdb", "8:16", bus="pci/usb1/1-2/1-2:1.0")
        below = built.crypt("vault", stick) if vault == "encrypted" else stick
        built.mount(below, "/mnt/vault")
    return built.host()


def collected(
    host: TreeHost | LocalHost, *declared: BackupSetting, memory: Memory | None = None, **more: Any
) -> Any:
    decided = Settings(roots=(STORE,), backups=declared, **more)
    return backups.linux(host, replace(about(memory), settings=decided))


def only(
    host: TreeHost | LocalHost, *declared: BackupSetting, memory: Memory | None = None, **more: Any
) -> Copy:
    (one,) = collected(host, *declared, memory=memory, **more).copies.items
    return one


def test_a_restic_repository_is_as_old_as_its_newest_snapshot() -> None:
    one = only(machine(restic("/mnt/vault/restic")), replace(VAULT, path=Path("/mnt/vault/restic")))
    assert (one.product, one.last_success, one.ok) == ("restic", instant(LAST_NIGHT), True)
    assert one.encrypted is True


def test_a_restic_repository_without_a_snapshot_holds_nothing() -> None:
    files = {name: said for name, said in restic("/backup/r").items() if "snapshots/" not in name}
    files["/backup/r/snapshots"] = {"folder": True}
    one = only(machine(files))
    assert (one.last_success, one.ok) == (None, False)


def test_a_snapshot_that_was_cut_to_nothing_does_not_count() -> None:
    files = restic("/backup/r") | {"/backup/r/snapshots/2": file("")}
    assert only(machine(files)).last_success == instant(LAST_WEEK)


@pytest.mark.parametrize(
    ("kind", "encrypted"),
    [(IN_CLEAR, False), (ONLY_SIGNED, False), (IN_THE_REPOSITORY, True), (BY_KEY_FILE, True)],
)
def test_borgs_data_say_whether_they_are_encrypted(kind, encrypted) -> None:
    one = only(machine(borg("/backup/borg", kind)))
    assert (one.product, one.encrypted) == ("borg", encrypted)
    assert (one.last_success, one.ok) == (instant(LAST_NIGHT), True)


def test_what_borg_is_declared_to_be_does_not_matter() -> None:
    said = replace(VAULT, path=Path("/mnt/vault/borg"), encrypted=True)
    assert only(machine(borg("/mnt/vault/borg", ONLY_SIGNED)), said).encrypted is False


def test_data_of_another_kind_prove_nothing() -> None:
    assert only(machine(borg("/backup/b", 0x40))).encrypted == Unknown(Why.PARSE_ERROR)


def test_what_is_found_is_the_practices_to_explain() -> None:
    said = collected(machine(restic("/backup/r")))
    (one,) = said.copies.items
    assert (one.name, one.destination, one.offsite) == ("found-1", "local", False)
    assert one.covers_images == one.covers_database == Unknown(Why.NOT_COLLECTED)
    assert said.copies.missing is Why.NOT_COLLECTED


def test_where_nothing_is_declared_nothing_is_proven() -> None:
    assert collected(machine({})).copies == Items((), Why.NOT_COLLECTED)


def test_what_is_declared_is_the_whole_list() -> None:
    said = collected(machine({"/mnt/vault/x.vbk": file()}), VAULT)
    assert (len(said.copies.items), said.copies.missing) == (1, None)


def test_a_repository_that_is_declared_is_not_found_again() -> None:
    said = collected(machine(restic("/mnt/vault/restic")), VAULT)
    assert [one.name for one in said.copies.items] == ["vault"]


def test_a_folder_is_as_old_as_the_newest_file_with_something_in_it() -> None:
    files = {
        "/mnt/vault/2026/monday.vbk": file(at=LAST_NIGHT),
        "/mnt/vault/old.vbk": file(at=LAST_WEEK),
        "/mnt/vault/broken.vbk": file("", at="2026-11-22T11:00:00Z"),
    }
    one = only(machine(files), replace(VAULT, by="veeam"))
    assert (one.product, one.last_success, one.ok) == ("veeam", instant(LAST_NIGHT), True)


def test_a_date_that_is_yet_to_come_is_no_age() -> None:
    files = {"/mnt/vault/x.vbk": file(at="2027-01-01T00:00:00Z")}
    assert only(machine(files), VAULT).last_success == Unknown(Why.CONFLICT)
    files["/mnt/vault/old.vbk"] = file(at=LAST_WEEK)
    assert only(machine(files), VAULT).last_success == instant(LAST_WEEK)


def test_of_more_files_than_are_looked_at_the_folder_that_changed_last_comes_first() -> None:
    old = {f"/mnt/vault/a/{n}": file(at=LAST_WEEK) for n in range(5100)}
    new = {"/mnt/vault/b": {"folder": True, "modified": LAST_NIGHT}, "/mnt/vault/b/x": file()}
    one = only(machine(old | new), VAULT)
    assert (one.last_success, one.shrunk) == (instant(LAST_NIGHT), Unknown(Why.TOO_LARGE))


@pytest.mark.parametrize(
    ("vault", "word", "encrypted"),
    [
        ("plain", None, False),
        ("encrypted", None, True),
        ("plain", True, True),
        ("encrypted", False, False),
    ],
)
def test_plain_files_are_as_safe_as_their_volume_or_somebodys_word(vault, word, encrypted) -> None:
    host = machine({"/mnt/vault/x.vbk": file()}, vault=vault)
    assert only(host, replace(VAULT, encrypted=word)).encrypted is encrypted


@pytest.mark.parametrize("path", ["/srv/copies", "/backup/.zfs/snapshot/daily"])
def test_a_copy_beside_the_images_and_a_snapshot_are_none(path) -> None:
    said = replace(VAULT, path=Path(path), destination="local")
    one = only(machine({f"{path}/x.vbk": file()}), said)
    assert (one.last_success, one.ok) == (instant(LAST_NIGHT), False)


def test_an_imaging_folder_of_copies_needs_no_second_word() -> None:
    folder = RootSetting(label="copies", path=Path("/mnt/vault"), role="backup")
    host = machine({"/mnt/vault/x.vbk": file()})
    decided = Settings(roots=(STORE, folder))
    (one,) = backups.linux(host, replace(about(), settings=decided)).copies.items
    assert (one.name, one.destination, one.covers_images) == ("copies", "usb", True)


def test_another_machine_is_not_looked_into() -> None:
    one = only(machine({}), replace(VAULT, path=None, host="nas.practice", destination="nas"))
    assert one.last_success == one.ok == one.encrypted == Unknown(Why.NOT_LOCAL)
    assert (one.offsite, one.covers_images) == (True, True)


@pytest.fixture
def memory(tmp_path) -> Memory:
    return Memory.create(tmp_path / "local.sqlite")


@pytest.mark.parametrize("left", [{}, {"/mnt/vault": {"folder": True}}])
def test_a_disk_that_is_away_keeps_its_date(memory, left) -> None:
    host = machine({"/mnt/vault/x.vbk": file()}, vault="encrypted")
    only(host, VAULT, memory=memory)
    memory.save()

    one = only(machine(left, vault=None), VAULT, memory=Memory.open(memory.path))

    assert (one.last_success, one.ok, one.encrypted) == (instant(LAST_NIGHT), True, True)


def test_what_was_written_while_the_disk_was_away_is_no_copy(memory) -> None:
    only(machine({"/mnt/vault/x": file(at=LAST_WEEK)}), VAULT, memory=memory)
    host = machine({"/mnt/vault/x": file(at=LAST_NIGHT)}, vault=None)
    assert only(host, VAULT, memory=memory).last_success == instant(LAST_WEEK)


def test_a_disk_that_was_never_seen_has_no_date() -> None:
    one = only(machine({}, vault=None), VAULT)
    assert one.last_success == one.ok == Unknown(Why.NOT_COLLECTED)


def test_a_copy_that_lost_half_has_shrunk_until_that_is_old(memory) -> None:
    whole = {"/mnt/vault/a": file("x" * 100), "/mnt/vault/b": file("x" * 100)}
    half = {"/mnt/vault/a": file("x" * 90)}

    def shrunk(files: dict[str, Any], days: int = 0) -> bool | None:
        later = replace(
            about(memory),
            settings=Settings(roots=(STORE,), backups=(VAULT,)),
            now=NOW + timedelta(days=days),
        )
        return backups.linux(machine(files), later).copies.items[0].shrunk

    assert shrunk(whole) is None
    assert shrunk({**half, "/mnt/vault/b": file("x" * 20)}) is False
    assert shrunk(half) is True
    assert shrunk(half, days=29) is True
    assert shrunk(half, days=31) is True
    assert shrunk(half, days=32) is False


@pytest.mark.parametrize(
    ("restored", "said"),
    [
        (None, Unknown(Why.NOT_COLLECTED)),
        (date(2026, 10, 1), datetime(2026, 10, 1, tzinfo=UTC)),
        (date(2027, 1, 1), Unknown(Why.CONFLICT)),
    ],
)
def test_a_restore_is_known_by_somebodys_word_alone(restored, said) -> None:
    found = collected(machine({}), replace(VAULT, restored=restored))
    assert found.last_restore_test == said


# Real repositories lie on the disk of this machine; its images are declared elsewhere.
def here(path: Path) -> Copy:
    said = replace(VAULT, path=path, destination="local")
    decided = Settings(backups=(said,))
    (one,) = backups.linux(
        LocalHost(), replace(about(), settings=decided, now=datetime.now(UTC))
    ).copies.items
    return one


@pytest.fixture
def images(tmp_path) -> Path:
    folder = tmp_path / "images"
    folder.mkdir()
    (folder / "bitewing.dcm").write_bytes(os.urandom(1 << 16))
    return folder


@pytest.mark.live
def test_a_real_restic_repository_is_read_as_it_is(needs, tmp_path, images) -> None:
    words = [needs("restic"), "-q", "--no-cache", "-r", str(tmp_path / "restic")]
    environment = {"RESTIC_PASSWORD": "front desk", "PATH": "/usr/bin", "HOME": str(tmp_path)}
    subprocess.run([*words, "init"], env=environment, check=True)
    empty = here(tmp_path / "restic")
    subprocess.run([*words, "backup", str(images)], env=environment, check=True)
    one = here(tmp_path / "restic")

    assert (empty.product, empty.last_success, empty.ok) == ("restic", None, False)
    assert (one.ok, one.encrypted) == (True, True)
    assert datetime.now(UTC) - one.last_success < timedelta(minutes=10)


@pytest.mark.live
@pytest.mark.parametrize(
    ("mode", "encrypted"),
    [
        ("none", False),
        ("authenticated", False),
        ("authenticated-blake2", False),
        ("repokey", True),
        ("repokey-blake2", True),
        ("keyfile", True),
        ("keyfile-blake2", True),
    ],
)
def test_a_real_borg_repository_is_read_as_it_is(needs, tmp_path, images, mode, encrypted) -> None:
    borg = needs("borg")
    environment = {
        "BORG_PASSPHRASE": "front desk",
        "BORG_BASE_DIR": str(tmp_path),
        "PATH": "/usr/bin",
        "LC_ALL": "C.UTF-8",
    }
    path = str(tmp_path / "borg")
    for words in (["init", "-e", mode, path], ["create", f"{path}::monday", str(images)]):
        subprocess.run([borg, *words], env=environment, check=True, capture_output=True)

    one = here(tmp_path / "borg")

    assert (one.product, one.ok, one.encrypted) == ("borg", True, encrypted)
    assert datetime.now(UTC) - one.last_success < timedelta(minutes=10)
    shutil.rmtree(tmp_path / "borg/data/0")
    assert here(tmp_path / "borg").ok is False
