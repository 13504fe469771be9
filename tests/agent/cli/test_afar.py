"""`--host ssh://…`: the same facts and rules for a machine that carries no agent."""

import json

import pytest
import typer
from typer.testing import CliRunner, Result

from agent.cli.afar import Place, place
from agent.cli.program import program
from agent.host.ssh import line
from agent.settings import HostSetting
from rules.facts.index import CATALOGUE
from tests.agent.errands.test_visit import home, nas, written  # noqa: F401 - fixtures
from tests.agent.host.ssh.machine import needs_sshd


def run(home, *words: str) -> Result:  # noqa: F811
    typed = ["--home", str(home.root), *words]
    return CliRunner().invoke(program(typed), typed)


def address(server) -> str:
    return f"ssh://{server.setting().user}@127.0.0.1:{server.port}"


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("ssh://dentinel@nas.practice", Place("dentinel", "nas.practice")),
        ("ssh://dentinel@NAS:2222/", Place("dentinel", "nas", 2222)),
        ("ssh://dentinel@[fd00::7]:22", Place("dentinel", "fd00::7")),
    ],
)
def test_an_address_says_who_and_where(text, meant) -> None:
    assert place(text) == meant


@pytest.mark.parametrize(
    "text",
    ["nas", "ssh://nas", "ssh://a:b@nas", "http://a@nas", "ssh://a@nas/etc", "ssh://a@nas:port"],
)
def test_what_is_no_address_of_ssh_is_wrong_use(text) -> None:
    with pytest.raises(typer.BadParameter):
        place(text)


@needs_sshd
def test_facts_of_a_host_are_shown(nas, home) -> None:  # noqa: F811
    written(home, nas.setting())
    said = run(home, "facts", "--host", address(nas), "--format", "json")
    assert said.exit_code == 0
    assert list(json.loads(said.stdout)["facts"]) == list(CATALOGUE)


@needs_sshd
def test_a_host_is_judged_by_the_same_rules(nas, home) -> None:  # noqa: F811
    written(home, nas.setting())
    said = run(home, "audit", "--host", address(nas), "--format", "json")
    assert said.exit_code in (1, 3)
    verdicts = {one["verdict"] for one in json.loads(said.stdout)["results"]}
    assert {"pass", "unknown"} <= verdicts


@needs_sshd
def test_a_host_that_nobody_pinned_shows_its_key_and_how_to_pin_it(nas, home) -> None:  # noqa: F811
    done = run(home, "audit", "--host", address(nas))
    assert done.exit_code == 2
    assert nas.setting().pins[0] in done.output
    assert "[[host]]" in done.output
    assert "agent.toml" in done.output


@needs_sshd
def test_a_host_with_another_key_proves_nothing(nas, home) -> None:  # noqa: F811
    written(home, nas.setting(pins=("ssh-ed25519 SHA256:" + "A" * 43,)))
    said = run(home, "audit", "--host", address(nas), "--format", "json")
    assert said.exit_code == 3
    assert "untrusted_host" in said.output
    assert "pass" not in {one["verdict"] for one in json.loads(said.stdout)["results"]}


def test_a_host_that_is_not_reached_proves_nothing(home, monkeypatch) -> None:  # noqa: F811
    monkeypatch.setattr(line, "RETRIES", 0)
    pins = ("ssh-ed25519 SHA256:" + "A" * 43,)
    written(home, HostSetting(name="nas", address="127.0.0.1", port=1, user="x", pins=pins))
    said = run(home, "audit", "--host", "ssh://x@127.0.0.1:1", "--format", "json")
    assert said.exit_code == 3
    assert "unreachable" in said.stderr
    assert "pass" not in {one["verdict"] for one in json.loads(said.stdout)["results"]}


def test_a_host_and_a_file_are_not_judged_at_once(home, tmp_path) -> None:  # noqa: F811
    words = ["--facts", str(tmp_path / "f.json"), "--host", "ssh://a@nas"]
    assert run(home, "audit", *words).exit_code == 2
