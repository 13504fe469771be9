"""A list of an RMM: read first, then taken over; machines without an agent are seen and counted."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from controller.inventory.models import Listed
from controller.ledger.models import Audit
from tests.controller.bright_smiles import Practice, path

LIST = b"Device Name,Type,OS\nOP1.bright.local,workstation,Windows 11\nCEPH-PC,capture,Windows 10\n"


def send(client: Client, north_quay: Practice, data: bytes = LIST) -> str:
    file = SimpleUploadedFile("devices.csv", data)
    return client.post(path(north_quay, "inventory/"), {"file": file}).content.decode()


@pytest.fixture
def taken(dr_lee: Client, north_quay: Practice) -> str:
    shown = send(dr_lee, north_quay)
    text = re.search(r"<textarea[^>]*>(.*?)</textarea>", shown, re.DOTALL)[1]
    form = {"text": text.replace("&quot;", '"'), "source": "devices.csv", "take": "yes"}
    return dr_lee.post(path(north_quay, "inventory/"), form).content.decode()


def test_a_list_is_shown_before_anything_is_written(dr_lee: Client, north_quay: Practice) -> None:
    page = send(dr_lee, north_quay)

    assert "2 machines new" in page
    assert "Device Name as host" in page
    assert Listed.objects.at(north_quay.place).count() == 0


def test_machines_without_an_agent_are_counted(
    taken: str, dr_lee: Client, north_quay: Practice
) -> None:
    fleet = dr_lee.get(f"/{north_quay.org.slug}/").content.decode()
    clinic = dr_lee.get(path(north_quay)).content.decode()

    assert "1 of 2 listed machines carries no agent" in taken
    assert "7 are in the inventory" in fleet
    assert "1 machine of the inventory carries no agent" in clinic
    assert Audit.objects.at(north_quay.place).filter(action="inventory.import").count() == 1


def test_a_machine_is_left_out_with_a_reason_only(
    taken: str, dr_lee: Client, north_quay: Practice
) -> None:
    row = Listed.objects.at(north_quay.place).get(host="ceph-pc")
    where = path(north_quay, f"inventory/{row.id}")

    bare = dr_lee.post(where, {"state": "ignored", "reason": " "})
    said = dr_lee.post(where, {"state": "ignored", "reason": "sold in May"})

    assert (bare.status_code, said.status_code) == (400, 302)
    assert "6 are in the inventory" in dr_lee.get(f"/{north_quay.org.slug}/").content.decode()


def test_a_list_with_a_fault_writes_nothing(dr_lee: Client, north_quay: Practice) -> None:
    page = send(dr_lee, north_quay, b"host\nOP 9\n")

    assert "line 2, column 1" in page
    assert Listed.objects.at(north_quay.place).count() == 0


def test_a_newer_list_brings_up_to_date_and_removes_nothing(
    taken: str, dr_lee: Client, north_quay: Practice
) -> None:
    form = {"text": "host,os\nceph-pc,Windows 11\n", "take": "yes"}
    dr_lee.post(path(north_quay, "inventory/"), form)

    rows = Listed.objects.at(north_quay.place).order_by("host")
    assert [(one.host, one.system) for one in rows] == [
        ("ceph-pc", "Windows 11"),
        ("op1", "Windows 11"),
    ]


def test_a_machine_that_tells_its_domain_is_the_listed_one(
    taken: str, dr_lee: Client, north_quay: Practice
) -> None:
    machine = north_quay.machines["OP2"]
    machine.host = "ceph-pc.Bright.local"
    machine.save()

    clinic = dr_lee.get(path(north_quay)).content.decode()

    assert "1 of 2 listed machines carries no agent" in taken
    assert "of the inventory carr" not in clinic
