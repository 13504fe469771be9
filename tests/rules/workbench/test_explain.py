"""Why a rule came to its verdict: found, wanted, counted, and by whose word."""

from datetime import timedelta

import pytest

from rules.errors import Misused
from rules.workbench.explain import explain, find, latest


def test_a_failure_says_what_was_found_and_wanted(baseline, read, volume, now) -> None:
    facts = {
        "volumes": read(
            "volumes",
            [
                volume(),
                volume("D:", role="data", protection="unprotected", cipher=None),
                volume("E:", role="data", protection={"$unknown": "timeout"}),
                volume("/boot", role="boot"),
            ],
        ),
        "host": read("host", {"os": "linux"}),
    }
    text = "\n".join(explain(baseline, find(baseline, "volumes-encrypted"), facts, now))
    assert (
        text
        == """\
volumes-encrypted   FAIL   critical   dental-baseline 1.0.0
  Every disk that can hold images is encrypted
  D:  fails    D: is unprotected                                   disks.yaml:30
      volume.protection = unprotected
      wanted one of protected, suspended, locked
  E:  unknown  volume.protection was not read: timeout             disks.yaml:30
      volume.protection = unknown (timeout)
      wanted one of protected, suspended, locked
  E:  unknown  volume.protection was not read: timeout             disks.yaml:32
      volume.protection = unknown (timeout)
      volume.state_since = never
      wanted volume.protection is not suspended or (volume.state_since is not
        null and age(volume.state_since) is at most 1d (practice policy))
  4 volumes, 3 selected: 1 passes, 1 fails, 1 unknown
  params.ciphers = xts_aes_128, xts_aes_256, cbc_aes_128, cbc_aes_256, aes_gcm
    (benchmark: SP800-111; pack default)
  params.suspension_grace = 1d (practice policy; pack default)
  fix: Reinstall onto LUKS2; a live disk cannot be converted safely."""
    )


def test_a_pass_is_explained_too(baseline, read, volume, now) -> None:
    facts = {"volumes": read("volumes", [volume(), volume("/boot", role="boot")])}
    lines = explain(baseline, find(baseline, "volumes-encrypted"), facts, now)
    assert lines[0].split()[1] == "PASS"
    assert lines[2].split() == ["C:", "passes", "disks.yaml:30"]
    assert "      volume.protection = protected" in lines
    assert "  2 volumes, 1 selected: 1 passes" in lines


def test_a_pass_of_the_machine_says_what_was_seen(baseline, read, now) -> None:
    facts = {"usb_storage": read("usb_storage", {"control": "blocked", "devices": []})}
    lines = explain(baseline, find(baseline, "usb-storage-blocked"), facts, now)
    assert lines[2].split() == ["machine", "passes", "disks.yaml:62"]
    assert "      usb_storage.control = blocked" in lines


def test_of_many_that_pass_a_few_are_shown(baseline, read, volume, now) -> None:
    facts = {"volumes": read("volumes", [volume(f"/srv{n}") for n in range(9)])}
    lines = explain(baseline, find(baseline, "volumes-encrypted"), facts, now)
    assert sum(" passes " in line for line in lines) == 5
    assert "  9 volumes, 9 selected: 9 passes" in lines


def test_a_rule_that_does_not_apply_says_where_it_does(baseline, read, now) -> None:
    facts = {"host": read("host", {"role": "server"}), "users": read("users", [])}
    lines = explain(baseline, find(baseline, "screen-locks"), facts, now)
    assert lines[0].split()[1] == "NOT-APPLICABLE"
    assert lines[2].startswith("  it applies where not (host.role in")
    assert "      host.role = server" in lines


def test_nothing_is_wider_than_a_terminal(baseline, read, volume, now) -> None:
    facts = {"volumes": read("volumes", [volume("x" * 200, protection="unprotected")])}
    for rule in baseline.rules:
        assert all(len(line) <= 80 for line in explain(baseline, rule, facts, now))


def test_a_broken_fact_says_so(baseline, read, now) -> None:
    facts = {"volumes": read("volumes", 7)}
    lines = explain(baseline, find(baseline, "volumes-encrypted"), facts, now)
    assert any("(DL811)" in line for line in lines)


def test_more_than_twenty_are_counted(baseline, read, volume, now) -> None:
    many = [volume(f"/srv{n}", protection="unprotected") for n in range(25)]
    lines = explain(
        baseline, find(baseline, "volumes-encrypted"), {"volumes": read("volumes", many)}, now
    )
    assert "  and 5 more" in lines


def test_an_unknown_rule_is_told_with_the_nearest(baseline) -> None:
    with pytest.raises(Misused, match="screen-locks"):
        find(baseline, "screen-lock")


def test_recorded_facts_are_judged_at_the_time_of_the_newest(read, now) -> None:
    facts = {
        "host": read("host", {}, observed_at=now - timedelta(days=1)),
        "users": read("users", [], observed_at=now),
    }
    assert latest(facts) == now


def test_without_any_facts_there_is_nothing_to_explain() -> None:
    with pytest.raises(Misused):
        latest({})
