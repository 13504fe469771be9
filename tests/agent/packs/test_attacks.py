"""What can an attacker do who owns every online key, the controller, or the fetching process?

He stands in for the controller: he signs snapshot and timestamp as he likes, and serves whatever
bytes he likes. What he may not do is make OP1 run a changed, an older or a foreign rule.
"""

import json
import shutil
from datetime import timedelta

import pytest
from securesystemslib.signer import CryptoSigner
from tuf.api.exceptions import (
    BadVersionNumberError,
    ExpiredMetadataError,
    LengthOrHashMismatchError,
    UnsignedMetadataError,
)

from agent.errors import PacksError, PacksExpired, PacksRefused
from agent.packs.record import Record
from evidence import distribution
from evidence.distribution import Stand
from tests.agent.packs.repository import changed, pack, sha256
from tests.evidence.clinic import uuid


@pytest.fixture
def good(op1, repository):
    """OP1, with the second version of its rules."""
    repository.publish("9.0.0")
    op1.update()
    repository.publish("9.1.0")
    op1.update()
    return op1


@pytest.fixture
def thief(good, repository):
    """Who owns the controller and its online keys; OP1 now talks to him."""
    theirs = repository.stolen()
    good.wire.repository = theirs
    return theirs


def fails(machine, cause):
    """Neither what has the network nor what has the privilege takes it; the old rules stay."""
    with pytest.raises(PacksError) as told:
        machine.fetch()
    assert isinstance(told.value.__cause__, cause)
    assert machine.versions == ["9.1.0"]
    machine.steal_the_courier()
    with pytest.raises(PacksError) as told:
        machine.install()
    assert machine.versions == ["9.1.0"]
    return told.value


@pytest.mark.threat("taken-over-controller")
def test_rules_signed_by_an_online_key_are_refused(good, thief):
    thief.keys["targets"] = thief.keys["timestamp"]
    thief.publish("9.2.0")

    error = fails(good, UnsignedMetadataError)

    assert isinstance(error.__cause__, UnsignedMetadataError)


@pytest.mark.threat("taken-over-controller")
def test_old_targets_under_a_fresh_snapshot_are_refused(good, thief):
    thief.targets.version = 1
    thief.sign_online()

    error = fails(good, BadVersionNumberError)

    assert isinstance(error.__cause__, BadVersionNumberError)


@pytest.mark.threat("taken-over-controller")
def test_a_key_that_a_root_ended_stays_ended_when_the_verified_metadata_is_lost(good, repository):
    theirs = repository.stolen()
    theirs.keys = dict(repository.keys)
    repository.rotate("targets")
    repository.publish("9.2.0")
    good.update()
    theirs.folder = repository.folder.with_name("theirs")
    shutil.copytree(repository.folder, theirs.folder)
    (theirs.folder / "metadata" / "2.root.json").unlink()
    theirs.serial = 40
    theirs.publish("9.9.0")
    shutil.rmtree(good.home.checked)
    shutil.rmtree(good.home.incoming)
    good.home.create()
    good.wire.repository = theirs

    good.fetch()
    with pytest.raises(PacksRefused, match="root 2 is in force"):
        good.install()

    assert good.versions == ["9.2.0"]


@pytest.mark.threat("taken-over-controller")
def test_an_old_timestamp_is_refused(good, thief):
    thief.put("metadata/timestamp.json", thief.signed_before("timestamp", 1))

    error = fails(good, BadVersionNumberError)

    assert isinstance(error.__cause__, BadVersionNumberError)


@pytest.mark.threat("expired-rules")
def test_a_frozen_timestamp_shows_after_three_days(good, thief):
    later = timedelta(days=3)
    assert good.rules(later - timedelta(seconds=1)).policy.state == "fresh"

    assert good.rules(later).policy.state == "stale"
    assert good.rules(later).policy.targets == 2


def test_a_frozen_timestamp_expires(op1, repository):
    repository.publish("9.0.0")
    op1.update()
    repository.now -= timedelta(days=4)
    repository.sign_timestamp()

    with pytest.raises(PacksExpired) as told:
        op1.fetch()

    assert isinstance(told.value.__cause__, ExpiredMetadataError)
    assert op1.versions == ["9.0.0"]


def test_a_frozen_timestamp_that_never_expires_is_stale_all_the_same(good, thief):
    thief.now += timedelta(days=3000)
    thief.sign_timestamp()
    good.repository.now -= timedelta(seconds=0)
    good.update()
    good.install()

    assert good.rules(timedelta(days=3)).policy.state == "stale"


