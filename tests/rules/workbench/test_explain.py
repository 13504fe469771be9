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
  D:  fails  D: is unprotected   disks.yaml:30
      volume.protection = unprotected
      volume.name = D:
      wanted: volume.protection is one of protected, suspended, locked
  E:  unknown  not read: timeout   disks.yaml:30
      volume.protection = unknown (timeout)
      volume.name = E:
      wanted: volume.protection is one of protected, suspended, locked
  E:  unknown  not read: timeout   disks.yaml:32
      volume.protection = unknown (timeout)
      volume.state_since = never
      volume.name = E:
      wanted: volume.protection is not suspended or (volume.state_since is not null and \
age(volume.state_since) is at most 1d (practice policy))
  4 volumes: 1 pass, 1 fail, 1 unknown, 1 not selected
  params.ciphers = xts_aes_128, xts_aes_256, cbc_aes_128, cbc_aes_256, aes_gcm; pack value
  params.suspension_grace = 1d (practice policy); pack value
  fix: Reinstall onto LUKS2; a live disk cannot be converted safely."""
    )


def test_a_pass_is_explained_too(baseline, read, volume, now) -> None:
    facts = {"volumes": read("volumes", [volume()])}
    lines = explain(baseline, find(baseline, "volumes-encrypted"), facts, now)
    assert lines[0].split()[1] == "PASS"
    assert "  1 volumes: 1 pass" in lines


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
