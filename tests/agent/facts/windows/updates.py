"""What the update agent of a Windows knows, as the probe `wua` prints it (`made`)."""

import json
from typing import Any

SECURITY = "0fa1201d-4330-4fa8-8ae9-b877473b6441"
CRITICAL = "e6cf1350-c01b-414d-a61f-263d14d133b4"
DEFINITIONS = "e0789628-ce08-4437-be74-2495b842f43b"
ROLLUP = "28bc880e-0592-4cbf-8f95-c79b17911d5f"
LATELY, LONG_AGO = "2026-11-20T06:00:00Z", "2026-08-11T17:00:00Z"
NEVER = "1899-12-30T00:00:00Z"


def guid(number: int) -> str:
    return f"00000000-0000-0000-0000-{number:012d}"


def update(number: int, **said: Any) -> dict[str, Any]:
    """A security update of last week; what is given stands instead."""
    known = {
        "id": guid(number),
        "kb": [f"50{number:05d}"],
        "severity": "Important",
        "released": "2026-11-10T18:00:00Z",
        "categories": [SECURITY.upper()],
        "title": f"Security Update (KB50{number:05d})",
    }
    return known | said


def done(at: str, *categories: str, operation: int = 1, result: int = 2) -> dict[str, Any]:
    """An entry of the history."""
    return {"operation": operation, "result": result, "at": at, "categories": list(categories)}


def wua(
    *updates: dict[str, Any],
    result: int = 2,
    history: Any = None,
    searched: Any = LATELY,
    **said: Any,
) -> str:
    """All that the probe prints."""
    known = {
        "found": {"result": result, "updates": list(updates)},
        "history": [done(LATELY, SECURITY)] if history is None else history,
        "searched": searched,
    }
    return json.dumps(known | said)


DEFINITION = update(
    7,
    kb=["2267602"],
    severity="",
    categories=[DEFINITIONS],
    released=LATELY,
    title="Security Intelligence Update for Microsoft Defender Antivirus - KB2267602",
)

GOOD = {"wua": wua(update(1), DEFINITION)}
"""It looked lately; what waits has waited for twelve days."""

BAD = {
    "wua": wua(
        update(2, severity="Critical", released=LONG_AGO),
        history=[done(LONG_AGO, SECURITY), done(LATELY, DEFINITIONS)],
        searched=LONG_AGO,
    )
}
"""A critical patch has waited for months, and nobody has looked since."""
