"""How is a file written so that nobody ever finds half of it?"""

import errno
from contextlib import suppress
from pathlib import Path


def write(path: Path, data: bytes, mode: int | None = None) -> None:
    """The whole file, in the place of what was there, or none of it; OSError names the file.

    With a mode it has those rights from its first byte on. A link stays, and what it leads to is
    written; a device or a pipe is refused: root would put a file in the place of /dev/stdout.
    """
    target = path.resolve()
    part = target.with_name(f".{target.name}.part")
    try:
        _require_file(target)
        part.unlink(missing_ok=True)  # and what follows makes a new one, whoever left a link there
        with part.open("xb") as file:
            if mode is not None:
                part.chmod(mode)
            file.write(data)
        part.replace(target)
    except OSError as error:
        error.filename = str(path)  # a full disk names no file, and nobody knows the part
        raise
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def _require_file(target: Path) -> None:
    if target.exists() and not target.is_file() and not target.is_dir():
        raise OSError(errno.EINVAL, "it is no file")
