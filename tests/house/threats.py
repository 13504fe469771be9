"""Write the table of docs/security.md anew: `python -m tests.house.threats`.

A threat is one line of THREATS. What shows its defence are the tests marked with its name,
`@pytest.mark.threat("forged-report")`; they are found by reading the tests' source, not by trust.
test_security.py holds that each threat has such a test, that each mark names a threat, and that
the page is what this module writes.
"""

import ast
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from rules.workbench.markdown import table

HOUSE = Path(__file__).parents[2]
PAGE = HOUSE / "docs" / "security.md"
BEGINS = "<!-- Written by `make docs` from the tests that carry each threat's mark. -->"
ENDS = "<!-- So far the tests. -->"


class Threat(NamedTuple):
    """A mark's name, what somebody does, and what stands against it."""

    mark: str
    threat: str
    defence: str


THREATS = (
    Threat(
        "channel-inside",
        "a webhook or mail server is named that only the controller can reach",
        "resolved once, every address checked, connected to the one that was checked",
    ),
    Threat(
        "message-tells",
        "a message to a ticket system or mailbox carries a person, an account, a finding or a path",
        "there is no field for it: clinic, host names, rule, counts and a link",
    ),
    Threat(
        "numbers-tell",
        "whoever reaches the people's listener reads its numbers, or learns of whom they are",
        "one token, of which only the hash is kept; no label holds a host, a clinic or a person",
    ),
    Threat(
        "formula",
        "a machine or a person is called `=HYPERLINK(…)`, for whoever opens the table",
        "a cell that a spreadsheet would compute gets an apostrophe, in every table",
    ),
    Threat(
        "unseen",
        "a machine, a person or a service has a name that turns text around, hides in it, or moves "
        "a terminal's cursor",
        "what nobody sees is U+FFFD wherever it leaves: pages, tables, calendars, messages, the "
        "shell",
    ),
    Threat(
        "door-tells",
        "somebody at the sign-in page asks where an org's own sign-in service is, or what it says",
        "a sentence that is always the same; why is for who is signed in",
    ),
    Threat(
        "foreign-form",
        "another site has a signed-in person's browser send a form here",
        "every address asks for the mark of a page of ours before anything else",
    ),
    Threat(
        "left-open",
        "somebody sits down at a screen that was left open",
        "automatic logoff; what weighs much, and whatever is taken along, asks again after five "
        "minutes who it is",
    ),
    Threat(
        "erased-unseen",
        "evidence is erased early, or unseen, or what was derived from it is altered afterwards",
        "six years at least, legal hold; a line of the log names each payload that went, and the "
        "hash of what is held of it",
    ),
    Threat(
        "forged-report",
        "a report is forged or altered",
        "Ed25519 over the very bytes, one key a machine",
    ),
    Threat(
        "weak-key",
        "a weak key is registered, so that its owner can deny later",
        "keys of small order are refused at every door",
    ),
    Threat(
        "borrowed-signature",
        "a signature is used for another message",
        "the type is signed too; each route takes a closed list",
    ),
    Threat(
        "dropped-report",
        "reports are dropped, repeated, reordered",
        "a hash chain by epoch and number; sealed in one transaction before anything is sent; "
        "acknowledged after the controller's commit",
    ),
    Threat(
        "waived-alone",
        "a failure is waved through by one person, or by who may not accept the risk",
        "another person approves: the clinic's owner, or whom he let; each step in the log; "
        "unknown, error and silence are never accepted",
    ),
    Threat(
        "stolen-courier",
        "the courier, which has the network, is taken over",
        "it cannot seal: keys and users apart; what it deletes or makes up shows in the chain",
    ),
    Threat("replayed-sync", "a request is replayed", "one nonce a sync"),
    Threat(
        "false-controller",
        "a false controller at joining",
        "the join string pins CA, receipt key and log before a byte of the secret is sent",
    ),
    Threat(
        "foreign-ca",
        "a CA slipped in by environment or system store",
        "the agent trusts its pinned CA and nothing else",
    ),
    Threat(
        "forged-answer",
        "a captive portal, a proxy, a forged answer",
        "an answer counts only if signed and bound to the request",
    ),
    Threat(
        "taken-over-controller",
        "a controller that was taken over pushes changed, older or foreign rules, or commands",
        "rules count only if signed offline (TUF), for the machine's own clinic, and no older than "
        "those in force; where a machine stands is signed too; directives are four closed words",
    ),
    Threat(
        "foreign-author",
        "one clinic's author signs rules for another",
        "a delegated role has the paths of its own clinic, and ends there",
    ),
    Threat(
        "expired-rules",
        "metadata of rules expires, is frozen or withheld",
        "the last verified rules stay in force for ever; reports say `stale` or `expired`",
    ),
    Threat(
        "lost-author-key",
        "a key that signs rules is lost, stolen, or its holder leaves",
        "a root key elsewhere names the next author; a recovery sheet; each clinic's log says "
        "which signed rules its machines ran, and since when",
    ),
    Threat(
        "fast-forward",
        "a thief of the controller's keys lets the versions of rules run ahead",
        "a root signed offline replaces those keys, and versions begin again",
    ),
    Threat(
        "edited-history",
        "history is edited in the database",
        "the log's root, checked by `verify` and by `rebuild --check`",
    ),
    Threat(
        "stolen-log-key",
        "the key of a log is stolen, or used after its end",
        "a new key by a signed notice and a line of the log; both sign for 30 days, after a theft "
        "the new one alone; no old notice or join string brings a former one back",
    ),
    Threat(
        "restored-database",
        "an old database is restored",
        "the checkpoint lock refuses to sign a second history; a restore begins a new generation "
        "of the log, which agents follow and refill from 30 days",
    ),
    Threat(
        "split-view",
        "the log is shown differently to different readers",
        "each agent remembers a checkpoint, wants proof that the next goes on from it, and keeps "
        "both signed notes for ever where it does not",
    ),
    Threat(
        "full-disk",
        "the disk of a machine is full, or answers with errors",
        "what was sealed stays; the patrol goes on judging from a reserve and says so in status",
    ),
    Threat(
        "wrong-clock",
        "a machine's clock or the controller's is wrong, by a year if need be",
        "order and time come from the log; the offset is measured and said, and nothing is "
        "refused or forgotten for it",
    ),
    Threat(
        "rolled-back-state",
        "a machine's state is rolled back: a snapshot, a restored home",
        "the fork is noticed on both sides; a new epoch begins by a signed gap that names what "
        "was given up",
    ),
    Threat(
        "two-controllers",
        "two controllers write one log",
        "the second is refused",
    ),
    Threat(
        "read-join-string",
        "a join string is read out of an export or a backup",
        "no export while a token in it is open; requests lie encrypted in the database",
    ),
    Threat(
        "stolen-join-string",
        "a join string is stolen, or used again",
        "one use, 72 hours, approval by a person for more, a log of uses, withdrawal",
    ),
    Threat(
        "stolen-key",
        "a machine's key is stolen from its disk",
        "closed files, rotation signed by both keys, revocation by a line of the log: what the key "
        "signs after it is false, also offline",
    ),
    Threat(
        "cloned-machine",
        "two computers speak as one: a copied disk or virtual machine",
        "the binding resets a copy; boots that take turns for a day are quarantined for approval, "
        "and both stay logged",
    ),
    Threat(
        "ca-rotated",
        "the certificate authority must change",
        "agents trust both before the new one serves; it serves only when 99 of 100 do, or the "
        "rest is given up by name",
    ),
    Threat(
        "hostile-folder",
        "somebody leaves a pipe, a device or a link to one where root looks for a file",
        "what is no file or disk is never opened, not even to see what it is",
    ),
    Threat(
        "swapped-folder",
        "an imaging folder is swapped under the watch",
        "the guard notices within seconds and looks anew",
    ),
    Threat(
        "power-loss",
        "the power goes, or a process is killed",
        "SQLite with synchronous=FULL, one transaction for each step; shown by SIGKILL, not by "
        "pulled plugs",
    ),
    Threat(
        "poison-report",
        "one report that cannot be taken",
        "it alone is rejected and logged; its chain goes on",
    ),
    Threat(
        "bomb",
        "bombs: size, depth, ratio, heads without end, silent connections",
        "limits before parsing, on every door",
    ),
    Threat(
        "leaked-name",
        "a patient's name leaks",
        "a mark on each field, enforced at sealing, at arrival and by the verifier",
    ),
    Threat(
        "telling-recording",
        "a recording that is sent to us names somebody",
        "of what a machine answers only what is declared is kept, names replaced; of a registry "
        "only the values that were looked at",
    ),
    Threat(
        "healthy-failure",
        "a failing read looks like health",
        "unknown is its own verdict; every failure of every call to the machine is played",
    ),
    Threat(
        "lying-host",
        "a host that is visited lies, crams its answers, or shows another key",
        "judged as that host's word and nobody else's, after this machine is sealed; bounded in "
        "bytes, calls and time; pinned keys, an event and a note on its page",
    ),
    Threat(
        "foreign-machines",
        "an agent speaks of machines that are not its own",
        "a host's row hangs on its visitor; 256 an agent",
    ),
    Threat(
        "curious-clinic",
        "one clinic sees another",
        "no query without a place; every address is tried with foreign ids",
    ),
    Threat(
        "stolen-password",
        "somebody knows a person's password",
        "a second factor is forced on everybody and outlives a new password; wrong passwords and "
        "codes are put off",
    ),
    Threat(
        "forged-sign-in",
        "somebody forges, steals or replays the answer of an org's own sign-in service",
        "the ID token's signature, issuer, audience, end and nonce are checked always; state and "
        "PKCE bind the answer to the browser that asked, once; nobody is found by an e-mail alone",
    ),
    Threat(
        "covered-tracks",
        "an administrator covers his tracks",
        "each act is a row and a line of the log that agents witness; a row that was changed or "
        "taken out is shown on the page and by `dentinel-controller audit verify`",
    ),
    Threat(
        "unsigned-rules",
        "evidence names rules that their author never signed",
        "`verify` checks packs, targets and the whole chain of roots with a reader of its own",
    ),
    Threat(
        "swapped-author",
        "whoever holds the controller puts a repository of his own in the place of the author's",
        "machines keep the root that they joined with; the reader's policy names the first root of "
        "the rules, and `verify` holds packs, settings and places against what hangs on it",
    ),
    Threat(
        "mixed-bundle",
        "one clinic stands in another's bundle",
        "a log a clinic; what touches one clinic is in no other log",
    ),
    Threat(
        "fooled-verifier",
        "the verifier is fooled by an edited bundle",
        "every check runs on every bundle; no edit of a true one is ever called proven",
    ),
    Threat(
        "changed-release",
        "a package of a release is changed, added or left out",
        "hashes of all its files under the release key; two builds of the same tree give the same "
        "bytes",
    ),
)


