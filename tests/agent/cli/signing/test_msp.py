"""Three people, two signatures: what each types, and what a single one cannot do."""

import os
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from agent.cli.app import app
from agent.packs.author import keyfile
from agent.packs.author.desk import Desk
from tests.agent.packs.author.desks import key, msp, person, roster, signed

WORDS = "molar basket ninety harbour"


class Msp:
    """kim, lee and sam, and the folder that they sign in."""

    def __init__(self, root: Path) -> None:
        self.root, self.desk = root, Desk(root / "rules")

    def __call__(self, *words: object) -> Result:
        return CliRunner().invoke(app, ["pack", *map(str, words)])

    def root_by(self, *words: object) -> Result:
        at = ["--folder", self.desk.folder, "--passphrase-file", self.root / "pass"]
        return self("sign", "--role", "root", *words, *at)

    def stick(self, name: str) -> Path:
        return self.root / f"{name}.key"


@pytest.fixture(scope="module")
def sticks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The key files, made once: scrypt takes its time."""
    root = tmp_path_factory.mktemp("msp")
    for name in ("kim", "lee", "sam", "kim-targets"):
        (root / f"{name}.key").write_bytes(keyfile.seal(key(name), WORDS, os.urandom))
    for name in ("kim", "lee", "sam", "ann"):
        public = person(name, signs_rules=name != "sam")
        (root / f"{name}.public.json").write_bytes(public.to_bytes())
    (root / "online-keys.json").write_bytes(roster().to_bytes())
    (root / "online-2.json").write_bytes(roster("2").to_bytes())
    (root / "pass").write_text(f"{WORDS}\n")
    return root


@pytest.fixture
def people(sticks: Path, tmp_path: Path) -> Msp:
    """Their first root waits for signatures."""
    shutil.copytree(sticks, tmp_path / "msp")
    found = Msp(tmp_path / "msp")
    members = [found.root / f"{name}.public.json" for name in ("kim", "lee", "sam")]
    online = found.root / "online-keys.json"
    done = found(
        "keys", "--new", "msp", "--online", online, "--folder", found.desk.folder,
        "--members", *members,
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    return found


@pytest.fixture
def begun(people: Msp) -> Msp:
    """Their first root counts."""
    people.desk.keep_root(signed(msp(), "kim", "sam"))
    return people


def test_one_signature_is_not_enough_and_two_are(people: Msp) -> None:
    first = people.root_by(people.desk.draft, "--key", people.stick("kim"))
    assert "1 more must sign; who can: lee, sam" in first.output
    assert not people.desk.signed.exists()
    second = people.root_by(people.desk.draft, "--key", people.stick("sam"))
    assert "it counts" in second.output
    assert people.desk.root().version == 1
    assert not people.desk.draft.exists()


def test_two_people_make_no_msp(people: Msp) -> None:
    two = [people.root / f"{name}.public.json" for name in ("kim", "lee")]
    done = people(
        "keys", "--new", "msp", "--online", people.root / "online-keys.json", "--folder",
        people.root / "other", "--members", *two,
    )  # fmt: skip
    assert done.exit_code == 2


def test_a_key_that_signs_rules_signs_no_root(people: Msp) -> None:
    done = people.root_by(people.desk.draft, "--key", people.stick("kim-targets"))
    assert done.exit_code == 2
    assert "is no root key of this org" in done.output


def test_a_colleague_joins_and_another_leaves_in_one_root(begun: Msp) -> None:
    ann = begun.root / "ann.public.json"
    done = begun.root_by(
        "--without", "lee", "--with", ann, "--key", begun.stick("kim"), "--key", begun.stick("sam")
    )
    assert done.exit_code == 0, done.output
    assert "no longer lee" in done.output
    assert "now also ann" in done.output
    assert begun.desk.root().version == 2


def test_a_renewed_root_waits_for_the_second_signature(begun: Msp) -> None:
    begun.root_by("--renew", "--key", begun.stick("lee"))
    assert begun.desk.draft.exists()
    again = begun.root_by("--renew", "--key", begun.stick("kim"))
    assert again.exit_code == 2
    assert "waits for signatures already" in again.output
    begun.root_by("--key", begun.stick("kim"))
    assert begun.desk.root().version == 2


def test_new_keys_of_the_controller_are_taken_into_a_root(begun: Msp) -> None:
    online = begun.root / "online-2.json"
    done = begun.root_by(
        "--online", online, "--key", begun.stick("kim"), "--key", begun.stick("lee")
    )
    assert "new keys for what is newest" in done.output
    assert begun.desk.roster() == roster("2")


def test_showing_a_root_signs_nothing(begun: Msp) -> None:
    done = begun.root_by("--renew", "--show")
    assert "root 2, until" in done.output
    assert not begun.desk.draft.exists()


def test_a_draft_that_is_not_there_tells_how_one_begins(begun: Msp) -> None:
    done = begun.root_by("--key", begun.stick("kim"))
    assert done.exit_code == 2
    assert "--renew" in done.output


@pytest.mark.parametrize(
    "words",
    [("keys",), ("keys", "--mine", "--recover"), ("keys", "--new", "practice"), ("keys", "--mine")],
)
def test_keys_says_what_it_needs(people: Msp, words: tuple[str, ...]) -> None:
    assert people(*words).exit_code == 2


def test_a_name_that_is_none_is_refused_before_a_key_is_made(people: Msp) -> None:
    done = people("keys", "--mine", "--name", "Dr. Lee", "--to", people.root / "stick")
    assert done.exit_code == 2
    assert not (people.root / "stick").exists()


def test_another_first_root_never_takes_the_place_of_the_one_that_counts(begun: Msp) -> None:
    held = begun.desk.roots()[0].to_bytes()
    other = begun.root / "other.json"
    other.write_bytes(signed(msp(), "lee", "sam").to_bytes())
    done = begun.root_by(other, "--key", begun.stick("kim"))
    assert "it counts" not in done.output
    assert begun.desk.roots()[0].to_bytes() == held
