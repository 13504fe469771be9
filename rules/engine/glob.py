"""Does the whole text fit a pattern in which `*` is any run and `?` one character?

The pieces between the stars are looked for from left to right, each as early as it stands: a
glob has nothing to try twice.
"""


def glob(text: str, pattern: str) -> bool:
    """True if the pattern describes the text from its first to its last character."""
    first, *rest = pattern.split("*")
    if not rest:
        return len(text) == len(first) and _stands_at(text, 0, first)
    if not _stands_at(text, 0, first):
        return False
    at, last = len(first), rest.pop()
    for piece in rest:
        at = _find(text, at, piece)
        if at < 0:
            return False
        at += len(piece)
    return len(text) - len(last) >= at and _stands_at(text, len(text) - len(last), last)


def cost(text: str, pattern: str) -> int:
    """The steps that it takes at most: a piece with a `?` is tried at every character."""
    return (len(text) + 1) * (len(pattern) if "?" in pattern else 1)


def _stands_at(text: str, at: int, piece: str) -> bool:
    if len(text) - at < len(piece):
        return False
    if "?" not in piece:
        return text.startswith(piece, at)
    return all(wanted in ("?", text[at + n]) for n, wanted in enumerate(piece))


def _find(text: str, at: int, piece: str) -> int:
    if "?" not in piece:
        return text.find(piece, at)
    starts = range(at, len(text) - len(piece) + 1)
    return next((start for start in starts if _stands_at(text, start, piece)), -1)