@cache
def marked() -> Mapping[str, tuple[str, ...]]:
    """Of each mark, the tests that carry it: their file and, where it is one, their function."""
    found: dict[str, set[str]] = {}
    for file in sorted((HOUSE / "tests").rglob("test_*.py")):
        source = file.read_text(encoding="utf-8")
        if "mark.threat(" in source:
            for mark, function in _marks(ast.parse(source)):
                name = file.relative_to(HOUSE).as_posix()
                found.setdefault(mark, set()).add(f"{name}::{function}" if function else name)
    return {mark: tuple(sorted(tests)) for mark, tests in found.items()}


def _marks(module: ast.Module) -> Iterator[tuple[str, str | None]]:
    """The names of marks, on functions and, by `pytestmark`, on the whole file."""
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef):
            for decorator in node.decorator_list:
                yield from ((mark, node.name) for mark in _named(decorator))
        if isinstance(node, ast.Assign) and "pytestmark" in map(ast.unparse, node.targets):
            yield from ((mark, None) for mark in _named(node.value))


def _named(expression: ast.expr) -> Iterator[str]:
    for node in ast.walk(expression):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.threat":
            yield from (str(ast.literal_eval(word)) for word in node.args)


def written() -> str:
    """The page with its table as the tests have it now."""
    before, rest = PAGE.read_text(encoding="utf-8").split(BEGINS)
    after = rest.split(ENDS)[1]
    shown = marked()
    rows = [
        (one.threat, one.defence, "<br>".join(f"`{test}`" for test in shown.get(one.mark, ())))
        for one in THREATS
    ]
    lines = "\n".join(table(("threat", "defence", "shown by"), rows)).rstrip()
    return f"{before}{BEGINS}\n\n{lines}\n\n{ENDS}{after}"


def main() -> int:
    """Write the page."""
    PAGE.write_text(written(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
