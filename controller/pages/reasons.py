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
_KINDS = {
    "dicom": "X-ray or scan (DICOM)",
    "dicomdir": "index of patients (DICOMDIR)",
    "image": "picture",
    "mesh": "3-D model",
    "pdf": "PDF",
    "office": "Office document",
    "disk_image": "image of a disk",
    "bridge": "patient handed to imaging software",
    "ciphertext": "claimed ciphertext",
    "other": "file of no known form",
}
_FOUND = {
    "content": "",
    "signed_only": "signed, not encrypted",
    "names_only": "names alone",
    "vendor_key": "keyed by its vendor, for everybody",
    "null_cipher": "a cipher that does nothing",
    "public_key": "to the key of somebody",
    "secret_key": "a secret key",
    "control_file": "a file of the tool that encrypts",
    "zipcrypto": "the old encryption of ZIP",
    "block64": "a cipher of 64-bit blocks",
    "old_rar": "the encryption of RAR before 3",
    "no_integrity": "nothing shows a change",
    "empty_user_password": "the password is empty",
    "empty_owner_password": "the owner's password is empty",
    "default_password": "opens by a published key or password",
    "members": "some of its files",
    "streams": "some of its parts",
    "opaque": "its bytes prove nothing",
    "proprietary": "a form that its vendor keeps to itself",
    "too_short": "too short to tell",
    "all_zero": "nothing but zeros",
    "partial": "cut short",
    "damaged": "damaged",
    "contradiction": "its parts contradict one another",
    "limit": "more than is looked at",
    "handler": "a form of encryption that is not known",
    "multi_volume": "one of several volumes",
    "placeholder": "the file itself lies in a cloud",
    "denied": "the system refused to show it",
    "error": "it could not be read",
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


def file_kind(word: str) -> str:
    """Of what kind a file is, in words."""
    return _KINDS.get(word, word)


def file_reason(word: str) -> str:
    """Why that was found of it, in words; nothing if the verdict says it all."""
    return _FOUND.get(word, word)


def reach(word: str) -> str:
    """From where a file can be reached, in words."""
    return _REACH.get(word, word)
