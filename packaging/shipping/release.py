"""Are these the files of the release? Hashes of all of them in one file, signed as a note.

`SHA256SUMS` is what `sha256sum -c` reads. `SHA256SUMS.note` is the same text as a signed note
(C2SP), by the release key: the form, and the functions, with which this project signs its logs.

- `python -m shipping.release new-key FILE` makes a key and prints the vkey to publish;
- `python -m shipping.release check FOLDER VKEY` holds a folder to its note.
"""

import hashlib
import os
import secrets
import sys
from collections.abc import Sequence
from pathlib import Path

from evidence import note
from evidence.errors import EvidenceError
from evidence.keys import SigningKey
from evidence.note import Verifier
from shipping.programs import Failed

NAME = "dentinel-release"
_SUMS, _NOTE = "SHA256SUMS", "SHA256SUMS.note"
_SEED_BYTES = 32


def write_sums(folder: Path) -> Path:
    """Hash everything in a folder of a release."""
    lines = "".join(f"{_sha256(path)}  {path.name}\n" for path in _released(folder))
    path = folder / _SUMS
    path.write_text(lines, encoding="utf-8")
    return path


def new_key(file: Path) -> str:
    """Make the key of releases, for its owner's eyes alone; the vkey by which others know it."""
    seed = secrets.token_bytes(_SEED_BYTES)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as opened:
        opened.write(seed.hex() + "\n")
    return str(Verifier(NAME, SigningKey.from_seed(seed).public))


def sign(folder: Path, key: Path) -> Path:
    """Sign the hashes; Failed if the file holds no key."""
    try:
        seed = bytes.fromhex(key.read_text(encoding="ascii").strip())
        signer = SigningKey.from_seed(seed)
    except (OSError, ValueError, EvidenceError) as error:
        raise Failed(f"{key} holds no release key: {error}") from error
    path = folder / _NOTE
    text = (folder / _SUMS).read_text(encoding="utf-8")
    path.write_text(note.sign(text, NAME, signer), encoding="utf-8")
    return path


def check(folder: Path, vkey: str) -> list[str]:
    """What does not hold of a folder, a sentence each; nothing if all of it is the release's."""
    try:
        signed = note.parse((folder / _NOTE).read_text(encoding="utf-8"))
        note.verify(signed, [Verifier.parse(vkey)])
    except (OSError, EvidenceError) as error:
        return [f"{_NOTE}: {error}"]
    named = {name: digest for digest, name in map(str.split, signed.text.splitlines())}
    there = {path.name: path for path in _released(folder)}
    wrong = [f"{name} is not there" for name in named if name not in there]
    wrong += [f"{name} is not of this release" for name in there if name not in named]
    for name in named.keys() & there.keys():
        if _sha256(there[name]) != named[name]:
            wrong.append(f"{name} is not as it was signed")
    return sorted(wrong)


def _released(folder: Path) -> list[Path]:
    signed = (_SUMS, _NOTE)
    return sorted(path for path in folder.iterdir() if path.is_file() and path.name not in signed)


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def main(words: Sequence[str]) -> int:
    """Make a key, or check a folder: 0 if it holds, 1 if not, 2 for wrong use."""
    match list(words):
        case ["new-key", file]:
            sys.stdout.write(f"{new_key(Path(file))}\n")
            return 0
        case ["check", folder, vkey]:
            wrong = check(Path(folder), vkey)
            sys.stdout.write("".join(f"{line}\n" for line in wrong) or "all of it is as signed\n")
            return int(bool(wrong))
    sys.stderr.write("usage: python -m shipping.release new-key FILE | check FOLDER VKEY\n")
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
