"""What holds for every page: words, numbers, headers, and how much the database is asked."""

import io
import logging
import re
from html import unescape
from pathlib import Path
from typing import get_args

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from controller import faults
from controller.identity import shelf
from controller.pages import apps, reasons
from rules.compiled import builtin
from rules.facts.imaging import FileKind, FileReason
from tests.controller.bright_smiles import Practice, Story, add_clinic, machine_path, path, settle
from tests.spellings import holds

PLACES = Path(apps.__file__).parent / "templates" / "pages"
TEMPLATES = sorted((Path(apps.__file__).parent / "templates").rglob("*.html"))
STYLES = Path(apps.__file__).parent / "static" / "dentinel"
MOST_QUERIES = 15
CANARY = "Zéphyrine-8c1f04aa"


def places(practice: Practice) -> dict[str, str]:
    return {
        "fleet": f"/{practice.org.slug}/",
        "clinic": path(practice),
        "findings": path(practice, "findings/"),
        "join": path(practice, "join/"),
        "machine": machine_path(practice, "OP1"),
    }


PAGES = ("fleet", "clinic", "findings", "join", "machine")


@pytest.mark.parametrize("page", PAGES)
def test_every_page_says_that_the_policy_is_the_built_in_one(
    page: str, dr_lee: Client, north_quay: Practice
) -> None:
    assert b"<strong>built in</strong>" in dr_lee.get(places(north_quay)[page]).content


@pytest.mark.parametrize("page", PAGES)
def test_no_page_stays_in_a_cache_or_runs_what_is_not_ours(
    page: str, dr_lee: Client, north_quay: Practice
) -> None:
    answer = dr_lee.get(places(north_quay)[page])

    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer["Cache-Control"] == "no-store"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("page", PAGES)
def test_a_page_has_one_heading_landmarks_and_captions(
    page: str, dr_lee: Client, north_quay: Practice
) -> None:
    text = dr_lee.get(places(north_quay)[page]).content.decode()

    assert text.count("<h1>") == 1
    assert text.count("<main") == text.count("<header") == text.count("<footer") == 1
    assert text.count("<table") == text.count("<caption")
    assert 'href="#main"' in text


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_light(page: str, dr_lee: Client, north_quay: Practice) -> None:
    limit = 30_000 + 2_000 * len(builtin.pack().rules)
    assert len(dr_lee.get(places(north_quay)[page]).content) < limit


@pytest.mark.parametrize("page", PAGES)
def test_more_machines_ask_no_more_of_the_database(
    page: str, attentive: Client, north_quay: Practice
) -> None:
    where = places(north_quay)[page]
    attentive.get(where)
    with CaptureQueriesContext(connection) as few:
        attentive.get(where)
    harbor = add_clinic(north_quay.home, north_quay.org, "Harbor Dental")
    for number in range(20):
        settle(north_quay.clinic if number % 2 else harbor, Story(f"X{number}", usb="open"))
    with CaptureQueriesContext(connection) as many:
        attentive.get(where)

    assert len(many) == len(few)
    assert len(few) <= MOST_QUERIES


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_a_template_holds_no_style_no_script_and_no_safe_text(template: Path) -> None:
    text = template.read_text(encoding="utf-8")

    assert not re.search(r"\sstyle=|<style|\son[a-z]+=|javascript:|\|safe\b|autoescape", text)
    # A block of JSON is data to a browser: nothing in it runs.
    assert re.findall(r'<script(?![^>]*(\ssrc=|\stype="application/json"))', text) == []


def test_every_page_that_moves_names_what_may_be_swapped() -> None:
    for name in ("fleet", "clinic", "findings", "join", "machine"):
        text = (PLACES / f"{name}.html").read_text(encoding="utf-8")
        assert re.search(r'id="live" {% live "[a-z ]+"', text), name


def test_the_style_is_small_and_ours() -> None:
    assert sum(path.stat().st_size for path in STYLES.glob("*.css")) < 30_000
    assert {path.name for path in STYLES.iterdir()} == {
        "components.css",
        "icon.svg",
        "icons.svg",
        "keys.js",
        "passkey.js",
        "session.js",
        "tokens.css",
    }


