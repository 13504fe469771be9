"""BitLocker is asked by its methods, and never for what opens a disk."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from agent.probes import bitlocker
from agent.probes.base import ProbeError
from agent.probes.calls import com

VOLUME = r"\\?\Volume{00000000-0000-0000-0000-000000000001}" + "\\"
ON = {
    "GetProtectionStatus": {"ReturnValue": 0, "ProtectionStatus": 1},
    "GetConversionStatus": {
        "ReturnValue": 0,
        "ConversionStatus": 1,
        "EncryptionPercentage": 100,
        "EncryptionFlags": 1,
        "WipingStatus": 0,
    },
    "GetEncryptionMethod": {"ReturnValue": 0, "EncryptionMethod": 6},
    "GetLockStatus": {"ReturnValue": 0, "LockStatus": 0},
    "GetKeyProtectors": {"ReturnValue": 0, "VolumeKeyProtectorID": ["{A}", "{B}"]},
    "GetKeyProtectorType": {"ReturnValue": 0, "KeyProtectorType": 3},
    "GetSuspendCount": {"ReturnValue": 0, "SuspendCount": 0},
}


@dataclass
class Encryptable:
    """An instance of Win32_EncryptableVolume; a number in the place of an answer is raised."""

    answers: Mapping[str, Any]
    asked: list[str] = field(default_factory=list)

    def value(self, name: str) -> Any:
        assert name == "DeviceID", "properties are cached, and lie"
        return VOLUME

    def call(self, method: str, **given: str) -> Mapping[str, Any]:
        self.asked.append(method)
        answer = self.answers[method]
        if isinstance(answer, int):
            raise ProbeError.of(answer)
        return answer


def one(**answers: Any) -> dict[str, Any]:
    (volume,) = bitlocker.described([Encryptable(ON | answers)])["volumes"]
    return volume


def test_all_is_asked_by_methods() -> None:
    assert one() == {
        "id": VOLUME,
        "protection": 1,
        "conversion": {"status": 1, "percent": 100, "flags": 1},
        "method": 6,
        "lock": 0,
        "protectors": [3, 3],
        "suspend_count": 0,
    }


def test_no_method_that_gives_a_key_is_ever_asked() -> None:
    volume = Encryptable(ON)
    bitlocker.described([volume])
    assert not any("Password" in name or "Package" in name for name in volume.asked)
    assert set(volume.asked) == set(ON)


def test_a_return_value_is_a_failure_with_its_number() -> None:
    locked = {"ReturnValue": 0x80310000, "ConversionStatus": 0}
    said = one(GetConversionStatus=locked)["conversion"]
    assert said == {"error": {"code": "locked", "number": 0x80310000}}


def test_one_method_that_fails_costs_no_other() -> None:
    said = one(GetSuspendCount=0x80041003)
    assert said["suspend_count"] == {"error": {"code": "not_elevated", "number": 0x80041003}}
    assert said["protection"] == 1


def test_a_volume_without_protectors_has_none() -> None:
    assert (
        one(GetKeyProtectors={"ReturnValue": 0, "VolumeKeyProtectorID": None})["protectors"] == []
    )


@pytest.mark.parametrize(
    ("hresult", "raised", "number"),
    [
        (-2147352567, (0, "SWbemObjectEx", "Zugriff verweigert", None, 0, -2147217405), 0x80041003),
        (-2147352567, None, 0x80020009),
        (-2147217394, None, 0x8004100E),
        (-2147024891, (0, None, None, None, 0, 0), 0x80070005),
    ],
)
def test_the_number_of_an_error_of_com_is_wmis_own(hresult, raised, number) -> None:
    assert com.number_of(hresult, raised) == number


@pytest.mark.parametrize(
    ("value", "plain"),
    [(-1, 0xFFFFFFFF), (7, 7), (True, True), (None, None), ((1, -2), [1, 0xFFFFFFFE]), ("x", "x")],
)
def test_a_value_of_com_is_one_of_json(value, plain) -> None:
    assert com.plain(value) == plain
