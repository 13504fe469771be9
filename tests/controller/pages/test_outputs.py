"""What machines say is found again by the sweep of all ways out: so a name would be, too.

tests/together/test_outputs.py plants names on a machine, and looks for them by the same sweep.
"""

import json

import pytest
from django.db import connection
from django.test import Client

from controller.findings.models import Finding, RuleState
from controller.fleet.models import FactsNow, Machine
from tests.controller.bright_smiles import Practice
from tests.outputs import CHANGING, OUTPUTS, SHOWING, Scene, commands, filled
from tests.spellings import holds

NAME = "Zephyrine8c1f04aa"
# They read the file of the database, and here tables are in memory.
NOT_HERE = {
    f"dentinel-controller {one}" for one in ("retention show", "audit verify", "rebuild --check")
}


def test_every_command_has_a_line() -> None:
    shown = {words.partition(" -")[0].partition(" {")[0] for words in SHOWING}

    assert shown | CHANGING == commands()
    assert not shown & CHANGING


@pytest.fixture
def unguarded(north_quay: Practice) -> Practice:
    """As if a machine had held nothing back: its name stands wherever a machine is heard."""
    place = north_quay.place
    Machine.objects.at(place).filter(host="PANO-01").update(host=NAME, os_version=NAME)
    Finding.objects.at(place).update(root=NAME)
    RuleState.objects.at(place).update(evidence={"why": NAME, "items": [], "n": [], "left_out": 0})
    for row in FactsNow.objects.at(place):
        row.document = json.loads(json.dumps(row.document).replace('"/srv"', f'"{NAME}"'))
        row.imaging = json.loads(json.dumps(row.imaging).replace('"sidexis"', f'"{NAME}"'))
        row.save()
    connection.cursor().execute("UPDATE alert_machine SET label = %s", (NAME,))
    return north_quay


def test_the_sweep_finds_what_machines_said(unguarded: Practice, dr_lee: Client) -> None:
    filled(unguarded)
    scene = Scene(unguarded, dr_lee)

    found = {way for way in OUTPUTS if way not in NOT_HERE and holds(OUTPUTS[way](scene), [NAME])}

    families = {way.partition(" ")[0] for way in found}
    assert families == {"page", "table", "paper", "dentinel-controller", "messages"}
    assert found >= {f"table {one}" for one in ("machines", "verdicts", "spans", "findings")}
    assert found >= {f"page {one}" for one in ("machine", "lost", "evidence-file", "machine-rule")}
    assert "the stream of events" not in found
