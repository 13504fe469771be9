"""The map passes when each machine says what it has, and each of that is declared."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from controller.controls import mapped
from controller.paperwork.binder import Binder
from controller.paperwork.models import Entry, Sighting
from controller.policy.queries import Shelf
from controller.tenants.scope import Place

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOST = uuid4().hex
SHARE = {"what": "flow_share", "key": f"{HOST}/share-1", "label": "PANO-01", "more": {}}
GAP = {**SHARE, "what": "flow_gap", "key": f"{HOST}/gap", "more": {"kinds": ["flow_copy"]}}


def binder(seen: list[dict], *shown_by: str) -> Binder:
    """A clinic with this seen, and one flow declared that names so much of it, if any."""
    place = Place(uuid4())
    data = {"source": "a", "target": "b", "way": "c", "shown_by": list(shown_by)}
    lines = (Entry(register="dataflow", entry=uuid4(), n=1, data=data),) if shown_by else ()
    return Binder(place, Shelf(place), {}, lines, tuple(Sighting(**one) for one in seen))


@pytest.mark.parametrize(
    ("held", "check", "machines"),
    [
        (binder([]), "unknown", "unknown"),
        (binder([SHARE]), "fail", "pass"),
        (binder([SHARE], "PANO-01/share/share-1"), "pass", "pass"),
        (binder([SHARE], "PANO-01/share/share-1", "PANO-01/copy/old"), "due", "pass"),
        (binder([], "PANO-01/copy/old"), "due", "unknown"),
        (binder([SHARE, GAP], "PANO-01/share/share-1"), "unknown", "unknown"),
        (binder([{**SHARE, "gone_at": NOON}]), "unknown", "unknown"),
    ],
)
def test_the_map_is_as_good_as_its_worst_line(held: Binder, check: str, machines: str) -> None:
    shown = mapped.by_machines("AST-02", held)

    assert shown is not None
    assert (mapped.part(held).state, shown.state) == (check, machines)


def test_no_other_control_is_shown_by_the_map() -> None:
    assert mapped.by_machines("AST-01", binder([SHARE])) is None
