"""Who may do what, where: the table, and the gate that asks it."""

from datetime import timedelta

import pytest

from controller.errors import AlreadyDone, NotThere, Refusal
from controller.identity.secrets import Keys
from controller.ledger.models import Audit
from controller.people import actions, queries
from controller.people.actions import Grant
from controller.people.models import User
from controller.people.roles import LABELS, MAY, Permission, Role, allows
from controller.tenants.models import Clinic, Org
from controller.tenants.scope import Place
from tests.controller import bright_smiles
from tests.controller.bright_smiles import NOW, PASSWORD

# One row a permission; a column each for administrator, technician, rule author, owner, office
# manager, clinic IT and auditor.
MATRIX = {
    Permission.VERDICTS_READ: "●●●●●●●",
    Permission.FACTS_READ: "●●●..●●",
    Permission.MACHINES_JOIN: "●●...●.",
    Permission.MACHINES_REVOKE: "●●.●.●.",
    Permission.WAIVERS_REQUEST: "●●●●.●.",
    Permission.WAIVERS_APPROVE: "●..●...",
    Permission.ATTESTATIONS_SIGN: "●●.●●●.",
    Permission.REGISTERS_READ: "●●.●●●●",
    Permission.REGISTERS_WRITE: "●●.●●●.",
    Permission.PACKS_STAGE: "●.●....",
    Permission.ALERTS_MUTE: "●●.●●●.",
    Permission.CHANNELS_MANAGE: "●..●...",
    Permission.EVIDENCE_EXPORT: "●●.●.●●",
    Permission.TABLES_EXPORT: "●●.●●●●",
    Permission.USERS_MANAGE: "●..●...",
    Permission.AUDIT_READ: "●..●..●",
    Permission.SETTINGS_MANAGE: "●......",
}


@pytest.fixture
def home(tmp_path, db):
    return bright_smiles.new_home(tmp_path / "controller")


@pytest.fixture
def north_quay(home) -> Org:
    return bright_smiles.open_org(home, "North Quay IT", "north-quay", bright_smiles.by())


@pytest.fixture
def bright(home, north_quay) -> Clinic:
    return bright_smiles.add_clinic(home, north_quay, "Bright Smiles")


@pytest.fixture
def harbor(home, north_quay) -> Clinic:
    return bright_smiles.add_clinic(home, north_quay, "Harbor Dental")


@pytest.fixture
def msp_tech(db) -> User:
    return actions.add_user("msp_tech@north-quay.example", "Sam", PASSWORD)


def grant(home, user: User, place: Place, role: Role, until=None) -> User:
    actions.give_role(home, user, Grant(place, role, until), bright_smiles.by())
    return User.objects.get(pk=user.pk)


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("permission", list(Permission))
def test_the_table_is_as_written_down(role: Role, permission: Permission) -> None:
    column = list(Role).index(role)

    assert allows(role, permission) == (MATRIX[permission][column] == "●")


def test_every_permission_and_role_is_in_the_table() -> None:
    assert set(MAY) == set(Permission) == set(MATRIX)
    assert set(LABELS) == set(Role)


@pytest.mark.parametrize(("role", "permission"), [("owner", "verdicts.read"), ("msp_admin", "x.y")])
def test_what_is_not_in_the_table_is_not_allowed(role: str, permission: str) -> None:
    assert not allows(role, permission)


def test_a_role_in_the_org_holds_in_every_clinic(home, north_quay, bright, msp_tech) -> None:
    user = grant(home, msp_tech, Place(north_quay.id), Role.MSP_TECH)

    assert user.has_perm("machines.join", Place(north_quay.id))
    assert user.has_perm("machines.join", Place(north_quay.id).clinic(bright.id))


def test_a_role_in_one_clinic_holds_nowhere_else(
    home, north_quay, bright, harbor, msp_tech
) -> None:
    user = grant(home, msp_tech, Place(north_quay.id).clinic(bright.id), Role.CLINIC_IT)

    assert user.has_perm("machines.join", Place(north_quay.id, frozenset({bright.id})))
    assert not user.has_perm("machines.join", Place(north_quay.id, frozenset({harbor.id})))
    assert not user.has_perm(
        "machines.join", Place(north_quay.id, frozenset({bright.id, harbor.id}))
    )
    assert not user.has_perm("machines.join", Place(north_quay.id))
    assert not user.has_perm("machines.join", Place(north_quay.id, frozenset()))


def test_two_roles_cover_two_clinics(home, north_quay, bright, harbor, msp_tech) -> None:
    org = Place(north_quay.id)
    grant(home, msp_tech, org.clinic(bright.id), Role.CLINIC_IT)
    user = grant(home, msp_tech, org.clinic(harbor.id), Role.OFFICE_MANAGER)
    both = Place(north_quay.id, frozenset({bright.id, harbor.id}))

    assert user.has_perm("verdicts.read", both)
    assert not user.has_perm("machines.join", both)


def test_another_org_is_out_of_reach(home, north_quay, msp_tech) -> None:
    strangers = bright_smiles.open_org(home, "Tall Oaks", "tall-oaks", bright_smiles.by())
    user = grant(home, msp_tech, Place(north_quay.id), Role.MSP_ADMIN)

    assert not user.has_perm("verdicts.read", Place(strangers.id))
    with pytest.raises(NotThere):
        queries.reach(user, "tall-oaks")


def test_a_role_ends_with_its_last_day(home, north_quay, msp_tech) -> None:
    place = Place(north_quay.id)
    user = grant(home, msp_tech, place, Role.AUDITOR, NOW - timedelta(minutes=1))

    assert not user.has_perm("verdicts.read", place)
    assert queries.reaches(user) == []


def test_a_closed_account_may_nothing(home, north_quay, msp_tech) -> None:
    user = grant(home, msp_tech, Place(north_quay.id), Role.MSP_ADMIN)
    user.is_active = False

    assert not user.has_perm("verdicts.read", Place(north_quay.id))


def test_an_auditor_without_an_end_is_refused(home, north_quay, msp_tech) -> None:
    with pytest.raises(Refusal, match="must have an end"):
        grant(home, msp_tech, Place(north_quay.id), Role.AUDITOR)


def test_a_new_role_replaces_the_one_before_and_both_are_in_the_books(
    home, north_quay, msp_tech
) -> None:
    place = Place(north_quay.id)
    grant(home, msp_tech, place, Role.MSP_TECH)
    user = grant(home, msp_tech, place, Role.RULE_AUTHOR)

    acts = Audit.objects.at(place).filter(action="role.give").order_by("n")
    assert [one.role for one in user.memberships()] == ["rule_author"]
    assert [(one.before, one.after["role"]) for one in acts] == [
        (None, "msp_tech"),
        (["msp_tech"], "rule_author"),
    ]


def test_one_e_mail_is_one_account_whatever_its_case(msp_tech) -> None:
    with pytest.raises(AlreadyDone):
        actions.add_user("MSP_Tech@North-Quay.example", "Sam again")


@pytest.mark.parametrize("password", ["short", "password1234", "msp_tech@north-quay"])
def test_a_weak_password_is_refused(msp_tech, password: str) -> None:
    with pytest.raises(Refusal):
        actions.set_password(msp_tech, password)


def test_passwords_are_kept_as_argon2(msp_tech) -> None:
    assert msp_tech.password.startswith("argon2$argon2id$")


def test_the_session_key_is_one_of_the_controllers_derived_keys(home) -> None:
    from controller.settings import _session_key

    derived = Keys.load(home).derive("django", "sessions")

    assert _session_key(home.root) == derived.hex()
