"""Which of the rules that were fetched may this machine be judged by?"""

import os
from dataclasses import replace
from datetime import timedelta

import pytest

from agent.errors import PacksError, PacksRefused, PacksUnreached
from agent.packs.record import Record
from evidence.distribution import PackTarget, Stand
from rules.compiled import canonical, tailoring
from tests.agent.packs.repository import pack, sha256
from tests.evidence.clinic import uuid

CALM = timedelta(hours=1)


def test_assigned_rules_are_installed_and_named_in_the_policy(op1, repository):
    made = repository.publish("9.0.0")

    op1.update()

    policy = op1.rules().policy
    assert policy.state == "fresh"
    assert (policy.root, policy.targets) == (1, 1)
    assert policy.assignment == sha256(made.to_bytes())
    assert [one.version for one in policy.packs] == ["9.0.0"]
    assert op1.rules().every == timedelta(hours=1)


def test_a_machine_without_an_assignment_is_judged_by_the_built_in_pack(op1, repository):
    repository.sign_targets()
    repository.sign_online()
    op1.fetch()

    with pytest.raises(PacksUnreached, match="assigned"):
        op1.install()

    assert op1.state == "builtin"


def test_new_rules_take_the_place_of_the_old(op1, repository):
    repository.publish("9.0.0")
    op1.update()
    repository.publish("9.1.0")

    record = op1.update()

    assert op1.versions == ["9.1.0"]
    assert (record.news.event, record.news.serial) == ("pack_installed", 2)


@pytest.fixture
def cut_short(op1, repository):
    """OP1's fetch of 9.1.0 broke off when the timestamp was there, and no more."""
    repository.publish("9.0.0")
    op1.update()
    repository.publish("9.1.0")
    op1.wire.mangle[f"metadata/{repository.meta['snapshot'].signed.version}.snapshot.json"] = 503
    with pytest.raises(PacksUnreached):
        op1.fetch()
    op1.wire.mangle.clear()
    return op1


def test_what_was_fetched_by_half_is_waited_for_and_not_refused(cut_short):
    with pytest.raises(PacksUnreached, match="not fetched to the end"):
        cut_short.install()

    assert cut_short.versions == ["9.0.0"]
    assert Record.load(cut_short.home).news.event == "pack_installed"


def test_the_next_fetch_brings_the_rest(cut_short):
    cut_short.update()
    assert cut_short.versions == ["9.1.0"]


def test_rules_of_before_do_not_pile_up(op1, repository):
    for version in ("9.0.0", "9.1.0", "9.2.0"):
        repository.publish(version)
        op1.update()

    assert len(list(op1.home.kept.iterdir())) == 2
    assert len([f for f in (op1.home.incoming / "targets").rglob("*") if f.is_file()]) == 2


def test_the_same_rules_again_are_no_news(op1, repository):
    repository.publish()
    before = op1.update()
    repository.sign_online()

    assert op1.update().news == before.news


def test_several_packs_are_judged_by_in_the_order_of_the_assignment(op1, repository):
    own = pack("1.0.0", "own-rules", rules=1)
    renamed = canonical.decode(own)
    renamed["rules"][0]["id"] = "our-disks-are-encrypted"
    repository.packs = {"9.0.0": pack("9.0.0"), "1.0.0": canonical.encode(renamed)}
    repository.assign()

    op1.update()

    rules = op1.rules()
    assert [one.pack for one in rules.policy.packs] == ["dental-baseline", "own-rules"]
    assert [*rules.numbered()][-1][0] == 1


def refused(op1, code=None):
    with pytest.raises(PacksRefused) as told:
        op1.update()
    assert told.value.reason == code
    assert Record.load(op1.home).news.event == "pack_rejected"
    assert Record.load(op1.home).news.code == code
    return told.value


@pytest.fixture
def good(op1, repository):
    """OP1, with rules that it keeps whatever comes."""
    repository.publish("9.0.0")
    op1.update()
    return op1


def test_a_damaged_pack_leaves_the_old_one(good, repository):
    repository.packs = {"9.1.0": pack("9.1.0")[:-1] + b" }"}
    repository.assign()

    refused(good, "DL704")

    assert good.versions == ["9.0.0"]


def test_a_pack_that_needs_newer_facts_leaves_the_old_one(good, repository):
    document = canonical.decode(pack("9.1.0"))
    repository.packs = {"9.1.0": canonical.encode(document | {"requires_facts": "99.0"})}
    repository.assign()

    refused(good, "DL703")

    assert good.versions == ["9.0.0"]


def test_two_packs_with_one_rule_id_leave_the_old_one(good, repository):
    repository.packs = {"9.1.0": pack("9.1.0"), "1.0.0": pack("1.0.0", "own-rules")}
    repository.assign()

    refused(good, "DL105")

    assert good.versions == ["9.0.0"]


