"""Which script asks a machine for what is wanted of it?

The functions of answer.sh, and a call of one of them for each question. It goes to `sh -s`; all
that varies in it is quoted. Programs come last, those that need root after the others: one that
hangs costs no answer of another.
"""

import re
import shlex
from collections.abc import Iterable, Iterator, Sequence
from importlib.resources import files

from agent.host.programs import PROGRAMS, Command, Handed, Program
from agent.host.recording import Call
from agent.host.ssh.needs import Need
from agent.readers.mountinfo import REMOTE

AS_ROOT = frozenset({Program.AUDITCTL, Program.DMSETUP, Program.NFT, Program.SSHD})
"""What tells an ordinary user nothing: run by sudo, as packaging/ssh/dentinel.sudoers allows."""

_FUNCTIONS = {"read": "fetch", "list": "names", "stat": "look", "line": "line", "stats": "looks"}
_OPEN_FILES = re.compile("/proc/[0-9]+/fd")
_PLACES = {"{home}": '"$homes"', "{disk}": '"$disks"'}


def script(nonce: str, needs: Iterable[Need], calls: Sequence[Call]) -> str:
    """The text for `sh -s`; `run/N` in an answer is of the N-th call."""
    functions = files("agent.host.ssh").joinpath("answer.sh").read_text(encoding="utf-8")
    numbered = [(number, call) for number, call in enumerate(calls) if call.op == "run"]
    lines = [
        "homes=$(people)",
        "disks=$(disks)",
        *map(_need, needs),
        *(_exact(call) for call in calls if call.op != "run"),
        *(_program(number, call) for number, call in sorted(numbered, key=_root_last)),
    ]
    body = "\n".join(f"    {line}" for line in lines)
    types = " ".join(sorted(REMOTE))
    start = f"nonce={shlex.quote(nonce)} types={shlex.quote(types)}"
    return f"{functions}\ncalls() {{\n{body}\n}}\n{start}\nmain </dev/null 2>/dev/null\n"


def handed(call: Call) -> bool:
    """Would this program read a file that we write? There, nothing is written."""
    if call.op != "run":
        return False
    form = PROGRAMS[Program(call.subject)].form(call.args)
    return any(isinstance(word, Handed) for word in form)


def _root_last(one: tuple[int, Call]) -> bool:
    return one[1].subject in AS_ROOT


def _need(need: Need) -> str:
    if need.op == "trees":
        return f"trees {need.limit} {shlex.quote(need.where)}"
    name = _FUNCTIONS[need.op]
    limits = {"read": f" 0 {need.limit}", "list": f" {need.limit}"}.get(need.op, "")
    for place, folders in _PLACES.items():
        if need.where.startswith(place):
            rest = shlex.quote(need.where.removeprefix(place))
            return f"beneath {folders} {name} {rest}{limits}"
    if "*" in need.where:
        return f"match {name} {shlex.quote(need.where)}{limits}"
    return f"{name} {shlex.quote(need.where)}{limits}"


def _exact(call: Call) -> str:
    match call.op, call.args:
        case "read", (offset, limit, _):
            return f"fetch {shlex.quote(call.subject)} {int(offset)} {int(limit)}"
        case "list", _ if _OPEN_FILES.fullmatch(call.subject):
            return f"held {shlex.quote(call.subject)}"
        case "list", (limit,):
            return f"names {shlex.quote(call.subject)} {int(limit)}"
        case "stat", ():
            return f"look {shlex.quote(call.subject)}"
    raise ValueError(f"{call.op} {call.subject} cannot be asked over SSH")


def _program(number: int, call: Call) -> str:
    program = Program(call.subject)
    command: Command = PROGRAMS[program]
    command.form(call.args)
    who = "root" if program in AS_ROOT else "user"
    words = " ".join(map(shlex.quote, (command.paths["linux"], *call.args)))
    return f"ask {number} {command.deadline:g} {command.limit} {who} {words}"


def sudoers() -> Iterator[str]:
    """Which exact commands does an account need as root? One line each, as in a file of sudoers."""
    for program in sorted(AS_ROOT):
        command = PROGRAMS[program]
        for form in command.forms:
            yield " ".join((command.paths["linux"], *map(_exactly, form)))


def _exactly(word: object) -> str:
    if not isinstance(word, str):
        raise TypeError("a command with a blank to fill in is not given to root")
    return word