@pytest.mark.parametrize("file", ["tokens.css", "components.css", "icons.svg", "session.js"])
def test_files_are_served_with_their_type(file: str, client: Client) -> None:
    answer = client.get(f"/static/dentinel/{file}")

    assert answer.status_code == 200
    assert len(answer.content) == (STYLES / file).stat().st_size
    assert answer["Content-Type"].split(";")[0] in (
        "text/css",
        "image/svg+xml",
        "text/javascript",
    )


def test_a_file_that_has_not_changed_is_not_sent_again(client: Client) -> None:
    first = client.get("/static/dentinel/tokens.css")

    again = client.get(
        "/static/dentinel/tokens.css", headers={"If-Modified-Since": first["Last-Modified"]}
    )

    assert (again.status_code, again.content) == (304, b"")


def test_the_choice_of_light_or_dark_needs_no_script(client: Client, db) -> None:
    answer = client.post("/appearance", {"scheme": "dark", "back": "/sign-in"})

    assert answer["Location"] == "/sign-in"
    assert b'data-theme="dark"' in client.get("/sign-in").content


def test_the_choice_leads_back_to_this_server_only(client: Client, db) -> None:
    answer = client.post("/appearance", {"scheme": "dark", "back": "https://elsewhere.example"})

    assert answer["Location"] == "/"


def test_the_fleet_puts_the_clinic_that_needs_one_first(
    dr_lee: Client, north_quay: Practice
) -> None:
    calm = add_clinic(north_quay.home, north_quay.org, "A Calm Clinic")
    settle(calm, Story("CALM1"))

    text = dr_lee.get(f"/{north_quay.org.slug}/").content.decode()

    assert text.index(">Bright Smiles<") < text.index(">A Calm Clinic<")


def test_an_empty_clinic_says_what_to_do(dr_lee: Client, north_quay: Practice) -> None:
    add_clinic(north_quay.home, north_quay.org, "Harbor Dental")

    text = dr_lee.get(f"/{north_quay.org.slug}/c/harbor-dental/").content.decode()

    assert "No machine yet" in text
    assert "Make a join command" in text


def test_the_sentence_for_the_owner_names_the_whole_and_the_machine(
    dr_lee: Client, north_quay: Practice
) -> None:
    text = re.sub(r"\s+", " ", dr_lee.get(path(north_quay)).content.decode())
    said = re.sub(r"<[^>]+>", "", text.split('class="lead">', 1)[1].split("</p>", 1)[0])

    assert said.startswith("X-rays are protected on 3 of 6 computers. OP1: a disk is not encrypted")
    assert re.search(r"OP1: a disk is not encrypted \(first reported \d+ \w{3}\)\.", said)
    assert re.search(r"FRONT2: silent since \d+ \w{3}; when last heard: protected\.", said)
    assert "NAS-1: it has not reported yet. Nobody has been told by a message yet." in said


def test_a_long_list_is_sent_in_parts_and_loses_nothing(
    dr_lee: Client, north_quay: Practice
) -> None:
    hosts = {f"OP{number}" for number in range(100, 160)}
    for host in hosts:
        settle(north_quay.clinic, Story(host))
    seen: list[str] = []
    where = path(north_quay, "machines/")
    while where:
        text = dr_lee.get(where).content.decode()
        seen += re.findall(r'<a class="host" [^>]*>([^<]+)</a>', text)
        following = re.search(r'href="(\?[^"]*after=[^"]+)"', text)
        where = path(north_quay, "machines/") + unescape(following[1]) if following else ""

    assert len(seen) == len(set(seen)) == 66
    assert hosts < set(seen)


def test_a_join_command_is_shown_once_and_not_kept(dr_lee: Client, north_quay: Practice) -> None:
    where = path(north_quay, "join/")

    made = dr_lee.post(where, {"use": "operatory", "system": "linux"}).content.decode()
    again = dr_lee.get(where).content.decode()

    command = re.search(r"sudo dentinel enroll (dentinel1\.[a-z2-7.]+@localhost:8443)", made)
    assert command
    secret = command[1].split(".")[2]
    assert secret not in again
    assert command[1].split(".")[1] in again


@pytest.mark.parametrize("form", [{}, {"use": "toaster", "system": "linux"}])
def test_a_form_of_somebody_elses_making_changes_nothing(
    form: dict[str, str], dr_lee: Client, north_quay: Practice
) -> None:
    answer = dr_lee.post(path(north_quay, "join/"), form)

    assert answer.status_code == 400
    assert b"could not be read" in answer.content


