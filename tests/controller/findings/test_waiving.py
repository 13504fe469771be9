"""A failure is accepted by two people, for a time, and each step stands in the log."""

import hashlib
import json
from datetime import timedelta
from typing import Any

import pytest

from controller.errors import AlreadyDone, NotAllowed, NotThere, Refusal
from controller.findings import waiving
from controller.findings.models import Shield
from controller.findings.waiving import Call
from controller.ledger.actions import By
from controller.ledger.models import Document
from controller.people.actions import Grant, add_user, give_role
from controller.people.models import User
from controller.people.roles import Role
from controller.policy import waivers
from controller.policy.asking import Asked
from controller.policy.models import Waiver
from controller.policy.waivers import Standing
from controller.tenants.models import Clinic
from controller.tenants.scope import Place
from tests.controller.clinic import MORNING, Server, verdict, volume
from tests.controller.tables import check_logs

DISKS = "volumes-encrypted"
DAY = timedelta(days=1)


class Desk:
    """Bright Smiles, its people, and a disk that fails on OP1."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.place = server.clinic.place
        self.op1 = server.machine("OP1")
        self.fails()
        self.owner = self.person("dr_lee@bright-smiles.example", Role.CLINIC_OWNER, here=True)
        self.admin = self.person("kim@north-quay.example", Role.MSP_ADMIN)
        self.tech = self.person("sam@north-quay.example", Role.MSP_TECH)

    @property
    def clinic(self) -> Clinic:
        return Clinic.objects.at(self.place).select_related("org").get(pk=self.server.clinic.id)

    def person(self, email: str, role: Role, *, here: bool = False) -> User:
        user = add_user(email, email.partition("@")[0])
        place = self.place if here else Place(self.place.org)
        give_role(self.server.home, user, Grant(place, role), self.by("shell"))
        return user

    def by(self, actor: str) -> By:
        return By(actor, "", self.server.now)

    def call(self, user: User) -> Call:
        by = By(user.email, "", self.server.now, user.id)
        return Call(self.server.home, self.place, by)

    def fails(self) -> None:
        self.says("fail", volume("/srv", "unprotected"))

    def says(self, said: str, *items: Any) -> None:
        self.op1.sync(self.op1.seal(self.op1.full(verdict(DISKS, said, *items))))

    def asks(self, who: User | None = None, **more: Any) -> Waiver:
        who = who or self.tech
        (made,) = waiving.request(self.call(who), self.clinic, [asked(**more)], who)
        return made

    def approves(self, waiver: Waiver, who: User | None = None) -> Waiver:
        who = who or self.owner
        return waiving.approve(self.call(who), waiver.id, who)

    def accepted(self) -> int:
        at = self.server.now
        shields = Shield.objects.at(self.place)
        return shields.filter(since_at__lte=at, until_at__gt=at).count()


def asked(**more: Any) -> Asked:
    return Asked(
        **{
            "label": "W-2026-001",
            "pack": "dental-baseline",
            "rule": DISKS,
            "scope": (("machine", "op1"),),
            "items": (),
            "leaves": (),
            "reason": "the maker forbids it until firmware 5",
            "compensating": "the room is locked",
            "risk_owner": "dr_lee",
            "since_at": MORNING - DAY,
            "until_at": MORNING + 30 * DAY,
            **more,
        }
    )


@pytest.fixture
def desk(server: Server) -> Desk:
    return Desk(server)


def test_a_failure_is_accepted_when_another_person_approves_it(desk: Desk) -> None:
    waiver = desk.asks()
    assert desk.accepted() == 0

    desk.approves(waiver)

    assert desk.accepted() == 1


def test_it_stands_open_again_the_instant_it_ends(desk: Desk) -> None:
    waiver = desk.approves(desk.asks())

    desk.server.now = waiver.until_at - timedelta(milliseconds=1)
    assert (desk.accepted(), waivers.standing(waiver, desk.server.now)) == (1, Standing.ACTIVE)
    desk.server.now = waiver.until_at
    assert (desk.accepted(), waivers.standing(waiver, desk.server.now)) == (0, Standing.EXPIRED)


def test_it_stands_open_again_when_it_is_revoked(desk: Desk) -> None:
    waiver = desk.approves(desk.asks())

    waiving.revoke(desk.call(desk.admin), waiver.id, desk.admin, "the room is open now")

    assert desk.accepted() == 0


def test_nothing_comes_of_a_refused_one(desk: Desk) -> None:
    waiver = waiving.refuse(desk.call(desk.owner), desk.asks().id, desk.owner, "buy a new one")

    assert (desk.accepted(), waiver.decided_why) == (0, "buy a new one")
    with pytest.raises(AlreadyDone, match="refused already"):
        desk.approves(waiver)


def test_whoever_asked_takes_it_back(desk: Desk) -> None:
    taken_back = waiving.refuse(desk.call(desk.tech), desk.asks().id, desk.tech, "mended it")

    assert taken_back.decided_by == desk.tech.email


@pytest.mark.threat("waived-alone")
def test_nobody_approves_his_own(desk: Desk) -> None:
    waiver = desk.asks(desk.owner)

    with pytest.raises(NotAllowed, match="another person"):
        desk.approves(waiver, desk.owner)

    assert desk.accepted() == 0


def test_self_approval_is_for_who_is_alone_and_is_written_down(desk: Desk) -> None:
    waiving.allow_self_approval(desk.call(desk.admin), desk.clinic.org, on=True)

    done = desk.approves(desk.asks(desk.owner), desk.owner)

    assert done.self_approved
    assert waivers.approval(done) == f"self-approved by {desk.owner.email}"
    assert waivers.document(done)["self_approved"] is True


def test_self_approval_is_not_for_who_has_a_colleague(desk: Desk) -> None:
    desk.person("dr_kim@bright-smiles.example", Role.CLINIC_OWNER, here=True)
    waiving.allow_self_approval(desk.call(desk.admin), desk.clinic.org, on=True)

    with pytest.raises(NotAllowed) as refused:
        desk.approves(desk.asks(desk.owner), desk.owner)
    assert "dr_kim" in refused.value.help


@pytest.mark.threat("waived-alone")
def test_an_administrator_accepts_no_risk_of_a_clinic_that_has_not_delegated_it(
    desk: Desk,
) -> None:
    waiver = desk.asks()
    with pytest.raises(NotAllowed, match="owner's decision"):
        desk.approves(waiver, desk.admin)

    waiving.delegate(desk.call(desk.owner), desk.clinic, on=True)
    desk.approves(waiver, desk.admin)

    assert desk.accepted() == 1


@pytest.mark.parametrize("who", ["tech", "admin"])
def test_nobody_else_approves(desk: Desk, who: str) -> None:
    waiver = desk.asks(desk.owner)

    with pytest.raises(NotAllowed):
        desk.approves(waiver, getattr(desk, who))


def test_an_approver_whose_role_has_ended_does_not(desk: Desk) -> None:
    former = add_user("dr_ray@bright-smiles.example", "Dr. Ray")
    grant = Grant(desk.place, Role.CLINIC_OWNER, desk.server.now - DAY)
    give_role(desk.server.home, former, grant, desk.by("shell"))

    with pytest.raises(NotAllowed):
        desk.approves(desk.asks(), former)


def test_what_would_be_over_is_not_approved(desk: Desk) -> None:
    waiver = desk.asks()
    desk.server.now = waiver.until_at

    with pytest.raises(Refusal, match="over already"):
        desk.approves(waiver)


@pytest.mark.parametrize(
    ("scope", "why"),
    [
        ((("machine", "OP9"),), "no machine"),
        ((("clinic", "harbor"),), "this is bright-smiles"),
        ((("group", "scanners"),), "no groups"),
        ((("group", "site:annex"),), "no site"),
    ],
)
def test_a_scope_that_means_nothing_here_is_refused(desk: Desk, scope: Any, why: str) -> None:
    with pytest.raises(Refusal, match=why):
        desk.asks(scope=scope)
    assert not waivers.waivers(desk.place).exists()


def test_an_id_is_never_used_twice(desk: Desk) -> None:
    waiving.refuse(desk.call(desk.owner), desk.asks().id, desk.owner, "no")

    with pytest.raises(AlreadyDone, match="already"):
        desk.asks(label="w-2026-001")


def test_of_several_all_are_taken_in_or_none(desk: Desk) -> None:
    both = [asked(), asked(label="W-2", scope=(("machine", "OP9"),))]

    with pytest.raises(NotThere):
        waiving.request(desk.call(desk.tech), desk.clinic, both, desk.tech)

    assert not waivers.waivers(desk.place).exists()


def test_each_step_is_a_document_whose_hash_is_in_the_log(desk: Desk) -> None:
    waiver = desk.approves(desk.asks())
    waiving.revoke(desk.call(desk.owner), waiver.id, desk.owner, "mended")

    kept = list(Document.objects.at(desk.place).order_by("leaf"))
    assert [one.act for one in kept] == ["request", "approve", "revoke"]
    assert [json.loads(bytes(one.data))["state"] for one in kept] == [
        "requested",
        "approved",
        "revoked",
    ]
    assert len({hashlib.sha256(bytes(one.data)).hexdigest() for one in kept}) == 3
    check_logs(desk.server.home)


def test_of_another_place_there_is_no_waiver(desk: Desk) -> None:
    waiver = desk.asks()
    elsewhere = Call(desk.server.home, Place(desk.place.org, frozenset()), desk.by("x"))

    with pytest.raises(NotThere):
        waiving.approve(elsewhere, waiver.id, desk.owner)


def test_a_no_without_a_reason_is_none(desk: Desk) -> None:
    with pytest.raises(Refusal, match="say why"):
        waiving.refuse(desk.call(desk.owner), desk.asks().id, desk.owner, " - ")
