"""Nobody asks for rows without saying whose."""

from uuid import UUID, uuid4

import pytest
from django.apps import apps
from django.db import models

from controller.tenants.models import Clinic
from controller.tenants.scope import NoPlace, Place, Scoped
from tests.controller.clinic import MORNING, Server

FEATURES = ("tenants", "ledger", "fleet", "policy", "findings")
MODELS = [model for name in FEATURES for model in apps.get_app_config(name).get_models()]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
@pytest.mark.parametrize("ask", ["all", "filter", "count", "first", "exists", "create"])
def test_a_query_without_a_place_is_refused(model: type[models.Model], ask: str) -> None:
    with pytest.raises(NoPlace, match=r"objects\.at"):
        getattr(model._default_manager, ask)()


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_model_is_asked_with_a_place(model: type[models.Model]) -> None:
    assert isinstance(model._default_manager, Scoped)
    assert (
        "org_id" in str(model._default_manager.at(Place(uuid4())).query) or model.__name__ == "Org"
    )


def test_a_relation_is_no_way_around(server: Server) -> None:
    clinic = Clinic.objects.at(server.clinic.place).get()
    with pytest.raises(NoPlace):
        clinic.machine_set.all()
    assert clinic.org.name == "North Quay IT"


@pytest.fixture
def two_clinics(server: Server) -> tuple[Place, UUID, UUID]:
    """North Quay serves a second clinic."""
    other = Clinic(org_id=server.clinic.org, name="East Pier", slug="east-pier", made_at=MORNING)
    other.save()
    server.machine("OP1")
    return server.clinic.place, server.clinic.id, other.id


def test_a_place_of_one_clinic_shows_nothing_of_another(
    two_clinics: tuple[Place, UUID, UUID],
) -> None:
    from controller.fleet.models import Machine, MachineKey

    org, mine, other = two_clinics
    assert {one.id for one in Clinic.objects.at(org.clinic(other))} == {other}
    assert Machine.objects.at(org.clinic(mine)).count() == 1
    assert Machine.objects.at(org.clinic(other)).count() == 0
    assert MachineKey.objects.at(org.clinic(mine)).count() == 2
    assert MachineKey.objects.at(org.clinic(other)).count() == 0


def test_narrowing_twice_to_different_clinics_leaves_nothing(
    two_clinics: tuple[Place, UUID, UUID],
) -> None:
    org, mine, other = two_clinics
    assert Clinic.objects.at(org.clinic(mine).clinic(other)).count() == 0


def test_another_org_sees_nothing(two_clinics: tuple[Place, UUID, UUID]) -> None:
    assert [model.__name__ for model in MODELS if model.objects.at(Place(uuid4())).exists()] == []
