"""How is a file written so that nobody ever finds half of it?"""

from pathlib import Path


def write(path: Path, data: bytes, mode: int | None = None) -> None:
    """The whole file, in the place of what was there, or none of it; OSError names the file.

    With a mode it has those rights from its first byte on.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        part.touch()
        if mode is not None:
            part.chmod(mode)
        part.write_bytes(data)
        part.replace(path)
    except OSError as error:
        error.filename = str(path)  # a full disk names no file, and nobody knows the part
        raise
    finally:
        part.unlink(missing_ok=True)
