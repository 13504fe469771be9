"""Who asks whether somebody listens is told what `listeners` says, and no more than that."""

from dataclasses import replace
from datetime import timedelta

from agent.facts.listening import Listening
from rules.facts.base import Reading, Status, Unknown, Why
from tests.agent.facts.clinic import NOW, about


def listening(status: Status, value: object) -> Listening:
    reading = Reading("listeners", status, value, NOW, timedelta(minutes=5))
    return Listening(replace(about(), readings={"listeners": reading}))


def test_a_collector_that_broke_costs_who_comes_after_it_no_more_than_the_answer() -> None:
    assert listening(Status.ERROR, None).any_of(("smbd",), (445,)) == Unknown(Why.API_ERROR)


def test_nobody_listens_where_all_is_known_and_nobody_does() -> None:
    assert listening(Status.OK, []).any_of(("smbd",), (445,)) is False


def test_an_incomplete_list_proves_nothing() -> None:
    said = {"$items": [], "$missing": "access_denied"}
    assert listening(Status.PARTIAL, said).any_of(("smbd",), (445,)) == Unknown(Why.ACCESS_DENIED)
