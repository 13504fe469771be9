"""The fact imaging: from the ledger, the guard's word and the volumes, and never a default."""

import io
import json
import os
import random
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from shutil import which

import pytest

from agent.facts import imaging as collector
from agent.facts.base import About
from agent.facts.gather import gather
from agent.facts.memory import Memory
from agent.host.base import HostError
from agent.host.local import LocalHost
from agent.imaging import examine
from agent.imaging.roots import Roots
from agent.imaging.stated import Labels
from agent.imaging.sweep import sweep
from agent.paths import Home
from agent.settings import HostSetting, LabelSetting
from rules.facts.base import Why
from tests.agent.imaging.clouds.clients import dropbox, passwd, syncthing
from tests.agent.imaging.samples.cms import OpenSsl
from tests.agent.imaging.samples.practice import CIPHER, Practice
from tests.agent.imaging.samples.raster import JPEG
from tests.agent.imaging.test_integrity import rot

CANARY = "Canary_Smith_1987"
NOISE = random.Random(8).randbytes(5000)
UNREAD = {"$unknown": "not_collected"}
SEALED = b"age-encryption.org/v1\n-> X25519 a\nb\n--- " + b"A" * 43 + b"\n" + NOISE
MAIL = b"Subject: Smith, John\r\nContent-Type: application/pkcs7-mime\r\n\r\n"
AGE_KEY = b"AGE-SECRET-KEY-1" + b"Q" * 58 + b"\n"


class Machine:
    """This machine, seen through a practice; `shut` refuses the mount table."""

    def __init__(self, practice: Practice) -> None:
        self.practice = practice
        self.home = Home(practice.home)
        self.home.create()
        self.host = LocalHost()

    def read(self, **changes: object) -> dict:
        self.practice.ledger.commit()
        about = About(
            replace(self.practice.settings, **changes),
            self.home,
            Memory.open(self.home.local),
            datetime.fromtimestamp(self.practice.now, UTC),
        )
        reading = gather(self.host, about, ["imaging"], [collector.linux])["imaging"]
        assert reading.status in {"ok", "partial"}, reading.reasons
        return reading.value

    def guard(self, **said: object) -> None:
        now = self.practice.now
        root = {"watched": True, "stream_since": now - 500, "oldest_pending": None, "dirty": False}
        document = {"updated_at": now - 1, "roots": {"images": root | said}}
        self.home.guard.write_text(json.dumps(document))


@pytest.fixture
def machine(tmp_path: Path):
    practice = Practice(tmp_path / "home", tmp_path / CANARY)
    machine = Machine(practice)
    yield machine
    practice.ledger.close()


def test_before_an_agent_ran_nothing_is_claimed(tmp_path) -> None:
    practice = Practice(tmp_path / "home", tmp_path / "images")
    machine = Machine(practice)
    practice.ledger.close()
    (practice.home / "local.sqlite").unlink()
    about = About(
        practice.settings, machine.home, Memory.none(), datetime.fromtimestamp(practice.now, UTC)
    )
    value = gather(machine.host, about, ["imaging"], [collector.linux])["imaging"].value
    [root] = value["roots"]

    assert root["label"] == "images"
    assert root["exposed"] == root["files"] == root["complete"] == UNREAD
    assert value["exposed"] == UNREAD
    assert not (practice.home / "local.sqlite").exists()


def test_before_the_first_sweep_nothing_is_counted(machine) -> None:
    [root] = machine.read()["roots"]

    assert root["exposed"] == root["files"] == root["counts"] == UNREAD
    assert (root["complete"], root["as_of"], root["watched"]) == (False, None, False)


def test_a_swept_folder_is_counted(machine) -> None:
    machine.practice.put("a.jpg")
    machine.practice.put("b", bytes(99))
    machine.practice.sweep()
    [root] = machine.read()["roots"]

    assert root["files"] == 2
    assert (root["counts"]["plaintext"], root["counts"]["unknown"]) == (1, 1)
    assert root["complete"] is True
    assert root["owner"] == "here"


