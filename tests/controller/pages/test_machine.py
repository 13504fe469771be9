"""The machine's page says what is wrong, how that is known, and what to do."""

import re

import pytest
from django.test import Client

from controller.fleet.models import Machine
from controller.pages.reasons import why
from rules.facts.base import Why
from tests.controller.bright_smiles import (
    BRIGHT_SMILES,
    Practice,
    Story,
    machine_path,
    path,
    settle,
)

HOSTILE = "<script>alert(1)</script>"


def text(client: Client, practice: Practice, host: str) -> str:
    answer = client.get(machine_path(practice, host))
    assert answer.status_code == 200
    return answer.content.decode()


def verdicts(page: str) -> dict[str, str]:
    return dict(re.findall(r'id="rule-([a-z-]+)" data-verdict="([a-z-]+)"', page))


def opened(page: str, rule: str) -> str:
    """What stands in one verdict, without markup."""
    inner = page.split(f'id="rule-{rule}"', 1)[1].split("</details>", 1)[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", inner.partition(">")[2]))


def test_failing_stands_first_then_unknown_then_passing(
    dr_lee: Client, north_quay: Practice
) -> None:
    page = text(dr_lee, north_quay, "OP2")
    order = list(verdicts(page).values())

    ranks = {"fail": 0, "error": 1, "unknown": 1, "pass": 2, "not-applicable": 3}
    assert "unknown" in order
    assert order == sorted(order, key=ranks.__getitem__)


def test_a_windows_says_what_nobody_has_read_on_a_real_one(
    dr_lee: Client, north_quay: Practice
) -> None:
    Machine.objects.at(north_quay.place).filter(host="OP1").update(os_family="windows")
    assert "not yet confirmed on a real Windows: " in text(dr_lee, north_quay, "OP1")


def test_a_failure_says_expected_found_source_since_and_fix(
    dr_lee: Client, north_quay: Practice
) -> None:
    said = opened(text(dr_lee, north_quay, "OP1"), "volumes-encrypted")

    assert "/ is unprotected" in said
    assert "If this computer is stolen, nobody can read the X-rays on it." in said
    for part in ("Expected", "Found", "Source", "observed", "known here", "Fix", "LUKS2"):
        assert part in said, part
    assert re.search(r"volumes : asked .* read:/proc", said)


def test_law_proposal_and_benchmark_stand_apart(dr_lee: Client, north_quay: Practice) -> None:
    said = opened(text(dr_lee, north_quay, "OP1"), "volumes-encrypted")

    assert re.search(r"Law in force 45 CFR 164\.312\(a\)\(2\)\(iv\) Proposed rule, not law", said)
    assert "not law 90 FR 898 of 6 January 2025, on encryption (a proposal; sources as of" in said
    assert "Benchmark SP800-111" in said


def test_a_threshold_has_its_basis_beside_it(dr_lee: Client, north_quay: Practice) -> None:
    said = opened(text(dr_lee, north_quay, "FRONT2"), "screen-locks")

    assert re.search(r"user\.lock\.after is at most 15m \(benchmark: CIS\)", said)


def test_what_was_not_read_says_why_and_is_no_pass(dr_lee: Client, north_quay: Practice) -> None:
    page = text(dr_lee, north_quay, "OP2")

    assert verdicts(page)["screen-locks"] == "unknown"
    assert why(Why.NOT_ELEVATED) in opened(page, "screen-locks")


def test_a_silent_machines_passes_are_stale_and_not_proven(
    dr_lee: Client, north_quay: Practice
) -> None:
    page = text(dr_lee, north_quay, "FRONT2")

    assert "Silent" in page
    assert "Passed as of the last report" in page
    alone = dr_lee.get(f"{machine_path(north_quay, 'FRONT2')}r/volumes-encrypted/")
    told = opened(alone.content.decode(), "volumes-encrypted")
    assert "Whether it still does is not proven" in told
    assert re.search(r"\b0 of \d+ checks proven \(0 %\)\.", re.sub(r"<[^>]+>", "", page))


def test_a_machine_that_has_not_reported_says_what_comes_next(
    dr_lee: Client, north_quay: Practice
) -> None:
    page = text(dr_lee, north_quay, "NAS-1")

    assert "No report yet" in page
    assert "dentinel doctor" in page
    assert verdicts(page) == {}


def test_findings_are_counted_and_lead_to_their_page(dr_lee: Client, north_quay: Practice) -> None:
    page = text(dr_lee, north_quay, "PANO-01")

    assert 'data-findings="3"' in page
    assert f"{path(north_quay, 'findings/')}?machine=PANO-01" in page


def test_the_chain_and_the_keys_can_be_compared(dr_lee: Client, north_quay: Practice) -> None:
    page = text(dr_lee, north_quay, "OP1")
    key = north_quay.machines["OP1"].key_id

    assert 'data-epoch="1" data-seq="212"' in page
    assert " ".join(key[at : at + 4] for at in range(0, 64, 4)) in page
    assert "dentinel verify" in page


def test_a_hostile_name_is_only_ever_text(dr_lee: Client, north_quay: Practice) -> None:
    evil = settle(
        north_quay.clinic,
        Story(HOSTILE, usb="open", volumes=[{**BRIGHT_SMILES[0].volumes[0], "name": HOSTILE}]),
    )

    for where in (machine_path(north_quay, evil.id), path(north_quay), path(north_quay, "join/")):
        page = dr_lee.get(where).content.decode()
        assert HOSTILE not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


@pytest.mark.parametrize("code", list(Why))
def test_every_reason_has_words(code: Why) -> None:
    assert why(code) != ""
    assert "check itself broke" not in why(code)


def test_an_error_of_the_engine_names_its_code() -> None:
    assert "DL809" in why("DL809")