@pytest.mark.threat("taken-over-controller")
def test_changed_bytes_of_a_pack_are_refused(good, thief, repository):
    repository.publish("9.2.0")
    target = distribution.target_file(
        distribution.pack_target("dental-baseline", "9.2.0"), sha256(pack("9.2.0"))
    )
    thief.folder.joinpath("targets", target).write_bytes(pack("9.2.0", rules=1))
    good.wire.repository = repository

    with pytest.raises(PacksRefused) as told:
        good.fetch()

    assert isinstance(told.value.__cause__, LengthOrHashMismatchError)
    good.overwrite_target(target, pack("9.2.0", rules=1))
    with pytest.raises(PacksError):
        good.install()
    assert good.versions == ["9.1.0"]


@pytest.mark.threat("taken-over-controller")
def test_a_root_with_one_offline_and_one_online_signature_is_refused(op1, repository):
    """Root is 2 of 2 people here; the thief has one of their keys, and all online keys."""
    second = CryptoSigner.generate_ed25519()
    repository.root.add_key(second.public_key, "root")
    repository.root.roles["root"].threshold = 2
    repository.sign_root(second)
    repository.publish("9.1.0")
    op1.update()
    repository.root.add_key(repository.keys["timestamp"].public_key, "targets")
    repository.sign("root", [repository.keys["root"], repository.keys["timestamp"]])

    error = fails(op1, UnsignedMetadataError)

    assert isinstance(error.__cause__, UnsignedMetadataError)


def test_an_unsigned_root_is_refused(good, thief):
    thief.sign_root()

    fails(good, UnsignedMetadataError)


@pytest.mark.threat("taken-over-controller")
@pytest.mark.parametrize("version", [2**31, 2**53 - 1])
def test_a_fast_forward_is_cured_by_a_new_root_alone(good, thief, repository, version):
    thief.meta["snapshot"].signed.version = version - 1
    thief.meta["timestamp"].signed.version = version - 1
    thief.sign_online()
    good.update()
    good.wire.repository = repository
    repository.publish("9.2.0")
    with pytest.raises(PacksRefused):
        good.update()

    repository.rotate("snapshot", "timestamp")
    repository.meta["snapshot"].signed.version = repository.meta["timestamp"].signed.version = 0
    repository.sign_online()
    good.update()

    assert good.versions == ["9.2.0"]


@pytest.mark.threat("foreign-author")
def test_a_clinics_author_cannot_sign_for_another_clinic(good, repository):
    """A role for every path of the other clinic, but its own name: none of it is looked at."""
    stranger = uuid("another clinic")
    role = repository.delegate(stranger)
    made = repository.assignment()
    repository.meta["targets"].signed.targets.pop(
        distribution.assignment_target(good.identity.clinic)
    )
    repository.add(distribution.assignment_target(good.identity.clinic), made.to_bytes(), role)
    repository.sign_targets()
    repository.sign_online()

    with pytest.raises(PacksError, match="no rules are assigned"):
        good.update()

    assert good.versions == ["9.1.0"]


@pytest.mark.threat("foreign-author")
def test_a_clinics_author_cannot_sign_packs(good, repository):
    role = repository.delegate(good.identity.clinic)
    repository.packs = {"9.2.0": pack("9.2.0", rules=1)}
    (data,) = repository.packs.values()
    made = repository.assignment()
    repository.meta["targets"].signed.targets.clear()
    repository.add(distribution.pack_target("dental-baseline", "9.2.0"), data, role)
    repository.add(distribution.assignment_target(good.identity.clinic), made.to_bytes(), role)
    repository.sign_targets()
    repository.sign_online()

    good.steal_the_courier()
    with pytest.raises(PacksRefused, match="nobody has signed"):
        good.install()

    assert good.versions == ["9.1.0"]


def test_a_clinics_own_author_assigns_what_the_org_has_signed(good, repository):
    role = repository.delegate(good.identity.clinic)
    repository.packs = {"9.2.0": pack("9.2.0")}
    made = repository.assignment()
    repository.meta["targets"].signed.targets.pop(
        distribution.assignment_target(good.identity.clinic)
    )
    repository.add(distribution.pack_target("dental-baseline", "9.2.0"), pack("9.2.0"))
    repository.add(distribution.assignment_target(good.identity.clinic), made.to_bytes(), role)
    repository.sign_targets()
    repository.sign_online()

    good.update()

    assert good.versions == ["9.2.0"]


@pytest.mark.threat("taken-over-controller")
def test_another_clinics_assignment_in_place_of_ones_own_is_refused(good, thief, repository):
    """Signed rightly, for another clinic of the org, and handed to OP1 under OP1's name."""
    theirs = repository.assignment(clinic=uuid("another clinic"))
    repository.add(distribution.assignment_target(good.identity.clinic), theirs.to_bytes())
    repository.sign_targets()
    repository.sign_online()
    good.wire.repository = repository

    with pytest.raises(PacksRefused, match="another org or clinic"):
        good.update()

    assert good.versions == ["9.1.0"]


