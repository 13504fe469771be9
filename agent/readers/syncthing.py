"""Which folders does Syncthing share? (config.xml, docs.syncthing.net/users/config)

`<configuration><folder id="…" path="~/Sync" …>`; folders below `<defaults>` are patterns for new
ones. The file holds keys and names of devices, none of which is kept. Entities are refused.
"""

from xml.parsers import expat

from agent.readers.errors import ParseError

_DEEPEST = 32


def folders(data: bytes) -> tuple[str, ...]:
    """The path of each folder; ParseError if the file is no configuration of Syncthing."""
    above: list[str] = []
    found: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        above.append(name)
        if above[0] != "configuration" or len(above) > _DEEPEST:
            raise ParseError("not a configuration of Syncthing")
        if above == ["configuration", "folder"]:
            found.append(attributes.get("path", ""))

    def end(_: str) -> None:
        above.pop()

    def refuse(*_: object) -> None:
        raise ParseError("a configuration with entities of its own")

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.EntityDeclHandler = refuse
    try:
        parser.Parse(data, True)  # noqa: FBT003 - expat has no name for it: this is all of it
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise ParseError("not a configuration of Syncthing") from error
    if not all(found):
        raise ParseError("a folder of Syncthing without a path")
    return tuple(found)