def test_findings_hold_no_path(machine) -> None:
    machine.practice.put("a.jpg")
    machine.practice.sweep()
    value = machine.read()
    found = value["exposed"]
    items = found["$items"] if isinstance(found, dict) else found

    assert {item["state"] for item in items} <= {"open", "fixed"}
    assert CANARY not in json.dumps(value["exposed"])
    assert CANARY not in json.dumps([{**root, "path": ""} for root in value["roots"]])


def test_that_nothing_was_lost_needs_a_folder_that_was_swept(machine) -> None:
    assert machine.read()["mass_change"] == UNREAD
    machine.practice.put("a.jpg")
    machine.practice.sweep()
    assert machine.read()["mass_change"]["state"] == "none"


def test_many_files_that_turn_opaque_are_suspected(machine) -> None:
    files = [machine.practice.put(f"{n % 4}/{n}.jpg") for n in range(130)]
    machine.practice.sweep()
    for path in files:
        path.write_bytes(NOISE)
    machine.practice.sweep()
    found = machine.read()["mass_change"]
    assert (found["state"], found["files"], found["note"]) == ("suspected", "under_1000", False)
    assert found["since"].startswith("2027-01-15T")


def test_what_is_kept_too_long_is_counted_if_there_is_a_limit(machine) -> None:
    old = machine.practice.put("old.jpg")
    machine.practice.put("new.jpg")
    os.utime(old, (machine.practice.now - 11 * 365.25 * 86_400,) * 2)
    os.utime(machine.practice.images / "new.jpg", (machine.practice.now,) * 2)
    machine.practice.sweep()
    assert machine.read()["roots"][0]["past_retention"] is None
    machine.practice.keep_years = 10
    assert machine.read()["roots"][0]["past_retention"] == 1


def test_that_nothing_is_kept_too_long_needs_a_folder_that_was_swept(machine) -> None:
    machine.practice.keep_years = 10
    machine.practice.put("new.jpg")
    assert machine.read()["roots"][0]["past_retention"] == UNREAD
    machine.practice.sweep()
    assert machine.read()["roots"][0]["past_retention"] == 0


def test_a_folder_without_a_limit_has_none_before_any_sweep(machine) -> None:
    assert machine.read()["roots"][0]["past_retention"] is None


def test_a_key_that_lies_beside_the_images_is_counted_and_none_is_said_too(machine) -> None:
    machine.practice.put("a.jpg")
    assert machine.read()["roots"][0]["secrets"] == UNREAD
    machine.practice.sweep()
    assert machine.read()["roots"][0]["secrets"] == 0
    machine.practice.put("key.txt", AGE_KEY)
    machine.practice.sweep()
    assert machine.read()["roots"][0]["secrets"] == 1


def test_a_file_that_nobody_recognises_may_be_a_key(machine) -> None:
    machine.practice.put("opaque.bin", NOISE)
    machine.practice.sweep()
    assert machine.read()["roots"][0]["secrets"] == {"$unknown": "unrecognised"}


