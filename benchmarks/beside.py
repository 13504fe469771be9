"""Where OpenSCAP and dentinel judge the same thing on this machine, do they say the same?

`python -m benchmarks.beside` writes docs/beside-openscap.md. Ends with 1 if they disagree
somewhere without an explanation, 2 if there is no OpenSCAP here. A clause of ours is found by the
value that it looked at; it passes if its rule was judged and does not complain of it.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks import openscap
from rules.compiled import builtin

PAGE = Path(__file__).parents[1] / "docs" / "beside-openscap.md"
_IN_PLACE = {"pass": "pass", "fail": "fail", "notapplicable": "not-applicable"}


@dataclass(frozen=True, slots=True)
class Pair:
    """The same question to both; `explained` says of each (ours, theirs) why they may differ."""

    question: str
    rule: str
    leaf: str
    theirs: str
    explained: Mapping[tuple[str, str], str] = field(default_factory=dict)


_NO_SYSTEMD = (
    "Both could not tell: no systemd runs in this container, and the kernel's own rules are its "
    "host's."
)
_SSHD_UNSEEN = (
    "OpenSCAP wants the line written in sshd_config; silence fails. We ask `sshd -T` what is in "
    "force once a server listens; here the kernel hides whose a listening port is, so we do not "
    "know."
)
_SSHD_IN_FORCE = (
    "OpenSCAP wants the line written in sshd_config; silence fails. We judge what `sshd -T` says "
    "is in force, and only where a server listens."
)

PAIRS = (
    Pair(
        "May an account with an empty password sign in?",
        "passwords-guarded",
        "password_policy.blank_allowed",
        "no_empty_passwords",
        {
            ("fail", "pass"): "Debian writes `nullok` into `/etc/pam.d/common-auth`, and we read "
            "it there. OpenSCAP's check looks into `system-auth` and `password-auth`, which "
            "Debian does not have, and passes for want of them.",
        },
    ),
    Pair(
        "Is a long password asked for?",
        "passwords-guarded",
        "password_policy.min_length",
        "accounts_password_minlen_login_defs",
        {
            ("pass", "fail"): "OpenSCAP reads `PASS_MIN_LEN` in login.defs, which PAM does not "
            "look at; we read the PAM modules that decide.",
        },
    ),
    Pair(
        "Has nobody an empty password now?",
        "accounts-personal",
        "user.blank_password",
        "no_empty_passwords_etc_shadow",
    ),
    Pair(
        "May root sign in over SSH?",
        "ssh-guarded",
        "remote_access.ssh_root",
        "sshd_disable_root_login",
        {
            ("unknown", "fail"): _SSHD_UNSEEN,
            ("pass", "fail"): _SSHD_IN_FORCE,
            ("not-applicable", "fail"): _SSHD_IN_FORCE,
        },
    ),
    Pair(
        "Is the audit system running?",
        "audit-on",
        "audit_policy.running",
        "service_auditd_enabled",
        {
            ("fail", "error"): "We find no running auditd among the processes, which needs no "
            "systemd. OpenSCAP asks systemd, which does not run here, and ends in an error.",
            ("pass", "error"): "We find auditd among the processes; OpenSCAP asks systemd, which "
            "does not run here, and ends in an error.",
        },
    ),
    Pair(
        "Is the audit system there at all?",
        "audit-on",
        "audit_policy.running",
        "package_audit_installed",
        {
            ("fail", "pass"): "The package is installed and nothing of it runs: OpenSCAP asks "
            "for the package, we for the process.",
        },
    ),
    Pair(
        "Does the audit log reach back far enough?",
        "audit-on",
        "audit_policy.log_max_size",
        "auditd_data_retention_max_log_file",
        {
            ("fail", "pass"): "OpenSCAP asks for a size of each file, 6 MB in this content; we ask "
            "for all files together, 192 MiB, which is a benchmark's number, unless the records "
            "are sent elsewhere.",
        },
    ),
    Pair(
        "Is inbound traffic filtered?",
        "firewall-on",
        "firewall.enabled",
        "service_ufw_enabled",
        {("unknown", "error"): _NO_SYSTEMD},
    ),
    Pair(
        "Is the clock set by a server?",
        "clock-right",
        "clock.synced",
        "service_chronyd_enabled",
        {
            ("unknown", "error"): "Both could not tell: OpenSCAP asks systemd, which does not "
            "run here; we ask the time service itself, which does not answer here.",
        },
    ),
)

ELSEWHERE = {
    "after how long does the screen lock": "dconf_gnome_screensaver_idle_delay",
    "are disks encrypted": "encrypt_partitions",
    "can a USB disk be used": "kernel_module_usb-storage_disabled",
    "do security patches wait": "security_patches_up_to_date",
}
"""Questions that ComplianceAsCode has a rule for, if in its content for other systems."""

_HEAD = """\
# Beside OpenSCAP

