"""Whoever has the token reads how the controller is, in Prometheus' form, and nobody's name."""

import re
from pathlib import Path

import pytest
from django.test import Client

from controller.alerts.models import Delivery
from controller.identity import watcher
from controller.meters import SYNCS, Meter
from tests.controller.alerts import told
from tests.controller.bright_smiles import DAY, NOW, Practice, new_home, practice

# The text format, version 0.0.4: help, type, or a sample with its labels and a number.
_SAMPLE = re.compile(
    r"(?P<name>[a-zA-Z_:][a-zA-Z0-9_:]*)"
    r'(?P<labels>\{([a-z_]+="[^"\\\n]*"(,[a-z_]+="[^"\\\n]*")*)\})? (?P<value>-?[0-9.e+-]+)'
)
_HEAD = re.compile(r"# (HELP [a-z_]+ .+|TYPE [a-z_]+ (counter|gauge|summary))")


@pytest.fixture
def north_quay(db, tmp_path: Path, settings) -> Practice:
    home = new_home(tmp_path / "controller")
    settings.HOME = home.root
    return practice(home)


def ask(client: Client, token: str) -> tuple[int, str]:
    answer = client.get("/metrics", headers={"authorization": f"Bearer {token}"})
    return answer.status_code, answer.content.decode()


def samples(text: str) -> dict[str, float]:
    found = {}
    for line in text.splitlines():
        if line.startswith("#"):
            assert _HEAD.fullmatch(line), line
        else:
            read = _SAMPLE.fullmatch(line)
            assert read, line
            found[read["name"] + (read["labels"] or "")] = float(read["value"])
    return found


@pytest.mark.threat("numbers-tell")
def test_without_a_token_there_is_nothing_and_with_another_it_is_refused(
    client: Client, north_quay: Practice
) -> None:
    assert ask(client, "")[0] == 404
    first = watcher.make(north_quay.home)
    assert ask(client, first)[0] == 200
    second = watcher.make(north_quay.home)

    assert [ask(client, one)[0] for one in ("", "x", first, second)] == [401, 401, 401, 200]
    assert client.get("/metrics").headers["www-authenticate"] == "Bearer"
    watcher.end(north_quay.home)
    assert ask(client, second)[0] == 404


def test_the_home_holds_no_token(north_quay: Practice) -> None:
    token = watcher.make(north_quay.home)

    kept = [file.read_bytes() for file in north_quay.home.root.rglob("*") if file.is_file()]
    assert not any(token.encode() in one for one in kept)
    assert north_quay.home.metrics_token.stat().st_mode & 0o077 == 0


def test_it_says_how_the_controller_is(client: Client, north_quay: Practice, settings) -> None:
    channel = told.channel(north_quay)
    for state in ("waiting", "dead", "dead"):
        Delivery(
            org=north_quay.org, channel=channel, event="opened", state=state,
            made_at=NOW - DAY, due_at=NOW, body={"lines": []},
        ).save(force_insert=True)  # fmt: skip
    north_quay.home.last_backup.write_text(f"{(NOW - DAY).isoformat()}\n")
    SYNCS.add("ok")

    found = samples(ask(client, watcher.make(north_quay.home))[1])

    assert found['dentinel_machines{state="active"}'] == len(north_quay.machines)
    assert found["dentinel_machines_silent"] >= 1
    assert found['dentinel_deliveries{state="dead"}'] == 2
    assert found["dentinel_delivery_oldest_seconds"] >= DAY.total_seconds() - 120
    assert found["dentinel_backup_age_seconds"] >= DAY.total_seconds() - 120
    assert found['dentinel_days_to_expiry{key="ca"}'] > 3000
    assert found['dentinel_syncs_total{result="ok"}'] >= 1


@pytest.mark.threat("numbers-tell")
def test_it_names_nobody(client: Client, north_quay: Practice) -> None:
    token = watcher.make(north_quay.home)
    client.get(f"/{north_quay.org.slug}/")

    said = ask(client, token)[1].lower()

    names = (*north_quay.machines, north_quay.org.slug, north_quay.clinic.slug, "dr_lee")
    assert [name for name in names if name.lower() in said] == []


def test_pages_are_timed_by_their_names(client: Client, north_quay: Practice) -> None:
    token = watcher.make(north_quay.home)
    key = 'dentinel_page_seconds_count{view="healthz",code="2xx"}'
    before = samples(ask(client, token)[1]).get(key, 0)

    client.get("/healthz")
    client.get("/no-such-page-at-all")

    after = samples(ask(client, token)[1])
    assert after[key] == before + 1
    assert any(key.startswith('dentinel_page_seconds_count{view="none"') for key in after)
    assert "no-such-page" not in str(after)


def test_what_is_measured_is_summed() -> None:
    took = Meter("dentinel_x_seconds", "x", ("job",), measured=True)
    for seconds in (0.5, 1.5):
        took.add("backup", much=seconds)

    assert list(took.read()) == [(("backup",), 2, 2.0)]
