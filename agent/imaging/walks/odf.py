"""Which members of an OpenDocument are encrypted, and by what? (ODF 1.3 part 2, section 4.8)

The manifest says it: `file-entry` with a `full-path`, and in it `encryption-data` with the name of
an `algorithm`. The members themselves bear no mark, as a ZIP that is encrypted has.
"""

from xml.parsers import expat

from agent.imaging.glance import Malformed

MANIFEST = b"META-INF/manifest.xml"
OPEN = (b"mimetype", MANIFEST)
"""What stays readable in an encrypted document, too."""

_DEEPEST, _MOST = 16, 20_000


def secret(manifest: bytes) -> dict[bytes, str]:
    """The algorithm of each member that is encrypted, by its name; Malformed if it is no manifest.

    An encryption that names no algorithm is "".
    """
    above: list[str] = []
    entry: list[bytes] = [b""]
    found: dict[bytes, str] = {}

    def start(tag: str, said: dict[str, str]) -> None:
        above.append(_plain(tag))
        if len(above) > _DEEPEST or len(found) > _MOST or above[0] != "manifest":
            raise Malformed
        values = {_plain(name): value for name, value in said.items()}
        match above[1:]:
            case ["file-entry"]:
                entry[0] = values.get("full-path", "").encode(errors="replace")
            case ["file-entry", "encryption-data"]:
                found[entry[0]] = ""
            case ["file-entry", "encryption-data", "algorithm"]:
                found[entry[0]] = values.get("algorithm-name", "")

    def refuse(*_: object) -> None:
        raise Malformed

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _: above.pop()
    parser.EntityDeclHandler = refuse
    try:
        parser.Parse(manifest, True)  # noqa: FBT003 - expat has no name for it: this is all of it
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise Malformed from error
    return found


def cipher(algorithm: str) -> str | None:
    """`aes`, `blowfish`, or None for what is not known (W3C XML Encryption; ODF 1.1)."""
    name = algorithm.casefold().rpartition("#")[2]
    if name in ("aes128-cbc", "aes192-cbc", "aes256-cbc", "aes128-gcm", "aes256-gcm"):
        return "aes"
    return "blowfish" if name in ("blowfish", "blowfish cfb") else None


def _plain(name: str) -> str:
    return name.rpartition(":")[2]
