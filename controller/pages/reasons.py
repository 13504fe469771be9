"""Why is something not known, in words for people?

The codes are the closed list of the fact catalogue; a code of the rule engine (`DL…`) means that
the check itself broke.
"""

from rules.facts.base import Why

_WORDS = {
    Why.NOT_ELEVATED: "the agent there does not run with the rights that reading this needs",
    Why.ACCESS_DENIED: "the system refused to show it",
    Why.TCC_DENIED: "the privacy settings of macOS refuse it",
    Why.NOT_LOGGED_IN: "nobody is signed in there, so the person's settings are not loaded",
    Why.LOCKED: "it is locked and could not be looked into",
    Why.TIMEOUT: "the system did not answer in time",
    Why.TOOL_MISSING: "the program that would tell is not installed",
    Why.TOO_LARGE: "there is more than the agent reads",
    Why.PARSE_ERROR: "the answer of the system could not be understood",
    Why.API_ERROR: "the system answered with an error",
    Why.CONFLICT: "two sources disagree",
    Why.STALE_SOURCE: "the source is too old to say",
    Why.NOT_LOCAL: "it lies on another machine",
    Why.CONTAINER: "the agent runs in a container and does not see the machine itself",
    Why.UNSUPPORTED_OS: "this system cannot be asked for it yet",
    Why.UNREACHABLE: "the machine could not be reached",
    Why.UNTRUSTED_HOST: "the machine's key is not the one expected",
    Why.DISABLED: "its owner switched it off",
    Why.NOT_COLLECTED: "it has not been collected yet",
    Why.UNRECOGNISED: "what was read proves nothing either way",
}
_FILES = {
    "plaintext": "readable",
    "weak_encrypted": "weakly encrypted",
    "encrypted_no_secret": "encrypted, and the key needs no secret",
    "partly_encrypted": "partly encrypted",
    "unknown": "not proven encrypted",
}
_REACH = {
    "local": "this computer",
    "removable": "a removable disk",
    "share": "a network share",
    "cloud_sync": "a folder that is synced to a cloud",
}


def why(code: str | None) -> str:
    """A reason code in words; an error code of the engine names itself."""
    if code is None:
        return ""
    if code in set(Why):
        return _WORDS[Why(code)]
    return f"the check itself broke ({code}); the pack's author should know"


def file_verdict(word: str) -> str:
    """What was found of a file, in words."""
    return _FILES.get(word, word)


def reach(word: str) -> str:
    """From where a file can be reached, in words."""
    return _REACH.get(word, word)
