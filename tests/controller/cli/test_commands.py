"""The server's life from its shell: each command does what it says, and says what to do next."""

import base64
import json
import os
import re
import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pytest
from click.testing import Result
from typer.testing import CliRunner

from controller.cli.app import app
from controller.ledger.models import Audit
from controller.people.queries import by_email
from controller.tenants.queries import clinics, orgs
from controller.tenants.scope import Place
from evidence import checkpoint


class Shell:
    """Types commands at the server of one home."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def __call__(self, *words: str) -> Result:
        return CliRunner().invoke(app, ["--home", str(self.home), *words])

    def says(self, *words: str) -> str:
        done = self(*words)
        assert done.exit_code == 0, done.output
        return done.stdout


@pytest.fixture(autouse=True)
def own_environment() -> Iterator[None]:
    """What a command puts into the environment ends with its test."""
    with patch.dict(os.environ):
        yield


@pytest.fixture
def shell(tmp_path: Path, db) -> Shell:
    return Shell(tmp_path / "controller")


@pytest.fixture
def bright_smiles(shell: Shell) -> Shell:
    shell.says("init", "--org", "North Quay IT", "--clinic", "Bright Smiles")
    return shell


def test_what_a_command_does_is_wrapped_and_never_cut(shell: Shell) -> None:
    groups = ["", "machine", "user", "packs", "waiver", "checkpoint"]
    told = [shell.says(*filter(None, [group]), "--help") for group in groups]
    assert "..." not in "".join(told).replace("[ARGS]...", "")


def test_init_makes_a_private_home_and_shows_its_recovery_sheet_once(shell: Shell) -> None:
    first, second = shell.says("init"), shell.says("init")

    assert stat.S_IMODE(shell.home.stat().st_mode) == 0o700
    assert stat.S_IMODE((shell.home / "keys" / "seed").stat().st_mode) == 0o600
    assert "RECOVERY SHEET" in first
    assert "RECOVERY SHEET" not in second


def test_init_again_adds_what_is_new_and_nothing_twice(bright_smiles: Shell) -> None:
    bright_smiles.says("init", "--org", "North Quay IT", "--clinic", "Harbor Dental")
    bright_smiles.says("init", "--org", "North Quay IT", "--clinic", "Harbor Dental")

    (org,) = orgs()
    assert [one.name for one in clinics(Place(org.id))] == ["Bright Smiles", "Harbor Dental"]


def test_the_first_person_gets_a_link_and_no_password(shell: Shell, client, settings) -> None:
    said = shell.says(
        "init", "--org", "North Quay IT", "--email", "dr_lee@x.example", "--name", "Dr. Lee"
    )
    settings.HOME = shell.home

    link = re.search(r"http://localhost:8444(/link/\S+)", said)
    assert link
    assert not by_email("dr_lee@x.example").has_usable_password()
    assert b"Choose a password" in client.get(link[1]).content


def test_a_time_zone_that_there_is_not_is_refused(shell: Shell) -> None:
    done = shell("init", "--org", "North Quay IT", "--clinic", "X", "--zone", "Mars/Phobos")

    assert done.exit_code == 2
    assert "there is no time zone 'Mars/Phobos'" in done.stderr
    assert "next: " in done.stderr
    assert not shell.home.exists()


def test_a_first_person_without_an_e_mail_address_is_refused(shell: Shell) -> None:
    done = shell("init", "--org", "North Quay IT", "--email", "dr_lee")

    assert done.exit_code == 2
    assert "'dr_lee' is no e-mail address" in done.stderr
    assert not shell.home.exists()


def test_a_practice_that_nobody_named_is_asked_for_before_anything_is_made(shell: Shell) -> None:
    done = shell("init", "--clinic", "Bright Smiles")

    assert done.exit_code == 2
    assert "whose clinic this is" in done.stderr
    assert not shell.home.exists()


def test_init_says_what_is_still_missing(shell: Shell) -> None:
    assert "next: dentinel-controller init --org" in shell.says("init")
    assert "--email ADDRESS" in shell.says("init", "--org", "North Quay IT")
    told = shell.says("init", "--org", "North Quay IT", "--email", "dr_lee@x.example")
    assert told.endswith("next: dentinel-controller serve\n")


@pytest.mark.parametrize("name", ["Sign in", "Healthz", "Appearance"])
def test_no_org_takes_the_address_of_a_page(shell: Shell, name: str) -> None:
    done = shell("init", "--org", name)

    assert done.exit_code == 2
    assert "is the address of a page" in done.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("serve",),
        ("token", "make"),
        ("token", "list"),
        ("token", "revoke", "x"),
        ("user", "list"),
        ("user", "add", "a@b.example", "--role", "auditor"),
        ("user", "password", "a@b.example"),
        ("evidence", "policy"),
        ("audit", "verify"),
        ("checkpoint", "show"),
        ("evidence", "export", "x"),
    ],
    ids=" ".join,
)
def test_without_a_home_each_command_says_to_make_one(shell: Shell, words: tuple[str, ...]) -> None:
    done = shell(*words)

    assert done.exit_code == 2
    assert f"there are no keys in {shell.home}" in done.stderr
    assert "dentinel-controller init" in done.stderr


def test_a_join_string_is_printed_alone_and_kept_as_a_hash(bright_smiles: Shell) -> None:
    said = bright_smiles.says("token", "make", "--host", "controller.lan:8443")
    listed = bright_smiles.says("token", "list")

    _, tid, secret, *_ = said.strip().split(".")
    assert said.strip().endswith("@controller.lan:8443")
    assert tid in listed
    assert secret not in listed
    assert "used 0 of 1" in listed


@pytest.mark.parametrize("host", ["", "controller.lan", "a b:1", "here:port", "here:99999"])
def test_a_join_string_names_an_address_that_can_be_reached(
    bright_smiles: Shell, host: str
) -> None:
    for words in (("token", "make", "--host", host), ("serve", "--reached-as", host)):
        done = bright_smiles(*words)

        assert done.exit_code == 2
        assert f"{host!r} is no address at which machines find" in done.stderr


def test_a_key_without_its_certificate_is_refused(bright_smiles: Shell) -> None:
    done = bright_smiles("serve", "--people-key", "key.pem")

    assert done.exit_code == 2
    assert "beside --people-cert" in done.stderr


def test_a_certificate_that_is_none_is_refused(bright_smiles: Shell, tmp_path: Path) -> None:
    (tmp_path / "people.pem").write_text("none")
    for name in ("people.pem", "nowhere.pem"):
        done = bright_smiles("serve", "--people-cert", str(tmp_path / name))

        assert done.exit_code == 2
        assert f"{name} cannot be used as the people's certificate" in done.stderr


def test_a_name_without_a_letter_is_refused(shell: Shell) -> None:
    done = shell("init", "--org", "North Quay IT", "--clinic", "///")

    assert done.exit_code == 2
    assert "'///' has no letter" in done.stderr


def test_a_withdrawn_token_is_shown_as_such_and_stands_in_the_books(bright_smiles: Shell) -> None:
    tid = bright_smiles.says("token", "make").split(".")[1]
    bright_smiles.says("token", "revoke", tid)

    (org,) = orgs()
    acts = Audit.objects.at(Place(org.id)).filter(object=tid).order_by("n")
    assert "withdrawn" in bright_smiles.says("token", "list")
    assert [one.action for one in acts] == ["token.make", "token.withdraw"]
    assert {one.actor for one in acts} == {"shell"}


def test_among_two_clinics_one_has_to_be_named(bright_smiles: Shell) -> None:
    bright_smiles.says("init", "--org", "North Quay IT", "--clinic", "Harbor Dental")

    done = bright_smiles("token", "make")

    assert done.exit_code == 2
    assert "--clinic bright-smiles, --clinic harbor-dental" in done.stderr


def test_a_person_is_added_listed_and_given_a_second_role(bright_smiles: Shell) -> None:
    add = ("user", "add", "sam@x.example", "--name", "Sam", "--role")
    first = bright_smiles.says(*add, "clinic_it", "--clinic", "bright-smiles")
    second = bright_smiles.says(*add, "auditor", "--until", "2099-12-31")

    listed = bright_smiles.says("user", "list")
    assert "/link/" in first
    assert "/link/" not in second
    assert "sam@x.example  clinic_it in Bright Smiles" in listed
    assert "sam@x.example  auditor in all clinics, until 2099-12-31" in listed


def test_an_auditor_without_an_end_is_refused(bright_smiles: Shell) -> None:
    done = bright_smiles("user", "add", "sam@x.example", "--role", "auditor")

    assert done.exit_code == 2
    assert "must have an end" in done.stderr
    assert "--until" in done.stderr


def test_a_new_password_is_for_somebody_who_is_there(bright_smiles: Shell) -> None:
    done = bright_smiles("user", "password", "nobody@x.example")

    assert done.exit_code == 2
    assert "nobody signs in as nobody@x.example" in done.stderr


@pytest.mark.parametrize("address", ["8443", "here:port", "", "127.0.0.1"])
def test_an_address_that_is_none_is_refused(bright_smiles: Shell, address: str) -> None:
    done = bright_smiles("serve", "--agents", address)

    assert done.exit_code == 2
    assert "is no address to listen at" in done.stderr


def test_a_bundle_and_its_policy_are_handed_out_apart(bright_smiles: Shell, tmp_path: Path) -> None:
    bundle = tmp_path / "bright-smiles.dentinel-evidence"

    said = bright_smiles.says("evidence", "export", str(bundle))
    policy = bright_smiles.says("evidence", "policy")

    assert bundle.read_bytes().startswith(b"PK")
    assert f"dentinel verify {bundle}" in said
    assert len(re.findall(r"^log dentinel/", policy, re.MULTILINE)) == 2
    assert "# Bright Smiles: dentinel/" in policy


def test_a_checkpoint_is_handed_out_as_a_note_and_on_paper(bright_smiles: Shell) -> None:
    note, sheet = (
        bright_smiles.says("checkpoint", "show"),
        bright_smiles.says("checkpoint", "print"),
    )

    assert checkpoint.parse(note).origin.startswith("dentinel/")
    assert all(f"    {line}" in sheet for line in note.splitlines())
    assert re.search(r"^Reading code    ([A-Z2-7]{4} ){3}[A-Z2-7]{4}$", sheet, re.MULTILINE)


def test_acts_are_listed_and_held_against_the_log(bright_smiles: Shell) -> None:
    assert "shell  clinic.open" in bright_smiles.says("audit", "list", "--last", "5")
    assert "is as it was logged and signed" in bright_smiles.says("audit", "verify")


@pytest.mark.threat("covered-tracks")
def test_an_act_that_was_deleted_is_told_with_exit_1(bright_smiles: Shell) -> None:
    place = Place(orgs()[0].id)
    Audit.objects.at(place).filter(action="clinic.open").delete()
    done = bright_smiles("audit", "verify")

    assert done.exit_code == 1
    assert "audit line" in done.stdout
    assert "these tables are not those that were signed" in done.stdout


def test_a_bundle_of_named_days_is_of_these_days(bright_smiles: Shell, tmp_path: Path) -> None:
    bundle = tmp_path / "october.dentinel-evidence"
    days = ("--from", "2026-10-01", "--until", "2026-10-31")

    bright_smiles.says("evidence", "export", str(bundle), *days)

    with zipfile.ZipFile(bundle) as files:
        manifest = base64.b64decode(json.loads(files.read("manifest.json"))["payload"])
    period = json.loads(manifest)
    assert period["from"].startswith("2026-10-01T00:00:00")
    assert period["to"].startswith("2026-11-01T00:00:00")


def test_a_bundle_holds_nothing_of_days_to_come(bright_smiles: Shell, tmp_path: Path) -> None:
    bundle = tmp_path / "now.dentinel-evidence"

    bright_smiles.says("evidence", "export", str(bundle), "--until", "2199-12-31")

    with zipfile.ZipFile(bundle) as files:
        manifest = base64.b64decode(json.loads(files.read("manifest.json"))["payload"])
    period = json.loads(manifest)
    assert period["to"] <= period["made"]


def test_a_period_that_ends_before_it_begins_is_refused(
    bright_smiles: Shell, tmp_path: Path
) -> None:
    bundle = tmp_path / "november.dentinel-evidence"
    days = ("--from", "2026-11-30", "--until", "2026-11-01")

    done = bright_smiles("evidence", "export", str(bundle), *days)

    assert done.exit_code == 2
    assert "2026-11-30 is not before the end" in done.stderr
    assert not bundle.exists()


def test_a_file_that_cannot_be_written_is_told(bright_smiles: Shell, tmp_path: Path) -> None:
    done = bright_smiles("evidence", "export", str(tmp_path / "nowhere" / "x"))

    assert done.exit_code == 2
    assert "cannot be written" in done.stderr


def test_a_home_that_cannot_be_made_is_told(tmp_path: Path, db) -> None:
    (tmp_path / "file").write_text("in the way")

    done = Shell(tmp_path / "file" / "home")("init")

    assert done.exit_code == 2
    assert "cannot be made" in done.stderr
    assert "--home DIR" in done.stderr


def test_among_two_orgs_one_has_to_be_named(bright_smiles: Shell) -> None:
    bright_smiles.says("init", "--org", "Tall Oaks")

    unnamed, wrong = bright_smiles("user", "list"), bright_smiles("user", "list", "--org", "x")

    assert "--org north-quay-it, --org tall-oaks" in unnamed.stderr
    assert "there is no org 'x'" in wrong.stderr


def test_without_an_org_the_way_to_one_is_told(shell: Shell) -> None:
    shell.says("init")

    assert "init --org NAME --clinic NAME" in shell("user", "list").stderr
