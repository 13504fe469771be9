"""`dentinel pack sign --role root`: who may sign from now on, signed by those who may until now."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tuf.api.metadata import Metadata, Root

    from agent.packs.author.desk import Desk
    from evidence.keys import PublicKey


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for: a draft to sign, or what the next root has otherwise."""

    folder: Path
    file: Path | None
    keys: tuple[Path, ...]
    without: tuple[str, ...]
    joined: tuple[Path, ...]
    online: Path | None
    threshold: int | None
    renew: bool
    show: bool

    @property
    def is_next(self) -> bool:
        """Is a new root to be begun?"""
        others = (self.without, self.joined, self.online, self.threshold)
        return self.renew or any(others)


def sign_root(wanted: Wanted, passphrase_file: Path | None) -> None:
    """Begin or take the draft, tell what it says, sign it, and keep it once it counts."""
    from agent import files
    from agent.cli.signing import passphrase
    from agent.cli.terminal import say
    from agent.packs.author import roots, rootwords
    from agent.packs.author.desk import Desk
    from agent.packs.author.signing import add_signature

    desk = Desk(wanted.folder)
    before = _newest(desk)
    file = wanted.file or desk.draft
    draft = _next(wanted, desk, file) if wanted.is_next else _draft(file)
    known = before if before and before.version == draft.signed.version - 1 else None
    say("\n".join([*rootwords.lines(draft.signed, known), ""]))
    if wanted.show:
        return
    for path, key in zip(wanted.keys, passphrase.opened(wanted.keys, passphrase_file), strict=True):
        _require_counts(draft, known, path, key.public)
        add_signature(draft, key)
    say("\n".join([*rootwords.signatures(draft, known), ""]))
    if wanted.online is not None:
        files.write(desk.online, wanted.online.read_bytes(), mode=0o644)
    is_ours = desk.online.exists() and (known is not None or _begins(draft, desk, before))
    if roots.standing(draft, known).is_enough and is_ours:
        file.unlink(missing_ok=True)
        say(f"it counts: {desk.keep_root(draft)}\n")
        say(f"next: dentinel pack sign --folder {wanted.folder}, then dentinel pack publish\n")
    else:
        files.write(file, draft.to_bytes(), mode=0o644)
        say(f"next: pass on {file}, to be signed in the same way\n")


def _newest(desk: "Desk") -> "Root | None":
    return desk.root() if (desk.signed / "metadata").is_dir() else None


def _begins(draft: "Metadata[Root]", desk: "Desk", before: "Root | None") -> bool:
    """Is it the root from which this folder's rules will hang?"""
    return before is None and draft.signed.version == desk.roster().used.root + 1


def _next(wanted: Wanted, desk: "Desk", file: Path) -> "Metadata[Root]":
    from datetime import UTC, datetime

    from tuf.api.metadata import Metadata

    from agent.cli.signing.reading import public_file
    from agent.errors import AuthorError
    from agent.packs.author import roots
    from agent.packs.author.desk import read_roster

    if file.exists():
        raise AuthorError(
            f"{file} waits for signatures already", "sign that one, or delete it to begin anew"
        )
    change = roots.Change(
        wanted.without,
        tuple(public_file(one) for one in wanted.joined),
        None if wanted.online is None else read_roster(wanted.online),
        wanted.threshold,
    )
    return Metadata(roots.following(desk.root(), change, datetime.now(UTC)))


def _draft(file: Path) -> "Metadata[Root]":
    from agent.errors import AuthorError
    from agent.packs.author import roots

    try:
        return roots.read(file.read_bytes(), str(file))
    except OSError as error:
        raise AuthorError(
            f"{file} cannot be read: {error.strerror}",
            "name the draft, or begin the next root: --renew, --without NAME, --with FILE",
        ) from error


def _require_counts(
    draft: "Metadata[Root]", before: "Root | None", path: Path, public: "PublicKey"
) -> None:
    """AuthorError for a key whose signature would count for nothing."""
    from agent.errors import AuthorError
    from agent.packs.author import roots
    from agent.packs.author.signing import described
    from evidence.distribution import ROOT

    keyid = described(public).keyid
    allowed = roots.holders(draft.signed, ROOT) | (roots.holders(before, ROOT) if before else {})
    if keyid not in allowed:
        raise AuthorError(
            f"{path} is no root key of this org",
            f"it is one of {', '.join(sorted(set(allowed.values())))}",
        )
