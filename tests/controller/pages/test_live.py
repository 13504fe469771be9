"""A stream tells that something changed, to whom it concerns, and for as long as they may know."""

import time
from collections.abc import Callable, Iterator
from functools import partial
from weakref import WeakSet

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.http import StreamingHttpResponse
from django.test import Client

from controller.alerts.look import Whose, look
from controller.ledger.actions import Act, told
from controller.ledger.bus import BUS, Change
from controller.pages import live
from controller.people import logoff, membership
from controller.people.models import Membership
from controller.people.roles import Role
from tests.controller.bright_smiles import NOW, Practice, Story, add_clinic, by, person, practice

CLINIC = "/live?org=north-quay-it&clinic=bright-smiles"
ORG = "/live?org=north-quay-it"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second is a hundredth here; nothing was told before the test."""
    monkeypatch.setattr(live, "TICK_SECONDS", 0.01)
    monkeypatch.setattr(live, "WIDE_SECONDS", 0.05)
    monkeypatch.setattr(live, "_STALE_SECONDS", 0.0)
    monkeypatch.setattr(live, "_BACK_SECONDS", 0.0)


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """A comment is due at once."""
    monkeypatch.setattr(live, "COMMENT_SECONDS", 0.02)


def told_after(act: Callable[[], object], answer: StreamingHttpResponse) -> list[str]:
    """What a stream says once it is open and this was done: its first two pieces, or its last."""

    async def listening() -> list[str]:
        assert answer.status_code == 200
        pieces = aiter(answer.streaming_content)
        assert await anext(pieces) == b"retry: 5000\n: here\n\n"
        await sync_to_async(act)()
        said = [await anext(pieces, b"end")]
        if said[0] == live._event([live.OVER]):
            said.append(await anext(pieces, b"end"))
        return [one.decode().strip() for one in said]

    return async_to_sync(listening)()


def reported(practice: Practice, *hosts: str) -> None:
    """What intake tells when reports of these machines are committed."""
    for machine in map(practice.machines.__getitem__, hosts):
        BUS.tell([Change(machine.org_id, machine.clinic_id, machine=machine.id)])


def test_a_report_is_told_by_the_names_of_its_topics(dr_lee: Client, north_quay: Practice) -> None:
    said = told_after(partial(reported, north_quay, "OP1"), dr_lee.get(CLINIC))

    assert said == [f"data: machine-{north_quay.machines['OP1'].id} machines"]


def test_an_act_of_a_person_is_told_when_it_is_committed(
    dr_lee: Client, north_quay: Practice, django_capture_on_commit_callbacks
) -> None:
    def acts() -> None:
        with django_capture_on_commit_callbacks(execute=True):
            told(north_quay.home, by(), Act("note"), north_quay.org.id, north_quay.clinic.id)

    assert told_after(acts, dr_lee.get(CLINIC)) == ["data: acts alerts files machines"]


def test_an_alert_that_opens_is_told(
    dr_lee: Client, north_quay: Practice, django_capture_on_commit_callbacks
) -> None:
    def looks() -> None:
        with django_capture_on_commit_callbacks(execute=True):
            look(north_quay.home, Whose(north_quay.org, north_quay.clinic), NOW)

    assert told_after(looks, dr_lee.get(CLINIC)) == ["data: alerts"]


def test_a_look_that_changes_nothing_is_not_told(
    north_quay: Practice, django_capture_on_commit_callbacks
) -> None:
    look(north_quay.home, Whose(north_quay.org, north_quay.clinic), NOW)
    before = BUS.back(0)
    here, _ = BUS.since(before)

    with django_capture_on_commit_callbacks(execute=True):
        look(north_quay.home, Whose(north_quay.org, north_quay.clinic), NOW)

    assert BUS.since(here) == (here, frozenset())


def test_what_comes_within_a_second_is_told_once(dr_lee: Client, north_quay: Practice) -> None:
    said = told_after(partial(reported, north_quay, "OP1", "OP2", "OP1"), dr_lee.get(ORG))

    assert said == ["data: machines"]


@pytest.fixture
def harbor(north_quay: Practice) -> Change:
    """Something changed in a clinic of the same org."""
    clinic = add_clinic(north_quay.home, north_quay.org, "Harbor Dental")
    return Change(clinic.org_id, clinic.id)


@pytest.fixture
def front_desk(north_quay: Practice, sign_in) -> Client:
    """An office manager of Bright Smiles alone."""
    user = person(
        north_quay, Role.OFFICE_MANAGER, "front_desk@bright-smiles.example", north_quay.clinic
    )
    return sign_in(user.email)


@pytest.mark.threat("curious-clinic")
@pytest.mark.parametrize("address", [CLINIC, ORG])
def test_nobody_hears_of_another_clinic_or_org(
    address: str, front_desk: Client, north_quay: Practice, harbor: Change, soon: None
) -> None:
    elm = practice(north_quay.home, "Tall Oaks", "Elm Street", (Story("ELMFRONT"),))
    changes = [harbor, Change(harbor.org, None), Change(elm.org.id, elm.clinic.id)]

    said = told_after(partial(BUS.tell, changes), front_desk.get(address))

    assert said == [": still here"]


def test_who_sees_the_whole_org_hears_of_it_and_of_all_its_clinics(
    dr_lee: Client, north_quay: Practice, harbor: Change
) -> None:
    assert told_after(partial(BUS.tell, [harbor]), dr_lee.get(ORG)) == ["data: machines"]


@pytest.mark.parametrize(
    "address",
    ["/live", "/live?org=tall-oaks", f"{ORG}&clinic=elm-street", "/live?org=tall-oaks&clinic=x"],
)
def test_a_strangers_place_is_not_there(address: str, dr_lee: Client, north_quay: Practice) -> None:
    practice(north_quay.home, "Tall Oaks", "Elm Street", (Story("ELMFRONT"),))

    assert dr_lee.get(address).status_code == 404


def test_nobody_listens_without_signing_in(client: Client, north_quay: Practice) -> None:
    assert client.get(CLINIC).status_code == 401


def revoke(client: Client, _: Practice) -> None:
    client.session.flush()


def run_out(client: Client, _: Practice) -> None:
    session = client.session
    logoff.begin(session, time.time() - 24 * 3600)
    session.save()


def take_role(_: Client, there: Practice) -> None:
    for one in Membership.objects.at(there.place).filter(user__email__startswith="front_desk"):
        membership.end_role(there.home, there.place, one.pk, by())


def close_account(_: Client, there: Practice) -> None:
    user = Membership.objects.at(there.place).get(user__email__startswith="front_desk").user
    user.is_active = False
    user.save()


@pytest.mark.parametrize("end", [revoke, run_out, take_role, close_account])
def test_a_stream_ends_with_the_session_and_with_the_right(
    end, front_desk: Client, north_quay: Practice
) -> None:
    def ends() -> None:
        end(front_desk, north_quay)
        reported(north_quay, "OP1")

    assert told_after(ends, front_desk.get(CLINIC)) == ["data: over", "end"]


def test_a_stream_ends_by_itself_when_nothing_is_told(front_desk: Client, soon: None) -> None:
    said = told_after(front_desk.session.flush, front_desk.get(CLINIC))

    assert said == ["data: over", "end"]


def test_a_stream_is_no_act_of_a_person(dr_lee: Client, north_quay: Practice) -> None:
    session = dr_lee.session
    session[logoff.ACTED] -= 600
    session.save()

    told_after(partial(reported, north_quay, "OP1"), dr_lee.get(CLINIC))

    assert dr_lee.session[logoff.ACTED] == session[logoff.ACTED]


def test_no_proxy_holds_a_stream_back(dr_lee: Client, north_quay: Practice, soon: None) -> None:
    answer = dr_lee.get(CLINIC)

    assert answer["X-Accel-Buffering"] == "no"
    assert answer["Content-Type"] == "text/event-stream"
    assert answer["Cache-Control"] == "no-store"
    assert told_after(lambda: None, answer) == [": still here"]


@pytest.fixture
def stopping() -> Iterator[None]:
    BUS.close()
    yield
    BUS.is_closed = False


def test_there_are_so_many_seats_and_one_that_is_left_is_free(
    dr_lee: Client, north_quay: Practice, stopping: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "MOST", len(live._SEATS) + 1)
    first = dr_lee.get(CLINIC)
    full = dr_lee.get(CLINIC)
    assert told_after(lambda: None, first) == ["end"]

    again = dr_lee.get(CLINIC)

    assert (full.status_code, full["Retry-After"], again.status_code) == (503, "60", 200)


def test_nobody_takes_the_seats_of_all(
    dr_lee: Client, front_desk: Client, north_quay: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "_SEATS", WeakSet())
    held = [dr_lee.get(CLINIC) for _ in range(live.MOST_OF_ONE)]

    one_more, somebody_else = dr_lee.get(CLINIC), front_desk.get(CLINIC)

    assert {one.status_code for one in held} == {200}
    assert (one_more.status_code, somebody_else.status_code) == (503, 200)


def test_a_stream_does_not_hold_up_a_stop(
    dr_lee: Client, north_quay: Practice, stopping: None
) -> None:
    assert told_after(lambda: None, dr_lee.get(CLINIC)) == ["end"]


def test_a_fragment_is_what_is_inside_the_frame(dr_lee: Client, north_quay: Practice) -> None:
    answer = dr_lee.get("/north-quay-it/", headers={"Dentinel-Background": "1"})

    text = answer.content.decode()
    assert '<div id="live" data-live hx-get="/north-quay-it/"' in text
    assert "<h1>North Quay IT</h1>" in text
    assert "<html" not in text
    assert 'class="bar"' not in text
