"""Pictures of nothing: the heads of the formats, made by hand, followed by noise."""

import random
import struct

NOISE = random.Random(1895).randbytes(3000)  # the year of the first X-ray

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00" + NOISE
PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sIIBBBBB", 13, b"IHDR", 64, 64, 8, 0, 0, 0, 0) + NOISE
TIFF = b"II*\x00" + struct.pack("<IH", 8, 1) + NOISE
PICTURES = {
    "jpeg": JPEG,
    "png": PNG,
    "gif": b"GIF89a" + NOISE,
    "tiff": TIFF,
    "bigtiff": b"MM\x00+" + NOISE,
    "bmp": b"BM" + struct.pack("<IHHII", 5000, 0, 0, 54, 40) + NOISE,
    "jpeg2000": b"\x00\x00\x00\x0cjP  \r\n\x87\n" + NOISE,
    "webp": b"RIFF" + struct.pack("<I", 3000) + b"WEBPVP8 " + NOISE,
}
