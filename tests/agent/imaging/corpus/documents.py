"""Documents, pictures, scans and databases: by real tools, and by hand where none writes them."""

import io
import sqlite3
import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path

import msoffcrypto
import pydicom
from msoffcrypto.format.ooxml import OOXMLFile

from tests.agent.imaging.corpus.base import LETTER, NOISE, Bench, Sample
from tests.agent.imaging.samples.compound import compound

PLAIN = ("plaintext", "content")
TYPES = (
    b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    b'<Default Extension="xml" ContentType="application/xml"/></Types>'
)


def office(bench: Bench) -> Iterator[Sample]:
    """Word and Excel: in clear, encrypted, and "protected" by the password that is published."""
    for name, member in {
        "letter.docx": "word/document.xml",
        "list.xlsx": "xl/workbook.xml",
    }.items():
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("[Content_Types].xml", TYPES)
            archive.writestr(member, LETTER * 3)
            archive.writestr("media/image1.bin", NOISE[:20_000])
        yield Sample(name, out.getvalue(), *PLAIN, "office")
        for password, verdict in {
            "Luebeck": ("encrypted", "cipher", "office"),
            "VelvetSweatshop": ("encrypted_no_secret", "default_password", "office"),
        }.items():
            sealed = io.BytesIO()
            OOXMLFile(io.BytesIO(out.getvalue())).encrypt(password, sealed)
            yield Sample(f"{password}-{name}", sealed.getvalue(), *verdict)
            cut = sealed.getvalue()[: len(sealed.getvalue()) // 2]
            yield Sample(f"cut-{password}-{name}", cut, "unknown", None)
    assert bench
    assert msoffcrypto


def old_office(bench: Bench) -> Iterator[Sample]:
    """The three old forms of encryption, and none."""
    for name, flags, verdict in (
        ("plain.doc", 0, PLAIN),
        ("rc4.doc", 0x0100, ("weak_encrypted", "rc4")),
        ("xor.doc", 0x8100, ("weak_encrypted", "xor")),
    ):
        head = b"\xec\xa5\xc1\0".ljust(10, b"\0") + struct.pack("<H", flags)
        yield Sample(
            name, compound({"WordDocument": head + LETTER, "1Table": NOISE[:900]}), *verdict
        )
    bof, sheet = struct.pack("<HH", 0x0809, 4) + bytes(4), struct.pack("<HH", 0x0085, 8) + bytes(8)
    for name, password, verdict in (
        ("plain.xls", b"", PLAIN),
        ("rc4.xls", struct.pack("<HHH", 0x002F, 6, 1) + bytes(4), ("weak_encrypted", "rc4")),
        ("xor.xls", struct.pack("<HHH", 0x002F, 6, 0) + bytes(4), ("weak_encrypted", "xor")),
    ):
        yield Sample(name, compound({"Workbook": bof + password + sheet + LETTER}), *verdict)
    for name, token, verdict in (
        ("plain.ppt", 0xE391C05F, PLAIN),
        ("sealed.ppt", 0xF3D1C4DF, ("weak_encrypted", "rc4")),
    ):
        user = bytes(8) + struct.pack("<II", 20, token)
        yield Sample(
            name, compound({"Current User": user, "PowerPoint Document": LETTER}), *verdict
        )
    yield Sample("mail.msg", compound({"__substg1.0_0037001F": LETTER}), *PLAIN, "mail")
    yield Sample("mail.pst", b"!BDN" + LETTER, *PLAIN, "mail")
    yield Sample("letter.rtf", b"{\\rtf1 " + LETTER + b"}", *PLAIN, "office")
    assert bench


def pdfs(bench: Bench) -> Iterator[Sample]:
    """qpdf: every revision, and passwords that are none."""
    weak, none = ("weak_encrypted", "rc4"), "encrypted_no_secret"
    for bits, more, verdict in (
        ("40", (), weak),
        ("128", ("--use-aes=n",), weak),
        ("128", ("--use-aes=y",), ("encrypted", "cipher")),
        ("256", (), ("encrypted", "cipher")),
        ("256", ("--force-R5",), ("encrypted", "cipher")),
    ):
        for user, owner in (("u", "o"), ("u", "u"), ("", "o"), ("u", "")):
            if user and not owner and bits != "256":
                continue
            for way in ((), ("--object-streams=generate",), ("--linearize",)):
                name = f"{bits}{''.join(more)}-{user}-{owner}{''.join(way)}.pdf"
                data = bench.made(
                    "out.pdf",
                    *("qpdf", "--allow-weak-crypto", *way, "--encrypt"),
                    *(user, owner, bits, *more, *(("--allow-insecure",) if not owner else ())),
                    *("--", "plan.pdf", "out.pdf"),
                )
                if not user:
                    yield Sample(name, data, none, "empty_user_password", "pdf")
                elif not owner:
                    yield Sample(name, data, none, "empty_owner_password", "pdf")
                else:
                    yield Sample(name, data, *verdict, "pdf")
    for way in ((), ("--object-streams=generate",), ("--linearize",), ("--qdf",)):
        data = bench.made("out.pdf", "qpdf", *way, "plan.pdf", "out.pdf")
        yield Sample(f"plain{''.join(way)}.pdf", data, *PLAIN, "pdf")


def scans(bench: Bench) -> Iterator[Sample]:
    """Meshes of intra-oral scanners."""
    facet = struct.pack("<12fH", *range(12), 0)
    for head in (b"binary", b"solid of a program that lies"):
        data = head.ljust(80, b" ") + struct.pack("<I", 900) + facet * 900
        yield Sample(f"{head.decode()}.stl", data, *PLAIN, "mesh")
    text = b"facet normal 0 0 1\nouter loop\nvertex 0 0 0\nvertex 1 0 0\nvertex 0 1 0\nendloop\n"
    yield Sample("text.stl", b"solid jaw\n" + text * 40 + b"endsolid jaw\n", *PLAIN, "mesh")
    ply = b"ply\nformat binary_little_endian 1.0\nelement vertex 9\nend_header\n"
    yield Sample("jaw.ply", ply + NOISE[:900], *PLAIN, "mesh")
    yield Sample("jaw.obj", b"# a jaw\n" + b"v 1.0 2.5 -3.25\n" * 400, *PLAIN, "mesh")
    yield Sample("jaw.off", b"OFF\n8 6 12\n" + b"0.1 0.2 0.3\n" * 200, *PLAIN, "mesh")
    yield Sample("jaw.glb", b"glTF" + struct.pack("<II", 2, 6000) + NOISE[:6000], *PLAIN, "mesh")
    for schema, reason in (("CA", "content"), ("CC", "content"), ("CE", "vendor_key")):
        data = f'<?xml version="1.0"?><HPS version="1.1"><Packed_geometry><Schema>{schema}</Schema>'
        body = data.encode() + b"<Binary_data>" + b"QUJD" * 900 + b"</Binary_data></HPS>"
        yield Sample(f"{schema}.dcm", body, "plaintext", reason, "mesh")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", b"<Types/>")
        archive.writestr("3D/3dmodel.model", LETTER)
    yield Sample("jaw.3mf", out.getvalue(), *PLAIN, "mesh")
    assert bench


def databases(bench: Bench) -> Iterator[Sample]:
    """Databases and their backups."""
    path = bench.folder / "practice.sqlite"
    with sqlite3.connect(path) as made:
        made.execute("create table patient (name text)")
    made.close()
    yield Sample("practice.sqlite", path.read_bytes(), *PLAIN, "database")
    for name, head in {
        "practice.mdb": b"\0\1\0\0Standard Jet DB\0",
        "practice.accdb": b"\0\1\0\0Standard ACE DB\0",
        "practice.dump": b"PGDMP\1\x0e\0",
        "practice.mdf": b"\1\x0f\0\0",
        "practice.bak": b"TAPE\0\0\3\0",
        "patient.frm": b"\xfe\1\x09\x09".ljust(64, b"\0"),
    }.items():
        yield Sample(name, head + LETTER, *PLAIN, "database")
    data = b"MSSQLBAK\2\0" + NOISE[:9000]
    yield Sample("sealed.bak", data, "unknown", "proprietary", "database")


def media(bench: Bench) -> Iterator[Sample]:
    """Pictures and films of formats beside those of tests.agent.imaging.samples.raster."""
    yield Sample("a.heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + NOISE[:900], *PLAIN, "image")
    yield Sample("a.mp4", b"\0\0\0\x18ftypisom\0\0\2\0isomiso2" + NOISE[:900], *PLAIN, "video")
    yield Sample("a.avi", b"RIFF\0\1\0\0AVI LIST" + NOISE[:900], *PLAIN, "video")
    yield Sample("a.mkv", b"\x1a\x45\xdf\xa3" + NOISE[:900], *PLAIN, "video")
    assert bench


def keys(bench: Bench) -> Iterator[Sample]:
    """Key material that is no PEM."""
    bench.run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", "id")
    public, secret = ((bench.folder / name).read_bytes() for name in ("id.pub", "id"))
    yield Sample("id.pub", public, "not_content", "key", "key")
    yield Sample("id", secret, "not_content", "secret_key", "key")
    group = "-".join(f"{number * 11:06d}" for number in range(10_001, 10_009))
    text = (
        "BitLocker Drive Encryption recovery key\r\n\r\nIdentifier:\r\n\r\n"
        f"\t7D1C1A5E-0B7E-4E9C-9A5E-0C9C5E6B7A11\r\n\r\nRecovery Key:\r\n\r\n\t{group}\r\n"
    )
    for encoding in ("utf-8", "utf-16"):
        data = text.encode(encoding)
        yield Sample(f"recovery-{encoding}.txt", data, "not_content", "secret_key", "key")
    letter = LETTER + b" Recovery key: " + group.encode()
    yield Sample("letter-with-a-key.txt", letter, *PLAIN, "text")
    yield Sample("near.txt", text.replace(group[:6], "110012").encode(), *PLAIN, "text")


def practice(bench: Bench) -> Iterator[Sample]:
    """The files that pydicom's own tests use."""
    folder = Path(pydicom.__file__).parent / "data"
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix not in (".py", ".pyc", ".icc"):
            yield Sample(path.name, path.read_bytes(), "plaintext")
    assert bench
