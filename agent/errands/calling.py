"""How does an errand with a network call the controller?

Over the address that the join string named, believing the pinned CA alone, through the proxy of
the settings if there is one.
"""

import sys

from agent import settings
from agent.errors import SettingsError
from agent.identity.machine import Identity
from agent.transport import tls
from agent.transport.base import Address, Limits
from agent.transport.https import Https
from agent.transport.route import Route


def controller(identity: Identity, limits: Limits | None = None) -> Https:
    """The connection, to be closed by `with`; with settings that cannot be used, without proxy."""
    trust = identity.trust
    try:
        proxy = settings.load(identity.home).proxy
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        proxy = None
    address = Address(trust.host, trust.port)
    return Https(Route(address, proxy, limits or Limits()), tls.pinned(trust.ca))
