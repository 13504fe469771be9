"""A PDF of one page, made by hand; qpdf makes the others out of it."""

import zlib

PAGE = zlib.compress(b"BT /F1 12 Tf 20 100 Td (Bitewing, upper left) Tj ET " * 40)


def plain() -> bytes:
    """One page of text, with a cross-reference table."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 4 0 R>>",
        b"<</Length %d/Filter/FlateDecode>>\nstream\n" % len(PAGE) + PAGE + b"\nendstream",
    ]
    out, places = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 5\n0000000000 65535 f \n"
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    trailer = b"trailer\n<</Size 5/Root 1 0 R/ID[<00112233><00112233>]>>\n"
    return out + trailer + b"startxref\n%d\n%%%%EOF\n" % start
