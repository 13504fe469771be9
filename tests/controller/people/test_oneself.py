"""Nobody gives himself a role or a designation while somebody else could."""

import pytest

from controller.errors import NotAllowed, Refusal
from controller.ledger.actions import By
from controller.ledger.models import Audit
from controller.paperwork import signers
from controller.people import membership, risk
from controller.people.actions import Grant
from controller.people.models import Membership, User
from controller.people.roles import Role
from tests.controller.bright_smiles import NOW, Practice, by, new_home, person, practice

OFFICIAL = ["security_official"]


@pytest.fixture
def north_quay(db, tmp_path, settings) -> Practice:
    home = new_home(tmp_path / "controller")
    settings.HOME = home.root
    return practice(home, stories=())


@pytest.fixture
def dr_kim(north_quay: Practice) -> User:
    """The owner of Bright Smiles."""
    return person(north_quay, Role.CLINIC_OWNER, "dr_kim@bright-smiles.example", north_quay.clinic)


def himself(user: User) -> By:
    return By(user.email, "", NOW, user.id)


def held(there: Practice, user: User) -> Membership:
    return Membership.objects.at(there.place).get(user=user)


def designates(there: Practice, who: User, whom: User, words: list[str]) -> Membership:
    row = held(there, whom)
    return membership.designate(there.home, there.place, row.id, words, himself(who))


def test_who_is_alone_designates_himself_and_it_is_said(north_quay: Practice) -> None:
    dr_lee = north_quay.dr_lee

    row = designates(north_quay, dr_lee, dr_lee, OFFICIAL)

    assert row.by_oneself == OFFICIAL
    signs_as = signers.signs_as(User.objects.get(pk=dr_lee.pk), OFFICIAL[0], north_quay.place)
    assert signs_as == "security_official:self"
    assert signers.in_words(signs_as) == "Security official, self-designated"
    act = Audit.objects.at(north_quay.place).get(action="role.designate")
    assert act.after == {"as": OFFICIAL, "by_oneself": OFFICIAL}


def test_where_an_owner_is_the_administrator_does_not(north_quay: Practice, dr_kim: User) -> None:
    with pytest.raises(NotAllowed, match="nobody gives himself the name of security") as refused:
        designates(north_quay, north_quay.dr_lee, north_quay.dr_lee, OFFICIAL)

    assert dr_kim.name in refused.value.help
    assert held(north_quay, north_quay.dr_lee).designations == []
    assert not Audit.objects.at(north_quay.place).filter(action="role.designate").exists()


def test_another_one_confirms_what_somebody_gave_himself(north_quay: Practice) -> None:
    dr_lee = north_quay.dr_lee
    designates(north_quay, dr_lee, dr_lee, OFFICIAL)
    alex = person(north_quay, Role.MSP_ADMIN, "alex@north-quay.example")

    row = designates(north_quay, alex, dr_lee, OFFICIAL)

    assert (row.designations, row.by_oneself) == (OFFICIAL, [])


def test_what_he_has_of_another_stays_so_when_he_gives_some_of_it_up(north_quay: Practice) -> None:
    dr_lee = north_quay.dr_lee
    alex = person(north_quay, Role.MSP_ADMIN, "alex@north-quay.example")
    designates(north_quay, alex, dr_lee, ["it_admin", "security_official"])

    row = designates(north_quay, dr_lee, dr_lee, OFFICIAL)

    assert (row.designations, row.by_oneself) == (OFFICIAL, [])
    with pytest.raises(NotAllowed):
        designates(north_quay, dr_lee, dr_lee, ["privacy_official", "security_official"])


def gives_himself(there: Practice, role: Role) -> Membership:
    grant = Grant(there.place.clinic(there.clinic.id), role)
    dr_lee = there.dr_lee
    membership.let_in(there.home, dr_lee.email, "", grant, himself(dr_lee))
    return Membership.objects.at(grant.place).get(user=dr_lee)


def test_no_administrator_makes_himself_an_owner_beside_the_owner(
    north_quay: Practice, dr_kim: User
) -> None:
    with pytest.raises(NotAllowed, match="nobody gives himself a role"):
        gives_himself(north_quay, Role.CLINIC_OWNER)

    assert [one.id for one in risk.approvers(north_quay.clinic, NOW)] == [dr_kim.id]


def test_in_a_practice_of_one_he_does_and_signs_as_such(north_quay: Practice) -> None:
    row = gives_himself(north_quay, Role.CLINIC_OWNER)

    place = north_quay.place.clinic(north_quay.clinic.id)
    signs_as = signers.signs_as(User.objects.get(pk=north_quay.dr_lee.pk), "practice_owner", place)
    assert row.by_oneself == ["role"]
    assert signers.in_words(signs_as) == "Owner, self-given"


def test_the_last_administrator_does_not_give_his_role_up_for_another(
    north_quay: Practice,
) -> None:
    dr_lee = north_quay.dr_lee
    grant = Grant(north_quay.place, Role.MSP_TECH)

    with pytest.raises(Refusal, match="last administrator"):
        membership.let_in(north_quay.home, dr_lee.email, "", grant, himself(dr_lee))

    assert held(north_quay, dr_lee).role == Role.MSP_ADMIN


def test_whoever_has_the_server_s_shell_is_somebody_else(north_quay: Practice) -> None:
    row = membership.designate(
        north_quay.home, north_quay.place, held(north_quay, north_quay.dr_lee).id, OFFICIAL, by()
    )

    assert row.by_oneself == []


def test_a_risk_is_not_accepted_by_break_glass(north_quay: Practice) -> None:
    from controller.people import emergency

    sam = person(north_quay, Role.MSP_TECH, "sam@north-quay.example")
    north_quay.clinic.delegates_risk = True
    emergency.break_glass(north_quay.home, north_quay.org, sam, "nobody else is here", by())

    assert [one.id for one in risk.approvers(north_quay.clinic, NOW)] == [north_quay.dr_lee.id]