def test_a_finding_says_what_to_run_there_and_no_name(dr_lee: Client, north_quay: Practice) -> None:
    text = dr_lee.get(path(north_quay, "findings/")).content.decode()

    assert f"dentinel show {1:032x}" in text
    assert "3 open findings" in text
    assert ".dcm" not in text


def test_what_is_said_of_a_file_is_words() -> None:
    spoken = [reasons.file_kind(kind) for kind in get_args(FileKind)]
    spoken += [reasons.file_reason(reason) for reason in get_args(FileReason)]
    assert not [words for words in spoken if "_" in words]


def test_alive_and_ready_answer_without_a_person(client: Client, db) -> None:
    assert client.get("/healthz").content == b"alive\n"
    assert client.get("/readyz").content == b"ready\n"


def test_an_error_of_ours_is_told_with_its_next_step(dr_lee: Client, north_quay: Practice) -> None:
    north_quay.home.checkpoint_lock.unlink()

    answer = dr_lee.post(path(north_quay, "join/"), {"use": "operatory", "system": "linux"})

    assert answer.status_code == 500
    assert b"was a backup copied here?" in answer.content
    assert b"dentinel-controller restore" in answer.content


def test_any_other_error_says_what_is_safe_and_nothing_of_itself(
    dr_lee: Client, north_quay: Practice, settings
) -> None:
    dr_lee.raise_request_exception = False
    settings.HOME = object()

    answer = dr_lee.post(path(north_quay, "join/"), {"use": "operatory", "system": "linux"})

    assert answer.status_code == 500
    assert b"nothing that was acknowledged is lost" in answer.content
    assert b"Traceback" not in answer.content


@pytest.mark.threat("leaked-name")
def test_a_page_that_fails_names_nobody_to_its_reader_or_to_the_journal(
    dr_lee: Client, north_quay: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", f"/srv/{CANARY}.dcm")

    journal = io.StringIO()
    handler = logging.StreamHandler(journal)
    handler.setFormatter(faults.Lines())
    monkeypatch.setattr(logging.getLogger("django"), "handlers", [handler])
    monkeypatch.setattr(shelf.Shelf, "root", fails)
    dr_lee.raise_request_exception = False
    answer = dr_lee.post(path(north_quay, "join/"), {"use": "operatory", "system": "linux"})

    assert answer.status_code == 500
    assert "PermissionError: its words are not told" in journal.getvalue()
    assert holds(answer.content + journal.getvalue().encode(), [CANARY]) == []


def test_a_long_list_of_clinics_is_sent_in_parts(dr_lee: Client, north_quay: Practice) -> None:
    for number in range(60):
        add_clinic(north_quay.home, north_quay.org, f"Clinic {number:02}")

    shown: list[str] = []
    where = f"/{north_quay.org.slug}/"
    while where:
        text = dr_lee.get(where).content.decode()
        shown += re.findall(r'<th scope="row"><a href="/[^"]+/c/([^/"]+)/">', text)
        following = re.search(r'href="(\?after=[^"]+)"', text)
        where = f"/{north_quay.org.slug}/{following[1]}" if following else ""

    assert len(set(shown)) == len(shown) == 61
    assert dr_lee.get(f"/{north_quay.org.slug}/?after=nowhere").status_code == 404


def test_one_clinic_is_where_its_people_start(dr_lee: Client, north_quay: Practice) -> None:
    assert dr_lee.get("/")["Location"] == path(north_quay)


def test_several_clinics_are_where_an_msp_starts(dr_lee: Client, north_quay: Practice) -> None:
    add_clinic(north_quay.home, north_quay.org, "Harbor Dental")

    assert dr_lee.get("/")["Location"] == f"/{north_quay.org.slug}/"


def test_the_evidence_of_a_clinic_is_handed_out_as_a_file(
    dr_lee: Client, north_quay: Practice
) -> None:
    answer = dr_lee.get(machine_path(north_quay, "OP1") + "reports")

    assert answer.content.startswith(b"PK")
    assert "north-quay-it-bright-smiles.dentinel-evidence" in answer["Content-Disposition"]


def test_without_its_tables_it_is_alive_and_not_ready(client: Client, db) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE org RENAME TO elsewhere")

    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 503
