"""Why was something not read, in words, and what can the person at the terminal do about it?

One line a reason of the catalogue; `step` is empty where nobody needs to do anything.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from rules.facts.base import Reading, Why


@dataclass(frozen=True, slots=True)
class Unread:
    """What a reason means, and the next step."""

    means: str
    step: str = ""


REASONS: Mapping[Why, Unread] = {
    Why.NOT_ELEVATED: Unread(
        "it takes more rights to read this",
        "run it again as root, on Windows as Administrator; over SSH, install the sudoers file "
        "of the documents",
    ),
    Why.ACCESS_DENIED: Unread(
        "the system refused to show it",
        "run it again as root, on Windows as Administrator; if it was, look who owns it",
    ),
    Why.TCC_DENIED: Unread(
        "the privacy settings of macOS refuse it",
        "give the agent Full Disk Access: System Settings, Privacy & Security",
    ),
    Why.NOT_LOGGED_IN: Unread(
        "told only while that person is signed in", "run it again when the person is signed in"
    ),
    Why.LOCKED: Unread("it is locked", "unlock it, and run it again"),
    Why.TIMEOUT: Unread("no answer came in time", "run it again; if it stays, look at that device"),
    Why.TOOL_MISSING: Unread(
        "the program that tells is not installed, or nobody but root may start it",
        "install it, or judge this by hand",
    ),
    Why.TOO_LARGE: Unread("there is more than we read", "judge this by hand"),
    Why.PARSE_ERROR: Unread(
        "the answer was not understood",
        "send us a recording: dentinel facts --record FILE; names are replaced in it",
    ),
    Why.API_ERROR: Unread(
        "the system answered with an error, or tells it to no program of ours",
        "run it again; if it stays, send us a recording: dentinel facts --record FILE",
    ),
    Why.CONFLICT: Unread("two sources disagree", "look which of them is right: --format json"),
    Why.STALE_SOURCE: Unread(
        "the source is too old to say", "let it be renewed: for patches, look for updates"
    ),
    Why.NOT_LOCAL: Unread("another machine keeps it", "ask that machine"),
    Why.CONTAINER: Unread("this is a container", "run it on the machine itself"),
    Why.UNSUPPORTED_OS: Unread("this system cannot be asked for it", "judge this by hand"),
    Why.UNREACHABLE: Unread("the machine was not reached", "see that it is on, and in the network"),
    Why.UNTRUSTED_HOST: Unread(
        "the machine's key is not the one pinned",
        "find out why the key changed before you pin another",
    ),
    Why.DISABLED: Unread("its owner switched it off"),
    Why.NOT_COLLECTED: Unread(
        "nothing has collected it: since when something is so, only a running agent remembers",
        "run the agent: dentinel run; of a recording, take it again by this release",
    ),
    Why.UNRECOGNISED: Unread("what was read proves neither", "judge this by hand"),
}


def steps(readings: Iterable[Reading]) -> Iterator[str]:
    """A line for each reason that stands in the readings, in the order of the catalogue."""
    codes = {reason.code for reading in readings for reason in reading.reasons}
    for why, unread in REASONS.items():
        if why in codes:
            yield f"{why}: {unread.means}{f'. {_sentence(unread.step)}' if unread.step else ''}"


def _sentence(step: str) -> str:
    return step[0].upper() + step[1:]