Written by `python -m benchmarks.beside`, which can be run again: `oscap` with
ComplianceAsCode's content for Debian (`openscap-scanner`, `ssg-debian`) and `dentinel audit`
judge the same machine, one question after another. This was a container with Debian 12. The
content is Debian 11's, the newest that Debian 12 ships; the lines that switch its rules off on
another release or inside a container were taken out of a copy."""


def main() -> int:
    """Ask both, write the page, and count what nobody has explained."""
    reason = openscap.missing()
    if reason:
        sys.stderr.write(f"{reason}: install it, and run this again\n")
        return 2
    strange = [pair.question for pair in PAIRS if not _is_read(pair)]
    if strange:
        raise ValueError(f"the rule named for it does not look at its value: {strange}")
    ours = _audit()
    with tempfile.TemporaryDirectory() as folder:
        copied = openscap.content(Path(folder), anywhere=True)
        theirs = openscap.results(copied, [pair.theirs for pair in PAIRS])
        text = copied.read_text(encoding="utf-8")
    absent = [question for question, rule in ELSEWHERE.items() if f"rule_{rule}" not in text]
    rows = [(pair, _said(ours, pair), theirs.get(pair.theirs, "no such rule")) for pair in PAIRS]
    PAGE.write_text(page(rows, absent), encoding="utf-8", newline="\n")
    open_ones = [pair.question for pair, mine, other in rows if _why(pair, mine, other) is None]
    for question in open_ones:
        sys.stderr.write(f"they disagree, and nobody says why: {question}\n")
    return 1 if open_ones else 0


def page(rows: list[tuple[Pair, str, str]], absent: list[str]) -> str:
    """The page: the table, what each disagreement rests on, and what only we ask."""
    agreed = sum(_agree(mine, other) for _, mine, other in rows)
    lines = [
        f"| {pair.question} | `{pair.rule}` ({pair.leaf}): {mine} | `{pair.theirs}`: {other} |"
        for pair, mine, other in rows
    ]
    reasons = [
        f"- **{pair.question}** We: {mine}; OpenSCAP: {other}. "
        f"{_why(pair, mine, other) or 'Not explained yet.'}"
        for pair, mine, other in rows
        if not _agree(mine, other)
    ]
    return "\n".join(
        [
            *(_HEAD, "", f"Of {len(rows)} questions both answer {agreed} alike.", ""),
            *("| question | dentinel | OpenSCAP |", "| --- | --- | --- |", *lines, ""),
            *("## Why they differ", "", *reasons, ""),
            *("## What only we ask here", "", _alone(absent), ""),
        ]
    )


def _alone(absent: list[str]) -> str:
    asked = "; ".join(f"{question} (`{ELSEWHERE[question]}`)" for question in absent)
    return f"The content for Debian lacks the rules that other systems' content has: {asked}."


def _agree(mine: str, other: str) -> bool:
    return _IN_PLACE.get(other) == mine


def _why(pair: Pair, mine: str, other: str) -> str | None:
    """Why they differ; empty where they do not, None where nobody has said."""
    return "" if _agree(mine, other) else pair.explained.get((mine, other))


def _audit() -> dict[str, dict[str, Any]]:
    """Our results by rule, as `dentinel audit` writes them."""
    with tempfile.TemporaryDirectory() as folder:
        words = [sys.executable, "-m", "agent.cli.app", "--home", f"{folder}/home"]
        line = [*words, "audit", "--format", "json"]
        said = json.loads(subprocess.run(line, capture_output=True, check=False).stdout)
    return {one["rule"]: one for one in said["results"]}


def _is_read(pair: Pair) -> bool:
    """Does a clause of our rule look at the value?"""
    rule = next(one for one in builtin.pack().rules if one.id == pair.rule)
    clauses = (*rule.must, *(rule.over.clauses if rule.over else ()))
    parts = [f"'{part}'" for part in pair.leaf.split(".")]
    return any(all(part in repr(one.that) for part in parts) for one in clauses)


def _said(results: Mapping[str, dict[str, Any]], pair: Pair) -> str:
    """What we say of this one value: the complaint that shows it, else that there is none."""
    result = results[pair.rule]
    for item in result["items"]:
        if pair.leaf in item["seen"]:
            return str(item["verdict"])
    return "not-applicable" if result["verdict"] == "not-applicable" else "pass"


if __name__ == "__main__":
    sys.exit(main())
