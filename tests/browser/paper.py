"""What stands on each page of a PDF that Chromium printed?

Enough of ISO 32000-1 for Chromium's own files and no more: objects as they lie, deflated streams,
two-byte glyphs, and the table of each font that says which character a glyph is.
"""

import re
import zlib
from dataclasses import dataclass

_OBJECT = re.compile(rb"(\d+) 0 obj\n(.*?)endobj", re.DOTALL)
_STREAM = re.compile(rb"stream\r?\n(.*)endstream", re.DOTALL)
_SHOWN = re.compile(rb"/(\w+) [\d.]+ Tf|<([0-9A-Fa-f]+)>|(ET)|\bTd\b|\bTm\b")
_MAPPED = re.compile(rb"<(\w{4})> <(\w{4})> <(\w+)>|<(\w{4})> <(\w+)>")


@dataclass(frozen=True)
class Pdf:
    """The objects of a file, by number."""

    objects: dict[int, bytes]

    def stream(self, number: int) -> bytes:
        body = self.objects[number]
        raw = _STREAM.search(body)
        assert raw is not None
        # What comes after the deflated bytes is the end of the line.
        return zlib.decompressobj().decompress(raw[1]) if b"/FlateDecode" in body else raw[1]

    def refer(self, name: bytes, body: bytes) -> int:
        found = re.search(rb"/" + name + rb" (\d+) 0 R", body)
        assert found is not None, name
        return int(found[1])

    def characters(self, font: int) -> dict[int, str]:
        """Which character each glyph of a font is."""
        said: dict[int, str] = {}
        table = self.stream(self.refer(b"ToUnicode", self.objects[font]))
        for block in re.findall(rb"beginbf\w+\n(.*?)endbf", table, re.DOTALL):
            for first, last, start, one, text in _MAPPED.findall(block):
                if one:
                    said[int(one, 16)] = bytes.fromhex(text.decode()).decode("utf-16-be")
                    continue
                for glyph in range(int(first, 16), int(last, 16) + 1):
                    said[glyph] = chr(int(start, 16) + glyph - int(first, 16))
        return said

    def text(self, page: bytes) -> str:
        fonts = {
            name: self.characters(int(number))
            for name, number in re.findall(rb"/(F\d+) (\d+) 0 R", page)
        }
        glyphs: dict[int, str] = {}
        words: list[str] = []
        for font, shown, _ in _SHOWN.findall(self.stream(self.refer(b"Contents", page))):
            if font:
                glyphs = fonts.get(font, {})
            elif shown:
                pairs = (int(shown[n : n + 4], 16) for n in range(0, len(shown), 4))
                words.append("".join(glyphs.get(one, "") for one in pairs))
            else:
                words.append("\n")
        return re.sub(r"\n+", "\n", "".join(words))


def pages(data: bytes) -> list[str]:
    """The text of each page, a line for each piece that was set by itself."""
    pdf = Pdf({int(number): body for number, body in _OBJECT.findall(data)})
    found = [body for body in pdf.objects.values() if re.search(rb"/Type /Page\b", body)]
    return [pdf.text(page) for page in found]
