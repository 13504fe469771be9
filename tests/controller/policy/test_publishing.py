"""What an author hands over is served when a machine would take it, and else changes nothing."""

import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from tuf.api.exceptions import BadVersionNumberError, DownloadHTTPError, UnsignedMetadataError
from tuf.api.metadata import Metadata, Targets
from tuf.ngclient import FetcherInterface, Updater

from agent.packs.author import roots
from agent.packs.author.signing import add_signature
from controller.errors import HomeProblem, Refusal
from controller.identity.home import ControllerHome
from controller.ledger.actions import By
from controller.ledger.models import Audit
from controller.policy import actions, queries
from controller.policy.models import Pack
from controller.policy.repository import Repository
from evidence import distribution
from evidence.distribution import Bytes, PackTarget
from evidence.handover import Handover
from evidence.roster import Numbers, PublicKeys
from rules.compiled import builtin
from tests.controller.policy.author import Author, key, listed, now

AB = "ab" * 32


def published(author: Author, handed: Handover | None = None, *, anew: bool = False):
    """Publish what the author has, at this moment."""
    order = actions.Order(author.org, handed or author.handed(), anew=anew)
    return actions.publish(author.home, order, By("shell", "", now()))


def held(author: Author) -> Repository:
    """The repository."""
    return Repository(author.home.tuf(author.org))


