"""On paper: each control with its sources apart, unsigned, and true of the time it speaks of."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from controller.controls import standing
from controller.controls.catalogue import catalogue
from controller.exports.paper.profiles import PROFILES
from controller.findings.models import ContactGap
from controller.ledger.models import Audit
from controller.people.roles import Role
from controller.tenants.models import Clinic
from tests.controller.bright_smiles import DAY, NOW, Practice, path, person
from tests.controller.paperwork.papers import fill, listed, signed

NEVER = ("HIPAA requires", "compliant", "certified", "no breach", "100 % secure", "de-identified")


def paper(client: Client, there: Practice, profile: str = "auditor", **days: str) -> str:
    answer = client.get(path(there, "paper/"), {"profile": profile, **days})
    assert answer.status_code == 200
    return answer.content.decode()


def control(page: str, name: str) -> str:
    found = re.search(rf'aria-labelledby="c-{name}">.*?</section>', page, re.DOTALL)
    assert found, name
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found[0]))


@pytest.mark.parametrize("profile", [one.id for one in PROFILES])
def test_every_paper_says_whose_when_by_whom_and_that_it_is_unsigned(
    profile: str, dr_lee: Client, north_quay: Practice
) -> None:
    fill(north_quay)
    page = paper(dr_lee, north_quay, profile)

    for said in (catalogue().sha256, "Unsigned.", "is not law", north_quay.dr_lee.email, "Period"):
        assert said in page
    assert [word for word in NEVER if word.casefold() in page.casefold()] == []
    act = Audit.objects.at(north_quay.place).get(action="paper.make")
    assert (act.after["profile"], act.after["controls"]) == (profile, catalogue().sha256)


def test_an_auditor_reads_all_93_with_their_sources_apart(
    dr_lee: Client, north_quay: Practice
) -> None:
    page = paper(dr_lee, north_quay)

    assert page.count('class="control"') == 93
    encrypted = control(page, "ENC-02")
    assert re.search(
        r"In force .*164\.312\(a\)\(2\)\(iv\).* Proposed, not law .* Evidence", encrypted
    )
    assert re.search(r"it failed on 1 machine for \d+ machine-hours; it fails since", encrypted)
    assert "A security official is named: never stated" in control(page, "GOV-01")


def test_a_period_that_is_over_tells_what_was_known_then(
    dr_lee: Client, north_quay: Practice
) -> None:
    signed(north_quay, "risk-analysis")
    last = (NOW - 15 * DAY).date().isoformat()
    first = (NOW - 20 * DAY).date().isoformat()

    then = paper(dr_lee, north_quay, **{"from": first, "until": last})
    now = paper(dr_lee, north_quay)

    assert "1 failing" in control(now, "ENC-02")
    assert "failing" not in control(then, "ENC-02")
    assert "stated by" in control(now, "RSK-01")
    assert "stated by" not in control(then, "RSK-01")
    assert "Looked at when this was made, not at that time." in control(then, "CTL-02")


def test_as_of_now_is_how_it_stands_now(north_quay: Practice) -> None:
    fill(north_quay)
    now = timezone.now()
    clinic = Clinic.objects.at(north_quay.place).get(pk=north_quay.clinic.id)

    stands, was = standing.of_clinic(clinic, now), standing.as_of(clinic, now, now)

    told = [[(part.name, part.state) for part in one.parts] for one in stands]
    assert [[(part.name, part.state) for part in one.parts] for one in was] == told


def test_breaks_in_the_evidence_are_counted(dr_lee: Client, north_quay: Practice) -> None:
    op3 = north_quay.machines["OP3"]
    whole = re.search(r"(\d) of 6 machines were heard", paper(dr_lee, north_quay))
    ContactGap(
        org=north_quay.org,
        machine=op3,
        from_at=NOW - 50 * timedelta(hours=1),
        to_at=NOW - 10 * timedelta(hours=1),
        presence="working",
        reason="unheard",
    ).save(force_insert=True)
    page = paper(dr_lee, north_quay)

    # The silent FRONT2 and NAS-1, which never reported, are not whole either.
    assert (whole and whole[1], "3 of 6 machines were heard" in page) == ("4", True)
    assert "40 h" in page


def test_an_insurer_is_told_what_was_measured_stated_and_looked_at_here(
    dr_lee: Client, north_quay: Practice
) -> None:
    fill(north_quay)
    page = paper(dr_lee, north_quay, "insurer")

    assert re.search(r"<strong>measured</strong>, Every disk.*?: \d of \d machines? proven", page)
    assert "<strong>stated</strong>" in page
    assert "<strong>looked at by the controller</strong>" in page
    assert "not looked at" not in page  # every control that an insurer asks for is covered


def test_counsel_reads_incidents_with_their_clocks(dr_lee: Client, north_quay: Practice) -> None:
    listed(north_quay, "incidents", what="OP1 gone", kind="lost", discovered_on="2026-11-01")

    page = paper(dr_lee, north_quay, "counsel")

    assert "OP1 gone" in page
    assert "not done; last day 2026-12-31" in page


@pytest.mark.parametrize(
    "days", [{"from": "2026-11-20", "until": "2026-11-01"}, {"from": "2026-13-01"}]
)
def test_days_that_make_no_period_are_told(
    days: dict[str, str], dr_lee: Client, north_quay: Practice
) -> None:
    page = paper(dr_lee, north_quay, **days)

    assert 'role="alert"' in page
    assert "Another reader or period" not in page


def test_the_foot_of_a_page_lets_no_name_out_of_its_string(
    dr_lee: Client, north_quay: Practice
) -> None:
    Clinic.objects.at(north_quay.place).update(name='A"} body { display: none } \\ </style>')

    sheet = dr_lee.get(path(north_quay, "paper/running.css")).content.decode()

    inside = sheet.partition('content: "')[2].rpartition('"')[0]
    assert re.fullmatch(r"(\w|\\[0-9a-f]+ )+", inside)
    assert sheet.count("{") == 2


def test_a_rule_author_makes_no_paper(north_quay: Practice, sign_in) -> None:
    author = person(north_quay, Role.RULE_AUTHOR, "ann@x.example", north_quay.clinic)

    assert sign_in(author.email).get(path(north_quay, "paper/")).status_code == 404


def test_a_paper_keeps_the_row_of_links_above_it(dr_lee: Client, north_quay: Practice) -> None:
    said = dr_lee.get(
        reverse("paper", args=["north-quay-it", "bright-smiles"]) + "?profile=insurer"
    )

    assert 'href=""' not in said.content.decode()
