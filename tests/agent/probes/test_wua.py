"""What the update agent says becomes one document, in numbers and GUIDs."""

from datetime import UTC, datetime, timedelta, timezone
from types import SimpleNamespace as Com

from agent.probes import wua
from agent.readers.probes import document
from agent.readers.probes.wua import read

RELEASED = datetime(2026, 11, 10, 18, tzinfo=UTC)
SECURITY = Com(CategoryID="0FA1201D-4330-4FA8-8AE9-B877473B6441", Name="Sicherheitsupdates")


def offered(**said):
    known = {
        "Identity": Com(UpdateID="8A66F31B-0000-0000-0000-000000000001", RevisionNumber=200),
        "KBArticleIDs": ["5044284"],
        "MsrcSeverity": "Critical",
        "LastDeploymentChangeTime": RELEASED,
        "Categories": [SECURITY],
        "Title": "Kumulatives Update",
    }
    return Com(**(known | said))


def test_an_update_is_told_by_its_numbers() -> None:
    assert wua.update(offered()) == {
        "id": "8A66F31B-0000-0000-0000-000000000001",
        "kb": ["5044284"],
        "severity": "Critical",
        "released": "2026-11-10T18:00:00Z",
        "categories": ["0FA1201D-4330-4FA8-8AE9-B877473B6441"],
        "title": "Kumulatives Update",
    }


def test_no_severity_is_an_empty_one() -> None:
    assert wua.update(offered(MsrcSeverity=None))["severity"] == ""


def test_a_zone_that_com_made_up_moves_no_time() -> None:
    """Times of the update agent are in UTC, whatever zone stands on them."""
    here = timezone(timedelta(hours=-5))
    at = datetime(2026, 11, 10, 18, tzinfo=here)
    assert wua.update(offered(LastDeploymentChangeTime=at))["released"] == "2026-11-10T18:00:00Z"


def test_an_entry_of_the_history_is_read_back() -> None:
    entry = wua.entry(Com(Operation=1, ResultCode=2, Date=RELEASED, Categories=[SECURITY]))
    said = document.Document(
        {"found": {"result": 2, "updates": []}, "history": [entry], "searched": None}
    )
    (done,) = read(said).history
    assert (done.operation, done.result, done.at) == (1, 2, RELEASED)


def test_only_what_is_missing_is_searched_for() -> None:
    assert wua.WANTED == "IsInstalled=0 and IsHidden=0 and Type='Software'"