def test_a_tailoring_that_fits_no_pack_leaves_the_old_rules(good, repository):
    repository.tailoring = canonical.encode(
        canonical.decode(TIGHTER) | {"sources": [], "packs": []}
    )
    repository.packs = {"9.1.0": pack("9.1.0")}
    repository.assign()

    assert refused(good, "DL704").of is not None

    assert good.versions == ["9.0.0"]


def test_an_assignment_of_another_clinic_is_refused(good, repository):
    repository.publish("9.1.0", clinic=uuid("another clinic"))

    refused(good)

    assert good.versions == ["9.0.0"]


def test_an_assignment_of_another_org_is_refused(good, repository):
    repository.publish("9.1.0", org=uuid("another org"))

    refused(good)

    assert good.versions == ["9.0.0"]


@pytest.mark.parametrize("serial", [1, 2])
def test_a_lower_or_a_used_serial_is_refused(good, repository, serial):
    repository.publish("9.1.0")
    good.update()

    repository.publish("9.2.0", serial=serial)

    refused(good)
    assert good.versions == ["9.1.0"]


def test_what_is_refused_again_and_again_is_the_same_news(good, repository):
    repository.publish("9.1.0", clinic=uuid("another clinic"))
    refused(good)
    news = Record.load(good.home).news
    repository.sign_online()

    refused(good)

    assert Record.load(good.home).news == news


def test_a_pack_that_was_assigned_and_never_signed_for_is_refused(good, repository):
    made = repository.assignment(
        packs=(PackTarget(pack="dental-baseline", version="9.9.9", sha256="ab" * 32, length=9),)
    )
    repository.release(made)

    with pytest.raises(PacksError):
        good.update()

    assert good.versions == ["9.0.0"]


def test_a_pack_that_is_signed_with_other_bytes_than_assigned_is_refused(good, repository):
    made = repository.publish("9.1.0")
    repository.release(
        repository.assignment(packs=(replace(made.packs[0], sha256=sha256(b"another")),))
    )

    refused(good)

    assert good.versions == ["9.0.0"]


def test_an_installation_that_was_cut_off_leaves_the_old_rules(good, repository, monkeypatch):
    repository.publish("9.1.0")
    good.fetch()

    def dies(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(Record, "save", dies)
    with pytest.raises(KeyboardInterrupt):
        good.install()
    monkeypatch.undo()

    assert good.versions == ["9.0.0"]
    good.install()
    assert good.versions == ["9.1.0"]


def test_a_joining_anew_with_a_new_repository_begins_the_serial_anew(good, repository, tmp_path):
    repository.publish("9.1.0")
    good.update()
    repository.begin_anew(tmp_path / "tuf2")
    good.join()

    repository.publish("9.5.0")
    good.update()

    assert good.versions == ["9.5.0"]


def test_a_pipe_where_the_fetcher_should_have_left_a_file_holds_nobody_up(good, repository):
    repository.publish("9.1.0")
    good.fetch()
    timestamp = good.home.incoming / "metadata" / "timestamp.json"
    timestamp.unlink()
    os.mkfifo(timestamp)

    with pytest.raises(PacksError):
        good.install()

    assert good.versions == ["9.0.0"]


TIGHTER = tailoring.write((), {})


def test_where_a_machine_stands_is_in_the_policy(op1, repository):
    stand = Stand(site="main", groups=("imaging",), role="imaging_server", name="PANO-01")
    repository.machines = {op1.identity.agent: stand}
    repository.publish()

    op1.update()

    rules = op1.rules()
    assert (rules.policy.site, rules.policy.groups, rules.policy.role) == (
        "main",
        ("imaging",),
        "imaging_server",
    )
    assert rules.place.groups == {"imaging", "site:main", "role:imaging_server"}
    assert rules.place.machine == "PANO-01"


def test_rules_that_rotted_on_the_disk_give_way_to_the_built_in_ones(good):
    (file,) = [f for f in good.home.kept.iterdir() if f.stat().st_size > 10_000]
    file.write_bytes(file.read_bytes()[:-1])

    rules = good.rules()

    assert rules.policy.state == "builtin"
    assert "damaged" in rules.fault


def test_a_damaged_record_gives_way_to_the_built_in_pack(good):
    good.home.in_force.write_bytes(b"{")

    assert good.state == "builtin"


def test_rules_of_another_clinic_on_the_disk_are_not_judged_by(good):
    record = Record.load(good.home)
    replace(record, rules=replace(record.rules, clinic=uuid("another clinic"))).save(good.home)

    assert good.state == "builtin"
