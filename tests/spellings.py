"""How may a name stand in bytes that somebody looks for it in?"""

import base64
import unicodedata
from collections.abc import Iterable
from urllib.parse import quote

_SHORTEST = 12


def spellings(name: str) -> set[bytes]:
    """As text, percent, hex, base64 at three offsets; both cases, composed and decomposed."""
    found: set[bytes] = set()
    texts = {unicodedata.normalize(form, text) for text in (name, name.upper(), name.lower())
             for form in ("NFC", "NFD")}  # fmt: skip
    for text in texts:
        for raw in (text.encode(), text.encode("utf-16-le"), text.encode("utf-16-be")):
            found |= {raw, raw.hex().encode(), raw.hex().upper().encode()}
            for offset in range(3):
                encoded = base64.b64encode(b"\0" * offset + raw).rstrip(b"=")
                found.add(encoded[offset * 4 // 3 + (1 if offset else 0) : -1])
        escaped = text.encode("unicode_escape")
        found |= {quote(text).encode(), quote(text, safe="").encode(), escaped}
    return {spelling for spelling in found if len(spelling) >= _SHORTEST}


def holds(data: bytes, names: Iterable[str]) -> list[str]:
    """Which of these names stand there, however they are spelt."""
    return [name for name in names if any(spelling in data for spelling in spellings(name))]