@pytest.mark.threat("taken-over-controller")
def test_a_machine_that_the_controller_moves_keeps_its_tailoring(op1, repository):
    """Enrolment may say anything; the signed assignment says where a machine stands."""
    repository.machines = {op1.identity.agent: Stand(site="main", role="server")}
    repository.publish()
    op1.update()
    enrolled = op1.identity.enrolled
    assert (enrolled.site, enrolled.role) == (None, None)

    policy = op1.rules().policy

    assert (policy.site, policy.role) == ("main", "server")


@pytest.mark.threat("expired-rules")
@pytest.mark.parametrize("days", [181, 400])
def test_rules_that_have_expired_are_judged_by_and_said_to_be_expired(good, days):
    rules = good.rules(timedelta(days=days))

    assert rules.policy.state == "expired"
    assert [one.version for one in rules.packs] == ["9.1.0"]
    assert rules.judge({}, good.now + timedelta(days=days))


def test_a_repository_that_has_expired_stops_no_fetching_agent(good, repository):
    repository.now -= timedelta(days=400)
    repository.publish("9.2.0")

    with pytest.raises(PacksExpired):
        good.fetch()

    assert good.versions == ["9.1.0"]


@pytest.mark.threat("expired-rules")
@pytest.mark.parametrize("status", [401, 403, 404, 500, 503])
def test_a_controller_that_withholds_rules_leaves_those_of_before(good, thief, status):
    good.wire.mangle = {"metadata/timestamp.json": status}

    with pytest.raises(PacksError):
        good.fetch()

    assert good.versions == ["9.1.0"]


@pytest.mark.parametrize(
    "name", ["metadata/timestamp.json", "metadata/4.snapshot.json", "metadata/3.targets.json"]
)
@pytest.mark.parametrize("data", [b"", b"{", b"[" * 100_000, b"x" * 3_000_000, b"{}", b"\xff"])
def test_rubbish_for_metadata_is_refused(good, thief, repository, name, data):
    repository.publish("9.2.0")
    repository.sign_online()
    good.wire.repository = repository
    good.wire.mangle = {name: data}

    with pytest.raises(PacksError):
        good.fetch()

    assert good.versions == ["9.1.0"]


def test_64_new_roots_are_followed_in_one_look(good, repository):
    for _ in range(distribution.ROOT_ROTATIONS):
        repository.sign_root()
    repository.publish("9.2.0")

    good.update()

    assert good.rules().policy.root == 65


def test_more_roots_than_that_are_followed_in_two(good, repository):
    for _ in range(distribution.ROOT_ROTATIONS + 2):
        repository.sign_root()
    good.update()
    repository.sign_online()

    good.update()

    assert good.rules().policy.root == 65


def test_a_pack_that_is_signed_and_too_long_is_not_even_fetched(good, repository):
    data = b'"dentinel":"pack/v1","pack":"dental-baseline"' + b" " * (2 << 20)
    repository.packs = {"9.2.0": data}
    repository.assign()

    with pytest.raises(PacksRefused, match="the most is"):
        good.fetch()

    assert not any("9.2.0" in name for name in good.wire.asked)


@pytest.mark.threat("stolen-courier")
def test_a_stolen_courier_can_install_nothing(good, repository, thief):
    """It owns `incoming` whole, roots and all; what has the privilege begins at its own."""
    stranger = type(repository)(thief.folder.with_name("own"), repository.org, repository.clinic)
    stranger.publish("6.6.6")
    good.wire.repository = stranger
    good.steal_the_courier()

    with pytest.raises(PacksError):
        good.install()

    assert good.versions == ["9.1.0"]


def test_a_refusal_is_recorded_for_the_controller(good, thief):
    thief.keys["targets"] = thief.keys["timestamp"]
    thief.publish("9.2.0")
    good.steal_the_courier()

    with pytest.raises(PacksRefused):
        good.install()

    assert Record.load(good.home).news.event == "pack_rejected"


@pytest.mark.threat("taken-over-controller")
def test_an_assignment_with_an_unknown_member_is_refused(good, repository):
    """`run` is no member of an assignment, whoever signs it."""
    data = changed(repository.assignment().to_bytes(), run="calc.exe")
    assert json.loads(data)["run"]
    repository.add(distribution.assignment_target(repository.clinic), data)
    repository.sign_targets()
    repository.sign_online()

    with pytest.raises(PacksRefused):
        good.update()

    assert good.versions == ["9.1.0"]
