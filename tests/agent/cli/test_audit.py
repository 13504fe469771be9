"""What a person, a program and a build server read of an audit, and how it ends."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from typer.testing import CliRunner, Result

from agent.cli.outputs import junit
from agent.cli.program import program
from agent.facts.gather import gather
from agent.host.tree import TreeHost
from rules.compiled import builtin
from rules.facts.base import Reading
from rules.facts.form import to_json
from tests.agent.facts.clinic import about, op1, pano_01
from tests.agent.facts.macs import front_mac, scan_mac
from tests.agent.facts.windows.clinic import front_1, hyg_2

NOW = "2026-11-22T12:00:00Z"


def run(*words: str) -> Result:
    return CliRunner().invoke(program(words), list(words))


@pytest.fixture
def facts(tmp_path) -> Callable[[TreeHost], Path]:
    """A file of the facts of a machine, as `dentinel facts --format json` writes it."""

    def write(host: TreeHost, **changed: Reading) -> Path:
        readings = gather(host, about()) | changed
        path = tmp_path / "facts.json"
        path.write_text(json.dumps({"facts": {n: to_json(r) for n, r in readings.items()}}))
        return path

    return write


def audit(path: Path, *words: str) -> Result:
    return run("audit", "--facts", str(path), "--now", NOW, *words)


def test_a_machine_on_which_something_failed_ends_with_1(facts) -> None:
    assert audit(facts(pano_01())).exit_code == 1


def test_a_machine_on_which_all_is_well_ends_with_0(facts) -> None:
    assert audit(facts(op1())).exit_code == 0


def test_a_machine_of_which_something_was_not_read_ends_with_3(facts) -> None:
    tree = op1()
    denied = replace(tree, files={**tree.files, "/etc/modprobe.d": {"error": "access_denied"}})
    assert audit(facts(denied)).exit_code == 3


def test_the_document_is_the_results_and_nothing_else(facts) -> None:
    document = json.loads(audit(facts(pano_01()), "--format", "json").stdout)
    assert list(document) == ["results"]
    assert [one["rule"] for one in document["results"]] == [r.id for r in builtin.pack().rules]
    volumes = next(one for one in document["results"] if one["rule"] == "volumes-encrypted")
    assert volumes["verdict"] == "fail"
    assert volumes["items"][0]["seen"]["volume.protection"] == "unprotected"


def test_a_person_reads_what_is_wrong_why_and_what_to_do(facts) -> None:
    said = audit(facts(pano_01())).stdout
    assert re.search(r"^volumes-encrypted +FAIL +critical +dental-baseline", said, re.MULTILINE)
    assert re.search(r"^  / +fails +/ is unprotected +disks\.yaml:\d+$", said, re.MULTILINE)
    assert "wanted: volume.protection is one of protected, suspended, locked" in said
    assert "Policy: built-in (dental-baseline" in said
    assert "volumes-encrypted: Reinstall onto LUKS2" in said
    assert "\x1b[" not in said


def test_the_worst_comes_first(facts) -> None:
    said = audit(facts(pano_01())).stdout
    words = re.findall(r"^[a-z-]+ +(FAIL|UNKNOWN|PASS|NOT-APPLICABLE) ", said, re.MULTILINE)
    assert words == sorted(words, key=("FAIL", "UNKNOWN", "PASS", "NOT-APPLICABLE").index)


def test_what_many_items_have_in_common_is_said_once(facts) -> None:
    said = audit(facts(pano_01())).stdout
    assert said.count("patch.waiting_since was not read: not_collected") == 1
    assert "libssl3, linux-image-amd64" in said


@pytest.mark.parametrize("machine", [op1, pano_01, hyg_2, front_1, front_mac, scan_mac])
def test_every_line_fits_eighty_columns(facts, monkeypatch, machine) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    said = audit(facts(machine())).stdout
    assert max(len(line) for line in said.splitlines()) <= 80


@pytest.mark.parametrize("machine", [pano_01, front_1, scan_mac])
def test_no_rule_is_unknown_without_a_reason_and_a_next_step(facts, machine) -> None:
    said = audit(facts(machine())).stdout
    blocks = re.split(r"^(?=[a-z0-9-]+ +[A-Z-]+ )", said, flags=re.MULTILINE)
    unknown = [block for block in blocks if re.match(r"[a-z0-9-]+ +UNKNOWN ", block)]
    assert unknown
    assert [block for block in unknown if "read: " not in block.replace("\n", " ")] == []
    told = re.findall(r"read: ([a-z_]+)", " ".join(unknown))
    steps = said.partition("What was not read, and what to do next:")[2]
    assert {code for code in told if f"{code}: " not in steps} <= {"every", "not"}


@pytest.mark.parametrize(("machine", "real"), [(front_1, "Windows"), (scan_mac, "Mac")])
def test_what_was_read_on_no_real_one_is_said_in_every_form(facts, machine, real) -> None:
    path, caveat = facts(machine()), f"not yet confirmed on a real {real}: "
    text = re.sub(r"\s+", " ", audit(path).stdout)
    document = json.loads(audit(path, "--format", "json").stdout)
    suite = ElementTree.fromstring(audit(path, "--format", "junit").stdout)[0]

    assert caveat[1:] in text
    assert document["caveat"].startswith(caveat)
    assert suite[0][0].attrib["value"] == document["caveat"]


def test_a_build_server_sees_unread_things_as_errors(facts) -> None:
    tree = pano_01()
    tree.files = dict(tree.files) | {"/sys/module": {"error": "access_denied"}}
    tree.files = {p: s for p, s in tree.files.items() if not p.startswith("/sys/module/")}
    suites = ElementTree.fromstring(
        audit(facts(TreeHost(tree.files, tree.programs)), "--format", "junit").stdout
    )
    (suite,) = suites
    assert suite.get("tests") == str(len(builtin.pack().rules))
    cases = {case.get("name"): [part.tag for part in case] for case in suite}
    assert cases["volumes-encrypted"] == ["failure"]
    assert cases["usb-storage-blocked"] == ["error"] or cases["usb-storage-blocked"] == ["failure"]
    assert cases["images-encrypted"] == ["skipped"]


@pytest.mark.parametrize("text", ["a\"b'c", "<a> & &amp;", "two\r\nlines\tand more", "Größe ✓"])
def test_any_text_comes_out_of_junit_as_it_went_in(text) -> None:
    read = ElementTree.fromstring(f"<a b={junit._quoted(text)}>{junit._escaped('<&> ' + text)}</a>")
    assert read.get("b") == text
    assert read.text == f"<&> {text}".replace("\r\n", "\n")


def test_a_pack_may_be_given_compiled_or_as_text(facts, tmp_path) -> None:
    compiled = tmp_path / "pack.json"
    compiled.write_bytes(builtin.data())
    text = Path(builtin.__file__).parents[1] / "packs" / "dental-baseline"
    path = facts(op1())
    for pack in (compiled, text):
        said = audit(path, "--pack", str(pack))
        assert said.exit_code == 0, said.output
        assert "Policy: dental-baseline" in said.stdout


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--pack", "/nowhere/pack.json"), "cannot be read"),
        (("--now", "yesterday"), "2026-11-22T13:40:00Z"),
        (("--facts", "/nowhere/facts.json"), "cannot be read"),
    ],
)
def test_what_cannot_be_meant_ends_with_2_and_says_what_to_write(words, says) -> None:
    done = run("audit", *words)
    assert done.exit_code == 2
    assert says in re.sub(r"\s+", " ", done.output)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("{}", id="nothing"),
        pytest.param('{"facts": {"host": {"fact": "host", "schema": Infinity}}}', id="no number"),
        pytest.param("[" * 100_000, id="too deep"),
    ],
)
def test_a_file_that_holds_no_facts_is_told_how_to_be_made(tmp_path, text) -> None:
    path = tmp_path / "x.json"
    path.write_text(text)
    done = run("audit", "--facts", str(path))
    assert done.exit_code == 2
    assert "dentinel facts --format json" in re.sub(r"\s+", " ", done.output)


def test_a_damaged_pack_is_refused(facts, tmp_path) -> None:
    pack = tmp_path / "pack.json"
    pack.write_bytes(builtin.data()[:-20])
    done = audit(facts(op1()), "--pack", str(pack))
    assert done.exit_code == 2
    assert "is not JSON" in done.output
    assert "Nothing was judged" in done.output


@pytest.mark.live
def test_this_machine_is_judged(tmp_path) -> None:
    done = run("--home", str(tmp_path), "audit", "--format", "json")
    assert done.exit_code in (0, 1, 3), done.output
    assert {one["rule"] for one in json.loads(done.stdout)["results"]} == {
        rule.id for rule in builtin.pack().rules
    }
