"""What is a text without its case, so that RemoteRegistry is remoteregistry?

Case is folded after composing (NFC): `é` is one letter however it was typed. Composing sorts the
marks of a letter, in time that grows with the square of their number, and a service may bear any
name: 20,000 marks took 0.3 s. Text longer than any name of a service is folded as it stands.
"""

from typing import Any

_COMPOSED = 256
"""Windows allows the name of a service as many characters."""


def fold(text: Any) -> Any:  # noqa: ANN401 - text, or what stands in its place
    """Text without its case; whatever is no text as it is."""
    if text.__class__ is not str:
        return text
    if text.isascii() or len(text) > _COMPOSED:
        return text.casefold()
    import unicodedata  # noqa: PLC0415 - few machines have a caseless name that is not ASCII

    return unicodedata.normalize("NFC", text).casefold()
