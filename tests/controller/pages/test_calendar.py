"""The calendar says who must do what by when, and other calendars read it."""

import re
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from controller.paperwork import queries
from controller.paperwork.models import Entry
from controller.people.roles import Role
from tests.controller.bright_smiles import Practice, path, person
from tests.controller.paperwork import papers


@pytest.fixture
def year(north_quay: Practice) -> Practice:
    papers.fill(north_quay)
    return north_quay


def test_a_task_stands_on_its_day_and_with_its_person(dr_lee: Client, year: Practice) -> None:
    person(year, Role.CLINIC_IT, "robin@bright-smiles.example", year.clinic)
    ends = queries.today(year.clinic, timezone.now() - timedelta(days=80)).day
    ends += timedelta(days=90)

    shown = dr_lee.get(path(year, "calendar/")).content.decode()

    it = shown.partition(">IT administrator: ")[2].partition("</section>")[0]
    assert it.startswith("Dr. Lee, robin")
    assert f'<time datetime="{ends}">' in it
    assert re.search(rf'data-day="{ends}"><a [^>]*/restore-test/', shown)


def test_what_is_late_says_so(dr_lee: Client, year: Practice) -> None:
    shown = dr_lee.get(path(year, "calendar/")).content.decode()

    assert re.search(r'data-task="log-review/">.*?late', shown)


def test_it_can_be_taken_along(dr_lee: Client, year: Practice) -> None:
    answer = dr_lee.get(path(year, "calendar.ics"))

    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    text = answer.content.decode().replace("\r\n ", "")
    assert f"UID:restore-test/@{year.clinic.id}\r\n" in text
    assert "/c/bright-smiles/paperwork/sign/restore-test/\r\n" in text


def test_where_nobody_can_sign_it_says_so(dr_lee: Client, north_quay: Practice) -> None:
    shown = dr_lee.get(path(north_quay, "calendar/")).content

    assert b"Nobody here is the security official" in shown


def test_the_deadlines_of_an_incident_stand_in_it(dr_lee: Client, year: Practice) -> None:
    shown = dr_lee.get(path(year, "calendar/")).content.decode()
    taken = dr_lee.get(path(year, "calendar.ics")).content.decode().replace("\r\n ", "")

    row = Entry.objects.at(year.place).get(register="incidents")
    last = date.fromisoformat(row.data["discovered_on"]) + timedelta(days=60)
    assert re.search(rf'data-day="{last}"><a href="[^"]*/r/incidents/{row.entry}/"', shown)
    assert f"DTSTART;VALUE=DATE:{last:%Y%m%d}" in taken
