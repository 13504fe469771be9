"""The Security Center and Defender are told by numbers, switches and times."""

from typing import Any

import pytest

from agent.probes import defender, firewalls, security
from agent.probes.base import ProbeError
from agent.readers.probes.defender import read
from agent.readers.probes.document import Document
from rules.facts.base import Unknown, Why


class Instance:
    """An instance of WMI; a number in the place of a value is raised."""

    def __init__(self, **values: Any) -> None:
        self.values = values

    def value(self, name: str) -> Any:
        found = self.values[name]
        if isinstance(found, ProbeError):
            raise found
        return found

    def call(self, method: str, **given: str) -> Any:
        raise AssertionError(f"{method} changes something, or may")


STATUS = {
    "AMRunningMode": "Normal",
    "AMServiceEnabled": True,
    "AntivirusEnabled": True,
    "RealTimeProtectionEnabled": True,
    "AntivirusSignatureLastUpdated": "20261120060000.000000+000",
    "IsTamperProtected": True,
}


@pytest.mark.parametrize("probe", [security, firewalls])
def test_a_product_is_told_by_its_guid_and_bits_and_not_by_its_path(probe) -> None:
    eset = Instance(instanceGuid="{EC1D}", displayName="ESET Security", productState=266240)
    assert probe.described([eset]) == {
        "products": [{"id": "{EC1D}", "name": "ESET Security", "state": 266240}]
    }


def test_what_defender_says_is_read_back() -> None:
    said = read(Document(defender.described([Instance(**STATUS)])))
    assert said is not None
    assert (said.mode, said.enabled, said.realtime) == ("Normal", True, True)


def test_a_property_that_this_release_does_not_have_costs_no_other() -> None:
    odd = STATUS | {"AMRunningMode": ProbeError.of(0x80041002)}
    said = read(Document(defender.described([Instance(**odd)])))
    assert said is not None
    assert said.mode == Unknown(Why.API_ERROR)
    assert said.enabled is True


def test_defender_that_is_not_there_is_null() -> None:
    assert defender.described([]) == {"status": None}
    assert read(Document({"status": None})) is None
