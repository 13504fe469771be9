"""Sites and groups are made and given up by who may; machines are put into them by the dozen."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from controller.alerts.models import Mute
from controller.fleet import premises
from controller.fleet.models import Machine
from controller.identity.secrets import Keys
from controller.ledger.models import Audit
from controller.people.roles import Permission, Role, allows
from controller.policy.online import Online
from controller.policy.roster import roster
from controller.tenants.models import Group, Site
from evidence.roster import Numbers
from tests.controller.bright_smiles import BRIGHT_SMILES, Practice, add_clinic, path, person, settle
from tests.controller.pages.conftest import SignIn

KINDS = {"site": Site, "group": Group}
DISPOSAL = "wiped with nwipe, shredded by Iron Box, 12 Nov"


def add(client: Client, there: Practice, kind: str, name: str):
    return client.post(path(there, "places/"), {"do": "add", "kind": kind, "name": name})


def held(there: Practice, kind: str):
    return KINDS[kind].objects.at(there.place).get()


def chosen(there: Practice, *hosts: str) -> list[str]:
    return [str(there.machines[host].id) for host in hosts]


def puts(client: Client, there: Practice, to: str, *hosts: str):
    sent = {"do": "move", "to": to, "machine": chosen(there, *hosts)}
    return client.post(path(there, "machines/chosen"), sent)


def inside(there: Practice, kind: str) -> list[str]:
    rows = Machine.objects.at(there.place).filter(**{f"{kind}__isnull": False})
    return sorted(rows.values_list("host", flat=True))


@pytest.fixture
def annex(dr_lee: Client, north_quay: Practice) -> Site:
    add(dr_lee, north_quay, "site", "Annex on Elm Street")
    return held(north_quay, "site")


@pytest.fixture
def operatories(dr_lee: Client, north_quay: Practice) -> Group:
    add(dr_lee, north_quay, "group", "Operatories")
    return held(north_quay, "group")


def test_what_is_made_has_a_short_name_that_stays(
    annex: Site, dr_lee: Client, north_quay: Practice
) -> None:
    sent = {"do": "rename", "kind": "site", "part": str(annex.id), "name": "The annex"}

    assert dr_lee.post(path(north_quay, "places/"), sent).status_code == 302

    row = held(north_quay, "site")
    assert (row.name, row.slug) == ("The annex", "annex-on-elm-street")
    acts = Audit.objects.at(north_quay.place).filter(action__startswith="site.").order_by("n")
    assert [(one.action, one.before) for one in acts] == [
        ("site.add", None),
        ("site.rename", "Annex on Elm Street"),
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_a_short_name_is_used_once_for_whatever(
    kind: str, annex: Site, dr_lee: Client, north_quay: Practice
) -> None:
    answer = add(dr_lee, north_quay, kind, "annex on elm  street")

    assert answer.status_code == 409
    assert b"short name annex-on-elm-street" in answer.content
    assert not Group.objects.at(north_quay.place).exists()


@pytest.mark.parametrize("name", ["", "  ", "***", "x" * 81])
def test_what_is_no_name_is_refused(name: str, dr_lee: Client, north_quay: Practice) -> None:
    assert add(dr_lee, north_quay, "group", name).status_code == 422
    assert not Group.objects.at(north_quay.place).exists()


def test_machines_are_put_into_it_several_at_once(
    annex: Site, operatories: Group, dr_lee: Client, north_quay: Practice
) -> None:
    puts(dr_lee, north_quay, f"site:{annex.id}", "OP1", "OP2", "OP3")
    puts(dr_lee, north_quay, f"group:{operatories.id}", "OP1", "OP2")
    puts(dr_lee, north_quay, "site:none", "OP3", "FRONT2")

    assert inside(north_quay, "site") == ["OP1", "OP2"]
    assert inside(north_quay, "group") == ["OP1", "OP2"]
    acts = Audit.objects.at(north_quay.place).filter(action="machine.move")
    assert acts.count() == 3 + 2 + 1
    assert all(one.leaf > 0 for one in acts)


def test_the_list_is_filtered_by_them(
    annex: Site, operatories: Group, dr_lee: Client, north_quay: Practice
) -> None:
    puts(dr_lee, north_quay, f"site:{annex.id}", "OP1")
    puts(dr_lee, north_quay, f"group:{operatories.id}", "OP2")
    asked = {
        "site=annex-on-elm-street": {"OP1"},
        "group=operatories": {"OP2"},
        "site=annex-on-elm-street&group=operatories": set(),
        "site=-&group=-": {"PANO-01", "FRONT2", "OP3", "NAS-1"},
    }

    for words, hosts in asked.items():
        page = dr_lee.get(path(north_quay, f"machines/?{words}")).content.decode()
        assert {one.host for one in BRIGHT_SMILES if f">{one.host}</a>" in page} == hosts, words


def test_the_author_of_rules_takes_both_along(
    annex: Site, operatories: Group, dr_lee: Client, north_quay: Practice
) -> None:
    puts(dr_lee, north_quay, f"site:{annex.id}", "OP1")
    puts(dr_lee, north_quay, f"group:{operatories.id}", "OP1")
    keys = Online.of(Keys.load(north_quay.home), north_quay.org.id, 1)

    clinic = roster(north_quay.org, keys, Numbers()).clinic("bright-smiles")
    assert clinic is not None
    (op1,) = [one for one in clinic.machines if one.name == "OP1"]
    assert (op1.site, op1.groups) == ("annex-on-elm-street", ("operatories",))


def test_what_machines_are_in_is_not_given_up(
    annex: Site, dr_lee: Client, north_quay: Practice
) -> None:
    puts(dr_lee, north_quay, f"site:{annex.id}", "OP1")
    sent = {"do": "end", "kind": "site", "part": str(annex.id), "record": "lease ended"}

    refused = dr_lee.post(path(north_quay, "places/"), sent)
    puts(dr_lee, north_quay, "site:none", "OP1")
    unsaid = dr_lee.post(path(north_quay, "places/"), {**sent, "record": " "})
    done = dr_lee.post(path(north_quay, "places/"), sent)

    assert (refused.status_code, unsaid.status_code, done.status_code) == (422, 422, 302)
    assert b"1 machine is still in" in refused.content
    assert held(north_quay, "site").record == "lease ended"
    assert b"Annex" not in dr_lee.get(path(north_quay, "places/")).content
    assert puts(dr_lee, north_quay, f"site:{annex.id}", "OP1").status_code == 404


def test_several_are_retired_with_what_became_of_their_disks(
    dr_lee: Client, north_quay: Practice
) -> None:
    sent = {"do": "retire", "machine": chosen(north_quay, "OP1", "OP2")}
    act = path(north_quay, "machines/chosen")

    asked = dr_lee.post(act, sent)
    unsaid = dr_lee.post(act, {**sent, "confirmed": "1", "disposal": " "})
    assert asked.status_code == 200
    assert all(host in asked.content for host in (b"OP1", b"OP2", b"What became of their disks?"))
    assert unsaid.status_code == 422
    assert not Machine.objects.at(north_quay.place).filter(state="retired").exists()
    dr_lee.post(act, {**sent, "confirmed": "1", "disposal": DISPOSAL})

    ended = Machine.objects.at(north_quay.place).filter(state="retired")
    assert sorted((one.host, one.disposal) for one in ended) == [
        ("OP1", DISPOSAL),
        ("OP2", DISPOSAL),
    ]


def test_nothing_is_done_with_a_machine_of_another_clinic(
    annex: Site, dr_lee: Client, north_quay: Practice
) -> None:
    harbor = add_clinic(north_quay.home, north_quay.org, "Harbor Dental")
    stranger = settle(harbor, BRIGHT_SMILES[0])
    act = path(north_quay, "machines/chosen")
    both = [*chosen(north_quay, "OP1"), str(stranger.id)]

    for sent in (
        {"do": "move", "to": f"site:{annex.id}", "machine": both},
        {"do": "move", "to": f"site:{uuid4()}", "machine": both[:1]},
        {"do": "retire", "machine": both},
        {"do": "retire", "machine": both, "confirmed": "1", "disposal": DISPOSAL},
    ):
        assert dr_lee.post(act, sent).status_code == 404
    assert inside(north_quay, "site") == []
    assert not Machine.objects.at(north_quay.place).filter(state="retired").exists()


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"do": "move", "to": "site:none"}, 422),
        ({"do": "retire"}, 422),
        ({"do": "move", "to": "clinic:none", "machine": ["OP1"]}, 400),
        ({"do": "move", "to": "site:x", "machine": ["OP1"]}, 400),
        ({"do": "move", "to": "site:none", "machine": ["x"]}, 400),
    ],
)
def test_what_is_no_choice_is_told(
    sent: dict, status: int, dr_lee: Client, north_quay: Practice
) -> None:
    named = [chosen(north_quay, one)[0] if one == "OP1" else one for one in sent.get("machine", [])]

    answer = dr_lee.post(path(north_quay, "machines/chosen"), {**sent, "machine": named})

    assert answer.status_code == status


@pytest.mark.parametrize("role", list(Role))
def test_each_role_does_what_the_table_says(
    role: Role, annex: Site, north_quay: Practice, sign_in: SignIn
) -> None:
    someone = sign_in(person(north_quay, role, f"{role}@north-quay.example").email)
    is_allowed = allows(role, Permission.MACHINES_JOIN)

    page = someone.get(path(north_quay, "places/"))
    list_ = someone.get(path(north_quay, "machines/"))
    made = add(someone, north_quay, "group", "Operatories")
    put = puts(someone, north_quay, f"site:{annex.id}", "OP1")

    assert page.status_code == 200
    assert (b'name="do" value="add"' in page.content) is is_allowed
    assert (b'name="machine"' in list_.content) is is_allowed
    assert (made.status_code, put.status_code) == ((302, 302) if is_allowed else (404, 404))
    assert inside(north_quay, "site") == (["OP1"] if is_allowed else [])


def test_the_page_says_what_membership_does_not_do(dr_lee: Client, north_quay: Practice) -> None:
    page = dr_lee.get(path(north_quay, "places/")).content

    assert b"Putting a machine into one changes no rule on it" in page
    assert premises.MOST_AT_ONCE == 200


def test_several_are_muted_for_a_reason_and_for_days(dr_lee: Client, north_quay: Practice) -> None:
    sent = {
        "do": "mute",
        "machine": chosen(north_quay, "OP1", "OP2"),
        "reason": "new disks on Friday",
        "days": "7",
    }

    answer = dr_lee.post(path(north_quay, "machines/chosen"), sent)

    assert answer["Location"] == path(north_quay, "alerts/")
    mutes = Mute.objects.at(north_quay.place).order_by("label")
    assert [(one.label, one.name, one.until - one.made_at) for one in mutes] == [
        ("OP1", "", timedelta(days=7)),
        ("OP2", "", timedelta(days=7)),
    ]


@pytest.mark.parametrize(
    ("change", "status"), [({"reason": " "}, 422), ({"days": "90"}, 400), ({"days": ""}, 400)]
)
def test_several_are_not_muted_without_a_reason_and_an_end(
    change: dict[str, str], status: int, dr_lee: Client, north_quay: Practice
) -> None:
    whole = {"do": "mute", "machine": chosen(north_quay, "OP1"), "reason": "disks", "days": "7"}

    answer = dr_lee.post(path(north_quay, "machines/chosen"), {**whole, **change})

    assert answer.status_code == status
    assert not Mute.objects.at(north_quay.place).exists()


@pytest.mark.parametrize(
    ("asked", "hosts"),
    [
        ("pack=1.0.0", True),
        ("pack=9.9.9", False),
        ("policy=builtin", True),
        ("policy=stale", False),
    ],
)
def test_machines_are_found_by_the_rules_that_judge_them(
    asked: str, hosts: bool, dr_lee: Client, north_quay: Practice
) -> None:
    text = dr_lee.get(f"{path(north_quay, 'machines/')}?{asked}").content.decode()

    assert (">OP1</a>" in text) == hosts
