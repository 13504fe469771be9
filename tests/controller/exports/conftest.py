"""Two machines of Bright Smiles that reported daily for ten days."""

import pytest

from controller.policy.models import Pack
from tests.controller.clinic import PACK, PACK_DATA, Server, verdict


@pytest.fixture
def ten_days(server: Server) -> Server:
    """Two machines that reported daily for ten days; one changed its mind now and then."""
    Pack(org_id=server.clinic.org, digest=PACK.sha256, name=PACK.pack, version=PACK.version,
         data=PACK_DATA, known_at=server.now).save()  # fmt: skip
    machines = [server.machine(name) for name in ("OP1", "OP2")]
    for day in range(10):
        for machine in machines:
            said = verdict("volumes-encrypted", "fail" if day % 3 else "pass")
            machine.sync(machine.seal(machine.full(said)), machine.event())
        server.passes(days=1)
    return server
