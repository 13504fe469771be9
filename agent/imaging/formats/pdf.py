"""Is it a PDF, and can anybody read it?

Every trailer is followed from the end: `/Encrypt` may stand in any of them, and searching the
file for the word would be wrong both ways. A PDF that asks no password is not encrypted for
anybody, however its bytes look.

- Clear streams beside encrypted ones make it `partly_encrypted`.
- A stream that can be read although everything claims to be encrypted is a contradiction.
- Without a trailer one stream that can be read makes it readable; else nothing is proven.
"""

import re

from agent.imaging.glance import Beyond, Glance, Malformed
from agent.imaging.judgement import Judgement, readable, unproven
from agent.imaging.walks.pdf_objects import Dict, Name, Object
from agent.imaging.walks.pdf_secret import handler, opens_empty
from agent.imaging.walks.pdf_sections import Pdf
from rules.facts.imaging import FileReason

_MAGIC = b"%PDF-"
_WITHIN = 1024
_LINE = 64  # what a printer or a server puts there
_BLANK = b"\0\t\n\f\r\x1a "
_LOOK = 16 << 10
_STREAMS = 8
_ENOUGH = 256
_STREAM = re.compile(rb"stream\r?\n")
_NOT_CONTENT = (b"/XRef", b"/Metadata")
_NO_SECRET: dict[str, FileReason] = {
    "user": "empty_user_password",
    "owner": "empty_owner_password",
}
_METHODS = {b"V2": "rc4", b"AESV2": "aes", b"AESV3": "aes"}


def document(glance: Glance) -> Judgement | None:
    """`%PDF-` stands in the first KiB."""
    base = glance.head[: _WITHIN + len(_MAGIC)].find(_MAGIC)
    if base < 0:
        return None
    try:
        return _judge(glance, Pdf(glance, base))
    except (Beyond, Malformed) as stopped:
        if _readable_stream(glance):
            return readable("pdf", "pdf")
        if base > 0:
            return None  # the word alone, in a text or elsewhere, makes no PDF
        return unproven("partial" if isinstance(stopped, Beyond) else "damaged", "pdf", "pdf")


def _judge(glance: Glance, pdf: Pdf) -> Judgement:
    trailers = [section.trailer for section in pdf.sections]
    claims = [trailer[b"Encrypt"] for trailer in trailers if b"Encrypt" in trailer]
    dictionaries = [found for claim in claims if (found := pdf.dictionary(claim)) is not None]
    if not dictionaries:
        return readable("pdf", "pdf")
    answer = _encrypted(glance, dictionaries[0], _first_id(trailers))
    if answer.verdict == "encrypted" and (_readable_stream(glance) or not _is_alone(glance)):
        return unproven("contradiction", "pdf", "pdf")
    return answer


def _is_alone(glance: Glance) -> bool:
    """Blanks at most lie behind the mark of its end, and before that of its beginning a line."""
    before = glance.head[: glance.head.find(_MAGIC)]
    tail = glance.some(max(0, glance.size - _WITHIN), _WITHIN)
    _, end, behind = tail.rpartition(b"%%EOF")
    return bool(end) and len(before.strip(_BLANK)) <= _LINE and not behind.strip(_BLANK)


def _encrypted(glance: Glance, encrypt: Dict, first_id: bytes) -> Judgement:
    by = encrypt.get(b"Filter")
    if by not in (b"Standard", b"Adobe.PubSec"):
        return unproven("handler", "pdf", "pdf")
    method = _method(encrypt)
    if method is None:
        return unproven("cipher", "pdf", "pdf")
    if by == b"Standard":
        opens = opens_empty(handler(encrypt, first_id), glance)
        if opens is not None:
            return Judgement("encrypted_no_secret", _NO_SECRET[opens], "pdf", "pdf", method)
    if method == "none":
        return Judgement("partly_encrypted", "streams", "pdf", "pdf")
    if method == "rc4":
        return Judgement("weak_encrypted", "rc4", "pdf", "pdf", "rc4")
    proof: FileReason = "cipher" if by == b"Standard" else "public_key"
    return Judgement("encrypted", proof, "pdf", "pdf", method)


def _method(encrypt: Dict) -> str | None:
    """`aes`, `rc4`; `none` where streams stay clear; None where nothing is known."""
    match encrypt.get(b"V"):
        case 1 | 2:
            return "rc4"
        case 4 | 5:
            filters = encrypt.get(b"CF", {})
            streams = _filter(filters, encrypt.get(b"StmF"))
            strings = _filter(filters, encrypt.get(b"StrF"))
            return "none" if "none" in (streams, strings) else streams
    return None


def _filter(filters: Object, name: Object) -> str | None:
    """The method of one crypt filter; `Identity`, or none named, leaves its content clear."""
    if name is None or name == b"Identity":
        return "none"
    entry = (
        filters.get(bytes(name)) if isinstance(filters, dict) and isinstance(name, Name) else None
    )
    method = entry.get(b"CFM") if isinstance(entry, dict) else None
    return _METHODS.get(bytes(method)) if isinstance(method, Name) else None


def _first_id(trailers: list[Dict]) -> bytes:
    for trailer in trailers:
        match trailer.get(b"ID"):
            case [bytes(first), *_]:
                return first
    return b""


def _readable_stream(glance: Glance) -> bool:
    """Can one of the first or last streams be read as it stands?"""
    places = [0] if glance.size <= _LOOK else [0, glance.size - _LOOK]
    tried = 0
    for place in places:
        data = glance.some(place, _LOOK)
        for found in _STREAM.finditer(data):
            tried += 1
            if tried > _STREAMS:
                return False
            if _reads(glance, data, found.start(), found.end()):
                return True
    return False


def _reads(glance: Glance, data: bytes, keyword: int, start: int) -> bool:
    words = data[max(0, data.rfind(b" obj", 0, keyword)) : keyword]
    if any(word in words for word in _NOT_CONTENT):
        return False
    if b"/DCTDecode" in words:
        return data[start : start + 2] == b"\xff\xd8"
    if b"/FlateDecode" not in words:
        return False
    try:
        return len(glance.inflate(data[start:], _ENOUGH)) == _ENOUGH
    except Malformed:
        return False
