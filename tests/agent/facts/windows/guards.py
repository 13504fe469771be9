"""What guards a Windows, as the probes `security` and `defender` print it (`made`)."""

import json
from typing import Any

DEFENDER = "{D68DDC3A-831F-4fae-9E44-DA132C1ACF46}"
ESET = "{EC1D6F37-E411-475A-DF50-12FF7FE4AC70}"
ON, ON_OLD, OFF, OFF_OLD = 0x61100, 0x61110, 0x60100, 0x60110
SNOOZED, EXPIRED = 0x62100, 0x63100


def product(name: str, guid: str, state: int) -> dict[str, Any]:
    return {"id": guid, "name": name, "state": state}


def defender(state: int = ON) -> dict[str, Any]:
    return product("Windows Defender", DEFENDER, state)


def eset(state: int = ON) -> dict[str, Any]:
    return product("ESET Security", ESET, state)


def security(*products: dict[str, Any]) -> str:
    return json.dumps({"products": list(products)})


def status(**said: Any) -> str:
    """Defender that is on, with definitions of the day before yesterday."""
    known = {
        "mode": "Normal",
        "service": True,
        "enabled": True,
        "realtime": True,
        "signatures": "20261120060000.000000+000",
        "tamper_protection": True,
    }
    return json.dumps({"status": known | said})


GOOD = {"security": security(defender()), "defender": status()}
BAD = {
    "security": security(defender()),
    "defender": status(realtime=False, signatures="20260801060000.000000+000"),
}
"""It says that it is on and current, and is neither."""
