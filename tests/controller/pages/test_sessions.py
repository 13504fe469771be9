"""A person sees where he is signed in, and ends what he does not know."""

import re

import pytest
from django.core.cache import cache
from django.test import Client

from controller.ledger.models import Audit
from controller.people.roles import Role
from tests.controller.bright_smiles import Practice, path, person
from tests.controller.pages.test_second_factor import code_of, sets_up_phone, types_password


@pytest.fixture
def two_places(north_quay: Practice) -> tuple[Client, Client]:
    """Dr. Lee at the desk and, since then, on a laptop."""

    cache.clear()
    desk, laptop = Client(), Client(headers={"User-Agent": "Laptop of nobody knows whom"})
    types_password(desk, north_quay.dr_lee)
    key, _ = sets_up_phone(desk)
    cache.clear()
    types_password(laptop, north_quay.dr_lee)
    laptop.post("/sign-in/code", {"code": code_of(key)})
    return desk, laptop


def ends(page: bytes) -> list[str]:
    return re.findall(r'name="end" value="(\d+)"', page.decode())


def test_the_other_session_can_be_told_and_ended(
    two_places: tuple[Client, Client], north_quay: Practice
) -> None:
    desk, laptop = two_places
    page = desk.get("/me/sessions").content
    assert b"Laptop of nobody knows whom" in page
    (other,) = ends(page)

    desk.post("/me/sessions", {"end": other})

    assert laptop.get(path(north_quay))["Location"].startswith("/sign-in?")
    assert desk.get(path(north_quay)).status_code == 200
    assert Audit.objects.at(north_quay.place).filter(action="session.end").count() == 1


def test_all_others_end_at_once(two_places: tuple[Client, Client], north_quay: Practice) -> None:
    desk, laptop = two_places

    laptop.post("/me/sessions", {"end": "others"})

    assert desk.get(path(north_quay)).status_code == 302
    assert laptop.get(path(north_quay)).status_code == 200


@pytest.mark.parametrize(("named", "status"), [("999999", 404), ("", 400), ("x", 400)])
def test_what_is_no_session_of_his_ends_nothing(
    named: str, status: int, two_places: tuple[Client, Client], north_quay: Practice
) -> None:
    desk, laptop = two_places

    assert desk.post("/me/sessions", {"end": named}).status_code == status
    assert laptop.get(path(north_quay)).status_code == 200


def test_nobody_ends_the_session_of_another(
    two_places: tuple[Client, Client], dr_lee: Client, north_quay: Practice, sign_in
) -> None:

    desk, _ = two_places
    sam = sign_in(person(north_quay, Role.MSP_ADMIN, "sam@north-quay.example").email)
    (other,) = ends(desk.get("/me/sessions").content)[:1] or [""]

    assert sam.post("/me/sessions", {"end": other}).status_code == 404