def zipped(**members: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return file.getvalue()


@pytest.mark.skipif(not which("openssl"), reason="openssl makes the mail")
def test_containers_and_mails_that_show_names_are_counted(machine, tmp_path) -> None:
    machine.practice.put("a.jpg")
    assert machine.read()["roots"][0]["names_exposed"] == UNREAD
    machine.practice.sweep()
    assert machine.read()["roots"][0]["names_exposed"] == 0
    machine.practice.put("b.zip", zipped(Smith_John=JPEG))
    machine.practice.put("c.zip", zipped(Doe_Jane=JPEG))
    machine.practice.put("d.eml", MAIL + OpenSsl("openssl", tmp_path).encrypted(NOISE))
    machine.practice.sweep()
    assert machine.read()["roots"][0]["names_exposed"] == 3
    for name in ("b.zip", "c.zip", "d.eml"):
        (machine.practice.images / name).unlink()
    machine.practice.put("opaque.bin", NOISE)  # may be a container that shows names
    machine.practice.sweep()
    assert machine.read()["roots"][0]["names_exposed"] == {"$unknown": "unrecognised"}


def test_what_is_excluded_lies_in_a_cloud_or_is_shut_is_counted(machine, monkeypatch) -> None:
    def counted() -> tuple[int, ...]:
        [root] = machine.read()["roots"]
        return root["excluded"], root["placeholders"], root["unreadable"]

    practice = machine.practice
    practice.excluded = (practice.images / "demo",)
    practice.put("a.jpg")
    practice.sweep()
    assert counted() == (0, 0, 0)
    for number in range(2):
        practice.put(f"demo/{number}.jpg")
    for number in range(3):
        practice.put(f"{number}.cloud.jpg", JPEG + bytes(number + 1))
    sizes = {len(JPEG) + number + 1 for number in range(3)}
    monkeypatch.setattr(examine, "is_placeholder", lambda status: status.st_size in sizes)
    practice.sweep()
    assert counted() == (2, 3, 3)


def test_the_guards_word_makes_it_present(machine) -> None:
    machine.practice.sweep()
    machine.guard()
    [root] = machine.read()["roots"]

    assert root["watched"] is True
    assert root["as_of"] > "2027-01-15T07:59:58Z"


def test_a_lost_event_is_told(machine) -> None:
    machine.practice.sweep()
    machine.guard(dirty=True)
    assert machine.read()["coverage"]["overflowed"] is True


def test_a_folder_that_is_not_there_claims_nothing(machine) -> None:
    machine.practice.sweep()
    machine.practice.images.rename(machine.practice.images.with_name("away"))
    [root] = machine.read()["roots"]

    assert (root["present"], root["protection"]) == (False, None)
    assert root["exposed"] == root["files"] == UNREAD


def test_no_folders_are_a_whole_answer(machine) -> None:
    value = machine.read(roots=())
    assert (value["roots"], value["exposed"]) == ([], [])


def test_a_machine_that_answers_nothing_proves_nothing(machine) -> None:
    class Shut:
        os, elevated = "linux", False

        def __getattr__(self, name):
            def refuse(*_, **__):
                raise HostError(Why.ACCESS_DENIED, CANARY)

            return refuse

    machine.practice.put("mail.asc", CIPHER)
    machine.practice.sweep()
    machine.host = Shut()
    value = machine.read()
    [root] = value["roots"]
    denied = {"$unknown": "access_denied"}

    assert root["protection"] == root["present"] == root["watched"] == denied
    assert root["exposed"] == denied
    assert CANARY not in json.dumps(value["exposed"])


def test_a_volume_that_loses_its_protection_opens_findings(machine) -> None:
    practice = machine.practice
    practice.standing.protection = "protected"
    practice.put("a.jpg", JPEG)
    practice.sweep()
    assert practice.findings() == []

    [root] = machine.read()["roots"]  # by what this machine's own disk really is
    if root["protection"] != "protected":
        assert len(practice.findings()) == 1
        assert practice.findings()[0].path is None


@pytest.mark.parametrize("count", [1001])
def test_a_long_list_is_cut_and_says_so(machine, count) -> None:
    for number in range(count):
        machine.practice.put(f"{number}.jpg", JPEG[:30])
    machine.practice.sweep()
    if machine.practice.findings():
        found = machine.read()["exposed"]
        assert found["$missing"] == "too_large"
        assert len(found["$items"]) == 1000


class Shares:
    """This machine, with the imaging folder on a share of `//nas-1`."""

    def __init__(self, folder: Path) -> None:
        self._host = LocalHost()
        self._line = f"999 1 0:999 / {folder} rw - cifs //NAS-1/images rw\n".encode()

    def __getattr__(self, name: str) -> object:
        return getattr(self._host, name)

    def read(self, path: str, *args: int, **more: bool) -> bytes:
        said = self._host.read(path, *args, **more)
        return said + self._line if path.endswith("mountinfo") else said


NAS = HostSetting(name="nas", address="nas-1", user="dentinel", pins=("ssh-ed25519 SHA256:x",))


@pytest.fixture
def on_a_share(machine):
    machine.host = Shares(machine.practice.images)
    return machine


def test_a_folder_on_a_share_is_the_hosts_and_nothing_of_it_is_proven(on_a_share) -> None:
    on_a_share.practice.put("a.jpg")
    on_a_share.practice.sweep()
    [root] = on_a_share.read()["roots"]

    assert (root["owner"], root["served_by"]) == ("unowned", "NAS-1")
    assert root["protection"] == {"$unknown": "not_local"}
    assert root["exposed"] == {"$unknown": "not_local"}


def test_a_host_that_is_visited_goes_by_its_name_in_the_settings(on_a_share) -> None:
    [root] = on_a_share.read(hosts=(NAS,))["roots"]

    assert (root["owner"], root["served_by"]) == ("unowned", "nas")


def test_only_somebodys_word_leaves_a_folder_to_its_host(on_a_share) -> None:
    store = replace(on_a_share.practice.settings.roots[0], audited=True)
    [root] = on_a_share.read(roots=(store,), hosts=(NAS,))["roots"]

    assert (root["owner"], root["served_by"]) == ("other_host", "nas")


def test_a_folder_of_this_machine_is_here_whatever_the_settings_call_it(machine) -> None:
    store = replace(machine.practice.settings.roots[0], audited=True)
    [root] = machine.read(roots=(store,))["roots"]

    assert (root["owner"], root["served_by"]) == ("here", None)


def test_images_that_changed_silently_are_counted_where_sums_are_kept(machine) -> None:
    path = machine.practice.put("a.jpg")
    machine.practice.sweep()
    assert machine.read()["roots"][0]["silently_changed"] is None
    machine.practice.integrity = True
    assert machine.read()["roots"][0]["silently_changed"] == UNREAD
    machine.practice.sweep()
    assert machine.read()["roots"][0]["silently_changed"] == 0
    rot(path)
    machine.practice.now += 31 * 86_400
    machine.practice.sweep()
    assert machine.read()["roots"][0]["silently_changed"] == 1


def test_a_word_that_has_ended_is_believed_no_longer_before_any_sweep(machine) -> None:
    last = datetime.fromtimestamp(machine.practice.now, UTC).date()
    word = LabelSetting(match="*.vbk", says="encrypted", by="msp_tech", until=last)
    machine.practice.labels = (word,)
    machine.practice.ledger.stand_by(Labels.of([word], last).mark)
    machine.practice.put("a.vbk", NOISE)
    examiner = machine.practice.examiner()
    examiner.roots = Roots.of(machine.practice.settings, last)
    sweep(examiner, machine.practice.root, machine.practice.now)
    [root] = machine.read()["roots"]
    assert (root["exposed"], root["counts"]["encrypted"]) == (0, 1)
    machine.practice.now += 86_400
    [root] = machine.read()["roots"]
    assert (root["counts"]["encrypted"], root["counts"]["unknown"]) == (0, 1)
    assert root["exposed"] == {"$unknown": "unrecognised"}


class Homes:
    """This machine, with people whose homes lie in a folder of the test."""

    def __init__(self, homes: Path) -> None:
        self._host = LocalHost()
        self._homes = homes
        (homes / "lee").mkdir(parents=True)

    def __getattr__(self, name: str) -> object:
        return getattr(self._host, name)

    def read(self, path: str, *args: int, **more: bool) -> bytes:
        if path == "/etc/passwd":
            return passwd(str(self._homes / "lee")).encode()
        return self._host.read(path, *args, **more)

    def list(self, path: str, *args: int) -> object:
        return () if path in ("/home", "/root") else self._host.list(path, *args)

    def put(self, name: str, text: str) -> None:
        path = self._homes / "lee" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


@pytest.fixture
def of_lee(machine, tmp_path):
    machine.host = Homes(tmp_path / "homes")
    return machine


def test_a_folder_that_no_client_carries_away_is_known_to_stay(of_lee) -> None:
    [root] = of_lee.read()["roots"]
    assert (root["cloud_sync"], root["role"]) == ("none", "store")


def test_a_store_in_dropbox_is_an_outbox_and_its_files_are_exposed(of_lee) -> None:
    practice = of_lee.practice
    practice.put("a.jpg")
    practice.put("sealed.age", SEALED)
    practice.sweep()
    of_lee.host.put(".dropbox/info.json", dropbox(str(practice.images.parent)))
    value = of_lee.read()
    [root], [finding] = value["roots"], items(value["exposed"])
    assert (root["cloud_sync"], root["role"]) == ("dropbox", "outbox")
    assert root["exposed"] == 1
    assert (finding["role"], finding["reach"]) == ("outbox", "cloud_sync")
    of_lee.host.put(".dropbox/info.json", dropbox("/srv/elsewhere"))
    [root] = of_lee.read()["roots"]
    assert (root["cloud_sync"], root["role"]) == ("none", "store")


def items(value: object) -> list:
    return value["$items"] if isinstance(value, dict) else value


def test_of_a_store_that_holds_a_synchronised_folder_only_that_part_is_an_outbox(of_lee) -> None:
    practice = of_lee.practice
    stays, goes = practice.put("a.jpg"), practice.put("cloud/b.jpg")
    of_lee.host.put(".config/syncthing/config.xml", syncthing(str(goes.parent)))
    of_lee.read()  # a patrol learns of it
    sweep_as_inspect_does(practice)
    [root] = of_lee.read()["roots"]
    found = {path.name: practice.ledger.findings.at(str(path)) for path in (stays, goes)}
    assert (root["cloud_sync"], root["role"]) == ("other", "store")
    assert found["b.jpg"].in_part
    told = {one["id"]: one for one in items(of_lee.read()["exposed"])}
    finding = told[found["b.jpg"].id]
    assert (finding["role"], finding["reach"]) == ("outbox", "cloud_sync")
    if found["a.jpg"] is not None:  # where this machine's own disk protects nothing
        assert told[found["a.jpg"].id]["role"] == "store"


def sweep_as_inspect_does(practice: Practice) -> None:
    examiner = practice.examiner()
    examiner.roots = practice.roots.carrying(practice.ledger.carried.all())
    sweep(examiner, examiner.roots.all[0], practice.now)


def test_a_part_that_was_not_known_when_the_folder_was_swept_leaves_it_uncovered(of_lee) -> None:
    practice = of_lee.practice
    path = practice.put("cloud/sealed.age", SEALED)
    practice.sweep()
    assert of_lee.read()["roots"][0]["exposed"] == 0
    of_lee.host.put(".config/syncthing/config.xml", syncthing(str(path.parent)))
    assert of_lee.read()["roots"][0]["exposed"] == UNREAD
    sweep_as_inspect_does(practice)
    assert of_lee.read()["roots"][0]["exposed"] == 0


def test_whose_client_cannot_be_asked_leaves_what_was_known_and_claims_no_more(of_lee) -> None:
    practice = of_lee.practice
    practice.put("a.jpg")
    practice.sweep()
    of_lee.host.put(".dropbox/info.json", dropbox(str(practice.images)))
    of_lee.read()
    of_lee.host.put(".dropbox/info.json", "{")
    [root] = of_lee.read()["roots"]
    assert root["cloud_sync"] == {"$unknown": "parse_error"}
    assert (root["role"], root["exposed"]) == ("outbox", 1)


def test_zero_is_not_said_of_what_a_volume_protects_while_a_client_is_unread(of_lee) -> None:
    practice = of_lee.practice
    practice.put("sealed.age", SEALED)
    practice.sweep()
    of_lee.host.put(".dropbox/info.json", "{")
    assert of_lee.read()["roots"][0]["exposed"] == 0  # ciphertext is safe wherever it goes


def test_a_folder_of_another_machine_is_carried_away_by_its_clients(on_a_share) -> None:
    [root] = on_a_share.read()["roots"]
    assert root["cloud_sync"] == {"$unknown": "not_local"}


def test_where_nobody_lives_folders_are_no_doubt(machine) -> None:
    """Of this very machine, as it is: no client of ours carries a test's folder away."""
    assert machine.read()["roots"][0]["cloud_sync"] in ("none", {"$unknown": "not_logged_in"})
