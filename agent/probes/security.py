r"""Which antivirus products has the Security Center of a Windows for people?

`root\SecurityCenter2:AntiVirusProduct`; servers have no such thing. Paths of products are not kept.
"""

import sys
from collections.abc import Iterable

from agent.probes.calls.wmi import Thing
from rules.facts.form import Json


def described(things: Iterable[Thing]) -> Json:
    """Each product by the GUID that it has registered, with the bits of its state."""
    return {
        "products": [
            {
                "id": thing.value("instanceGuid"),
                "name": thing.value("displayName"),
                "state": thing.value("productState"),
            }
            for thing in things
        ]
    }


if sys.platform == "win32":
    from agent.probes.calls.wmi import instances

    def ask() -> Json:
        """All products that have registered."""
        return described(instances(r"root\SecurityCenter2", "AntiVirusProduct"))
