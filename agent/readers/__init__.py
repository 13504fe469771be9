"""Pure parsers: bytes in; a value, or ParseError, out. Nothing here touches the machine."""
