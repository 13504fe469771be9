r"""Which firewalls of other makers has the Security Center of a Windows for people?

    {"products": [{"id": "{…}", "name": "ESET Firewall", "state": 266240}]}

`root\SecurityCenter2:FirewallProduct`; Windows' own does not register, and servers have no such
thing. Paths of products are not kept.
"""

import sys
from collections.abc import Iterable

from agent.probes.calls.wmi import Thing
from rules.facts.form import Json

_FIELDS = {"id": "instanceGuid", "name": "displayName", "state": "productState"}


def described(things: Iterable[Thing]) -> Json:
    """Each product by the GUID that it has registered, with the bits of its state."""
    return {
        "products": [
            {field: thing.value(name) for field, name in _FIELDS.items()} for thing in things
        ]
    }


if sys.platform == "win32":
    from agent.probes.calls.wmi import instances

    def ask() -> Json:
        """All products that have registered."""
        return described(instances(r"root\SecurityCenter2", "FirewallProduct"))