class _Folder(FetcherInterface):
    """The repository as the door serves it: file by file, while others write."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder

    def _fetch(self, url: str):
        file = self.folder / url.removeprefix("https://here/")
        if not file.is_file():
            raise DownloadHTTPError("there is no such file", 404)
        return iter([file.read_bytes()])


class Machine:
    """A machine with a store of its own, which fetches by the client that agents run."""

    def __init__(self, author: Author, folder: Path) -> None:
        self.author, self.folder = author, folder
        folder.mkdir()

    def fetch(self) -> tuple[int, int]:
        """The versions of root and targets that it believes."""
        client = Updater(
            str(self.folder), "https://here/metadata/", str(self.folder), "https://here/targets/",
            _Folder(held(self.author).folder), bootstrap=self.author.chain[0].to_bytes(),
        )  # fmt: skip
        client.refresh()
        trusted = client._trusted_set
        return trusted.root.version, trusted.targets.version


@pytest.fixture
def machine(author: Author, tmp_path: Path) -> Machine:
    """OP1."""
    return Machine(author, tmp_path / "op1")


def test_what_is_published_reaches_a_machine(author: Author, machine: Machine) -> None:
    done = published(author)
    assert (done.root.version, done.targets.version) == (1, 1)
    assert machine.fetch() == (1, 1)
    assert held(author).file(distribution.pack_target("dental-baseline", "1.0.0")) == builtin.data()


def test_the_act_stands_in_audit_and_the_pack_in_the_books(author: Author) -> None:
    published(author)
    row = Audit.objects.at(place(author)).get(action="packs.publish")
    assert row.after["targets"] == 1
    assert row.leaf is not None
    assert Pack.objects.at(place(author)).get().digest == builtin.pack().sha256
    assert [one.targets for one in queries.publications(place(author))] == [1]


def place(author: Author):
    from controller.tenants.scope import Place

    return Place(author.org)


def test_publishing_again_changes_nothing_but_what_is_newest(author: Author) -> None:
    published(author)
    before = held(author).timestamp().signed.version
    published(author)
    assert held(author).targets().signed.version == 1
    assert held(author).timestamp().signed.version > before
    assert len(queries.publications(place(author))) == 1


def test_an_older_version_is_refused(author: Author) -> None:
    old = author.handed()
    published(author.assign(patrol="1800s"))
    with pytest.raises(Refusal, match="targets 1 are older than 2"):
        published(author, old)


def test_two_authors_who_signed_the_same_version_are_told(author: Author) -> None:
    first = author.handed()
    author.signed = None
    second = author.assign(patrol="1800s").handed()
    published(author, first)
    with pytest.raises(Refusal, match="other targets 1 are published already"):
        published(author, second)


def test_a_lower_serial_is_refused(author: Author) -> None:
    published(author.assign(patrol="1800s"))
    with pytest.raises(Refusal, match="serial 1 of the clinic"):
        published(author.assign(serial=1))


def test_the_same_serial_with_other_content_is_refused(author: Author) -> None:
    published(author)
    with pytest.raises(Refusal, match="does not follow 1"):
        published(author.assign(serial=1, patrol="1800s"))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"org": "5b0c1111-1111-4111-8111-111111111111"}, "not of this org"),
        ({"tailoring": Bytes(sha256=AB)}, "tailoring.json is missing"),
        (
            {"packs": (PackTarget(pack="north-quay", version="1.0.0", sha256=AB, length=9),)},
            "north-quay/1.0.0.json is missing",
        ),
    ],
)  # fmt: skip
def test_what_no_machine_could_use_is_refused(author: Author, change, said: str) -> None:
    with pytest.raises(Refusal, match=said):
        published(author.assign(**change))
    assert not held(author).is_open


def test_a_clinic_of_nobody_is_refused(author: Author) -> None:
    other = "92aa1111-1111-4111-8111-111111111111"
    author.contents[distribution.assignment_target(other)] = replace(
        author.assignment, clinic=other
    ).to_bytes()
    with pytest.raises(Refusal, match="not of this org"):
        published(author.sign())


def test_a_pack_that_machines_refuse_is_refused(author: Author) -> None:
    name = distribution.pack_target("dental-baseline", "1.0.0")
    author.contents[name] = builtin.data()[:-1]
    with pytest.raises(Refusal, match="is missing, or is not what the clinic is assigned"):
        published(author.sign())


def test_rules_signed_by_a_root_key_are_refused(author: Author) -> None:
    author.by = "root-a"
    with pytest.raises(Refusal, match="UnsignedMetadataError"):
        published(author.sign())


def test_changed_bytes_are_refused(author: Author) -> None:
    files = dict(author.handed().files)
    (name,) = [one for one in files if "packs/" in one]
    files[name] = files[name].replace(b"critical", b"low     ")
    with pytest.raises(Refusal, match="LengthOrHashMismatchError"):
        published(author, Handover(files))


def test_expired_targets_are_refused(author: Author) -> None:
    made: Metadata[Targets] = author.signed
    made.signed.expires = now().replace(microsecond=0) - timedelta(days=1)
    made.signatures.clear()
    add_signature(made, key("author"))
    with pytest.raises(Refusal, match="would refuse it as expired"):
        published(author)


def test_a_root_with_keys_of_another_controller_is_refused(author: Author) -> None:
    online = listed(author.home, author.org)
    foreign = replace(online, snapshot=key("thief").public.hex)
    author.root(roots.Change(online=foreign), "root-a")
    with pytest.raises(Refusal, match="names other keys for what is newest"):
        published(author)


def test_a_root_that_was_replaced_is_refused(author: Author) -> None:
    published(author)
    other = Author(author.home, author.org, author.clinic)
    other.begin()
    other.chain[0].signed.expires += timedelta(days=1)
    other.chain[0].signatures.clear()
    add_signature(other.chain[0], key("root-b"))
    with pytest.raises(Refusal, match="another than the published one"):
        published(other.assign())


def test_what_was_refused_leaves_everything_as_it_was(author: Author, machine: Machine) -> None:
    published(author)
    before = held(author).served()
    author.by = "thief"
    with pytest.raises(Refusal):
        published(author.assign(patrol="1800s"))
    assert held(author).served() == before
    assert machine.fetch() == (1, 1)


def test_what_was_cut_off_is_completed_by_doing_it_again(
    author: Author, machine: Machine, monkeypatch
) -> None:
    published(author)
    author.assign(patrol="1800s")
    with monkeypatch.context() as power:
        power.setattr(Repository, "write", _cut_off)
        with pytest.raises(OSError, match="no power"):
            published(author)
    assert machine.fetch() == (1, 1)
    published(author)
    assert machine.fetch() == (1, 2)
    assert [one.targets for one in queries.publications(place(author))] == [2, 1]


def _cut_off(*_: object) -> None:
    raise OSError("no power")


def test_what_was_set_aside_comes_back_if_the_new_is_refused(author, machine: Machine) -> None:
    published(author)
    other = Author(author.home, author.org, author.clinic).begin()
    other.by = "thief"
    with pytest.raises(Refusal):
        published(other.sign(), anew=True)
    assert machine.fetch() == (1, 1)


def test_one_at_a_time_may_write(author: Author, monkeypatch) -> None:
    monkeypatch.setattr("controller.policy.repository._PATIENCE_SECONDS", 0.0)
    with held(author).alone(), pytest.raises(HomeProblem, match="somebody else is writing"):
        published(author)


def test_a_reader_never_sees_half(author: Author, tmp_path: Path) -> None:
    published(author)
    stop, seen, wrong = threading.Event(), set(), []

    def read() -> None:
        number = 0
        while not stop.is_set() or number < 3:
            number += 1
            try:
                seen.add(Machine(author, tmp_path / f"m{number}").fetch()[1])
            except Exception as error:  # noqa: BLE001 - whatever it is, the test fails by it
                wrong.append(error)

    reader = threading.Thread(target=read)
    reader.start()
    for seconds in (1800, 900, 600):
        published(author.assign(patrol=f"{seconds}s"))
    stop.set()
    reader.join()
    assert not wrong
    assert seen <= {1, 2, 3, 4}
    assert Machine(author, tmp_path / "last").fetch() == (1, 4)


# -- what is newest, hour by hour ---------------------------------------------------------------


def test_a_timestamp_is_signed_again_after_an_hour_and_not_before(author: Author) -> None:
    published(author)
    before = held(author).timestamp().signed
    assert not actions.refresh(author.home, author.org, now() + timedelta(minutes=30))
    assert actions.refresh(author.home, author.org, now() + timedelta(hours=1))
    after = held(author).timestamp().signed
    assert after.version > before.version
    assert after.expires - before.expires >= timedelta(minutes=59)
    assert after.snapshot_meta.version == before.snapshot_meta.version


def test_a_snapshot_is_signed_again_a_fortnight_before_its_end(author, machine: Machine) -> None:
    published(author)
    before = held(author).snapshot().signed
    assert actions.refresh(author.home, author.org, now() + timedelta(days=16))
    assert held(author).snapshot().signed.version > before.version
    assert machine.fetch() == (1, 1)


def test_old_snapshots_go_and_old_targets_stay(author: Author) -> None:
    for seconds in (1800, 900, 600):
        published(author.assign(patrol=f"{seconds}s"))
    names = {name.rpartition("/")[2] for name in held(author).served()}
    assert {"2.targets.json", "3.targets.json", "4.targets.json"} <= names
    assert sum("snapshot" in name for name in names) == 2


# -- the runbooks ---------------------------------------------------------------------------------


@pytest.mark.threat("lost-author-key")
def test_runbook_targets_key_lost_or_author_leaves(author: Author, machine: Machine) -> None:
    published(author)
    machine.fetch()
    kim = PublicKeys(name="kim", targets=key("kim").public.hex)
    author.root(roots.Change(without=("author",), joined=(kim,)), "root-b")
    author.by = "kim"
    published(author.assign(patrol="1800s"))
    assert machine.fetch() == (2, 2)
    author.by = "author"
    with pytest.raises(Refusal, match="UnsignedMetadataError"):
        published(author.assign(patrol="900s"))


@pytest.mark.threat("lost-author-key")
def test_runbook_a_root_key_is_lost(author: Author, machine: Machine) -> None:
    published(author)
    machine.fetch()
    spare = PublicKeys(name="root-c", root=key("root-c").public.hex)
    author.root(roots.Change(without=("root-a",), joined=(spare,)), "root-b")
    published(author)
    assert machine.fetch() == (2, 1)


@pytest.mark.threat("lost-author-key")
def test_runbook_the_threshold_of_root_is_lost(author: Author, machine: Machine) -> None:
    published(author)
    machine.fetch()
    fresh = Author(author.home, author.org, author.clinic).begin("new ")
    with pytest.raises(Refusal, match="root 1 is missing, or is another than the published one"):
        published(fresh)
    published(fresh, anew=True)
    again = Machine(fresh, machine.folder.parent / "op1-joined-again")
    assert again.fetch() == (2, 2)
    with pytest.raises(UnsignedMetadataError):
        machine.fetch()


def test_who_begins_anew_takes_no_number_twice(author: Author) -> None:
    """A report names root and targets by number alone, and has to name the same for ever."""
    unaware = Author(author.home, author.org, author.clinic).begin("new ")
    published(author.assign(patrol="1800s"))
    before = held(author).served()

    with pytest.raises(Refusal, match="root 1 is the number of another") as refused:
        published(unaware, anew=True)

    assert "packs online-keys" in (refused.value.help or "")
    assert held(author).served() == before


def test_who_begins_anew_leaves_no_number_out(author: Author) -> None:
    published(author)
    ahead = Author(author.home, author.org, author.clinic).begin("new ")
    ahead.chain[0].signed.version = 9
    ahead.chain[0].signatures.clear()
    add_signature(ahead.chain[0], key("new root-a"))

    with pytest.raises(Refusal, match="root 9 does not follow 1"):
        published(ahead, anew=True)


def test_a_beginning_that_was_cut_off_is_completed(author: Author, monkeypatch) -> None:
    published(author)
    fresh = Author(author.home, author.org, author.clinic).begin("new ")
    with monkeypatch.context() as power:
        power.setattr(Repository, "write", _cut_off)
        with pytest.raises(OSError, match="no power"):
            published(fresh, anew=True)

    published(fresh, anew=True)

    assert held(fresh).targets().signed.version == 2
    assert actions.used(author.home, author.org) == Numbers(root=2, targets=2)


def test_runbook_the_controller_was_taken_over(author: Author, machine: Machine) -> None:
    published(author)
    machine.fetch()
    author.home.seed.write_bytes(bytes(32))
    with pytest.raises(Refusal, match="names other keys"):
        published(author)
    author.root(roots.Change(online=listed(author.home, author.org, new=True)), "root-a")
    published(author)
    assert machine.fetch() == (2, 1)


@pytest.mark.threat("fast-forward")
def test_runbook_fast_forward(author: Author, machine: Machine) -> None:
    """A thief with the online keys lets versions run ahead; new keys bring them back."""
    published(author)
    store = held(author)
    stamp, root = store.timestamp().signed, store.root().signed
    online = actions.online_keys(author.home, author.org)
    stamp.version = 2**31 - 1
    thieves = {"metadata/timestamp.json": online.sign(root, stamp)}
    store.write(thieves)
    assert machine.fetch() == (1, 1)
    store.write({"metadata/timestamp.json": online.sign(root, _behind(stamp))})
    with pytest.raises(BadVersionNumberError):
        machine.fetch()
    author.root(roots.Change(online=listed(author.home, author.org, new=True)), "root-a")
    published(author.assign(patrol="1800s"))
    assert store.timestamp().signed.version < 2**31 - 1
    assert machine.fetch() == (2, 2)


def _behind(stamp):
    stamp.version = int(now().timestamp()) // 60 + 5
    return stamp


def test_runbook_yearly_root(author: Author, machine: Machine) -> None:
    published(author)
    machine.fetch()
    author.root(roots.Change(), "root-a")
    published(author)
    assert machine.fetch() == (2, 1)


def test_a_restored_controller_is_ahead_of_its_machines_again(
    author: Author, machine: Machine, home: ControllerHome
) -> None:
    published(author)
    backup = held(author).served()
    published(author.assign(patrol="1800s"))
    machine.fetch()
    for name, data in backup.items():
        (held(author).folder / name).write_bytes(data)
    published(author)
    assert machine.fetch() == (1, 2)
