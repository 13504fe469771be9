"""Files made to be believed: each has a part that anybody can read, and none is called encrypted.

Beside them: readable files that look as if nothing of a patient could be in them.
"""

import base64
import gzip
import io
import struct
import subprocess
import tarfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from agent.imaging.glance import Glance
from agent.imaging.judge import weigh
from tests.agent.imaging.corpus import disks
from tests.agent.imaging.corpus.base import LETTER, NOISE, PROGRAM, Bench
from tests.agent.imaging.samples.compound import compound
from tests.agent.imaging.samples.raster import JPEG

SECRET = b"Salted__" + NOISE[:3000]
OTHER_SECRET = b"Salted__" + NOISE[3000:6000]


@pytest.fixture(scope="module")
def bench(needs: Callable[[str], str], tmp_path_factory) -> Bench:
    needs("7z")
    return Bench(tmp_path_factory.mktemp("decoys"))


def packed(bench: Bench, name: str, *options: str) -> bytes:
    bench.folder.joinpath(name).unlink(missing_ok=True)
    return bench.made(name, "7z", "a", "-bd", *options, name, "a.jpg", "noise.bin")


@pytest.fixture(scope="module")
def sealed_zip(bench) -> bytes:
    return packed(bench, "sealed.zip", "-tzip", "-mem=AES256", "-px")


@pytest.fixture(scope="module")
def sealed_7z(bench) -> bytes:
    return packed(bench, "sealed.7z", "-px")


@pytest.fixture(scope="module")
def hidden_7z(bench) -> bytes:
    return packed(bench, "hidden.7z", "-px", "-mhe=on")


def vint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes(out) + bytes([number])


def rar_block(*fields: int, extra: bytes = b"", data: bytes = b"") -> bytes:
    """A block of RAR 5.0: type first, then flags, then what the type wants."""
    kind, *rest = fields
    flags = (1 if extra else 0) | (2 if data else 0)
    sizes = [len(part) for part in (extra, data) if part]
    body = b"".join(map(vint, (kind, flags, *sizes, *rest))) + extra
    sized = vint(len(body)) + body
    return zlib.crc32(sized).to_bytes(4, "little") + sized + data


RAR = b"Rar!\x1a\x07\x01\x00" + rar_block(1, 0)
RAR_FILE = (0, 40, 0, 0, 0, 1, 1)
RAR_SECRET = vint(5) + vint(1) + bytes(4)
RAR_END = rar_block(5, 0)
RAR_HIDES = rar_block(4, 0, 0, 15)


def rar_sealed() -> bytes:
    return RAR + rar_block(2, *RAR_FILE, extra=RAR_SECRET, data=NOISE[:2000]) + RAR_END


def tarred(*members: tuple[bytes, bytes]) -> bytes:
    """A tape archive of members, each by its type and its data."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for number, (kind, data) in enumerate(members):
            info = tarfile.TarInfo(f"{number}.bin")
            info.size, info.type = len(data), tarfile.REGTYPE
            header = bytearray(info.tobuf(tarfile.USTAR_FORMAT))
            header[156:157] = kind
            header[148:156] = b" " * 8
            header[148:156] = b"%06o\0 " % sum(header)
            archive.fileobj.write(bytes(header) + data.ljust(-(-len(data) // 512) * 512, b"\0"))
    return out.getvalue()


def partitioned(*spans: tuple[int, int], size: int) -> bytes:
    """A disk with an MBR; spans in sectors."""
    disk = bytearray(size)
    for number, (first, count) in enumerate(spans):
        row = b"\0\0\0\0\x83\0\0\0" + struct.pack("<II", first, count)
        disk[446 + 16 * number : 462 + 16 * number] = row
        disk[first * 512 : first * 512 + len(SECRET)] = SECRET
        disk[first * 512 + 16 : (first + count) * 512] = (NOISE * 9)[: count * 512 - 16]
    disk[510:512] = b"\x55\xaa"
    return bytes(disk[:size])


def test_the_pieces_of_the_decoys_are_encrypted(judged, sealed_zip, sealed_7z, hidden_7z) -> None:
    good = {
        "zip": sealed_zip,
        "zip-behind-a-program": PROGRAM + sealed_zip,
        "7z": sealed_7z,
        "7z-hidden": hidden_7z,
        "rar": rar_sealed(),
        "rar-hidden": RAR + RAR_HIDES + NOISE[:4000],
        "tar": tarred((b"0", SECRET), (b"0", OTHER_SECRET)),
        "gzip": gzip.compress(SECRET),
        "disk": partitioned((2, 200), size=110_000),
    }
    assert {name: judged(data).verdict for name, data in good.items()} == dict.fromkeys(
        good, "encrypted"
    )


@pytest.fixture(scope="module")
def plain_zip(bench) -> bytes:
    return packed(bench, "open.zip", "-tzip")


def two_of_a_size() -> bytes:
    return gzip.compress(SECRET) + gzip.compress(NOISE[: len(SECRET) - 100].ljust(len(SECRET)))


def uncounted(data: bytes) -> bytes:
    """A ZIP whose end record counts one of its two members."""
    at = data.rindex(b"PK\5\6")
    return data[: at + 8] + b"\1\0\1\0" + data[at + 12 :]


DECOYS: dict[str, Callable[[bytes, bytes, bytes, bytes], bytes]] = {
    "zip-behind-an-open-zip": lambda z, o, s, h: o + z,
    "zip-behind-a-picture-in-a-program": lambda z, o, s, h: PROGRAM + JPEG + z,
    "zip-behind-no-program": lambda z, o, s, h: b"MZ" + JPEG + z,
    "zip-with-more-members-than-it-counts": lambda z, o, s, h: uncounted(z),
    "open-zip-behind-it": lambda z, o, s, h: z + o,
    "picture-behind-7z": lambda z, o, s, h: s + JPEG * 3,
    "note-behind-7z": lambda z, o, s, h: s + LETTER[:90],
    "picture-behind-hidden-7z": lambda z, o, s, h: h + JPEG * 3,
    "letter-behind-rar": lambda *_: rar_sealed() + LETTER,
    "rar-that-hides-too-late": lambda *_: (
        RAR + rar_block(2, *RAR_FILE, data=JPEG) + RAR_HIDES + NOISE[:4000]
    ),
    "rar-that-says-it-hides": lambda *_: (
        RAR + RAR_HIDES + rar_block(2, *RAR_FILE, data=NOISE[:4000]) + RAR_END
    ),
    "tar-behind-tar": lambda *_: tarred((b"0", SECRET)) + tarred((b"0", JPEG)),
    "tar-with-a-contiguous-file": lambda *_: tarred((b"0", SECRET), (b"7", JPEG)),
    "tar-with-an-unknown-type": lambda *_: tarred((b"0", SECRET), (b"Z", JPEG)),
    "gzip-of-two": lambda *_: two_of_a_size(),
    "disk-with-room-outside": lambda *_: partitioned((2, 200), size=6 << 20),
    "disk-with-a-cut-partition": lambda *_: partitioned((2, 100), (102, 900), size=110_000),
    "salt-before-a-short-letter": lambda *_: b"Salted__ peanuts make this patient sick",
    "letter-behind-ciphertext": lambda *_: SECRET + LETTER,
}


@pytest.mark.parametrize("name", DECOYS)
def test_a_decoy_is_not_called_encrypted(
    name, sealed_zip, plain_zip, sealed_7z, hidden_7z, judged
) -> None:
    found = judged(DECOYS[name](sealed_zip, plain_zip, sealed_7z, hidden_7z))
    assert found.verdict in ("plaintext", "partly_encrypted", "unknown"), found


IDENTIFIER = "6A3D9C1E-1111-4222-8333-0123456789AB"
KEY = "-".join(["000011"] * 8)
MICROSOFT = (
    f"BitLocker Drive Encryption recovery key\n\nIdentifier:\n\n{IDENTIFIER}\n\nKey:\n{KEY}\n"
)
AGE_KEY = b"AGE-SECRET-KEY-1" + b"Q" * 58 + b"\n"


def test_keys_alone_hold_nothing_clinical(judged) -> None:
    alone = (MICROSOFT.encode(), b"# created: 2026-01-02T03:04:05Z\n" + AGE_KEY)
    assert [judged(data).verdict for data in alone] == ["not_content"] * 2


NO_KEYS = {
    "letter-with-a-recovery-key": MICROSOFT.encode() + b"\nTooth 36, caries, recall in spring\n",
    "letter-that-mentions-it": f"Dear colleague,\nBitLocker: {IDENTIFIER} {KEY}\n".encode(),
    "notes-before-an-age-key": b"# Canary, Smith: caries of the second molar\n" + AGE_KEY,
    "notes-behind-an-ssh-key": b"ssh-rsa AAAA" + b"B" * 60 + b" caries of Canary Smith\n",
    "notes-in-pem": b"-----BEGIN PRIVATE KEY-----\nPatient: Canary Smith\nMAAA\n"
    b"-----END PRIVATE KEY-----\n",
    "picture-behind-a-program": PROGRAM + JPEG,
    "picture-behind-a-program-and-padding": PROGRAM + bytes(300) + JPEG,
    "letter-behind-a-program-and-padding": PROGRAM + bytes(300) + LETTER,
    "picture-far-behind-a-program": PROGRAM + bytes(9000) + JPEG,
    "pixels-behind-a-program": PROGRAM + bytes(range(200)) * 90,
    "letter-behind-a-program": PROGRAM + LETTER,
    "archive-behind-a-program": PROGRAM + tarred((b"0", JPEG)),
    "pkcs12-by-its-head": b"\x30\x82"
    + (len(LETTER) + 4).to_bytes(2, "big")
    + b"\2\1\3\x30"
    + LETTER,
}


PEM = (
    b"-----BEGIN CERTIFICATE-----\n"
    + base64.b64encode(b"\x30\x82\x01\0" + NOISE[:256])
    + b"\n-----END CERTIFICATE-----\n"
)


def test_a_letter_below_a_certificate_is_read(judged) -> None:
    assert judged(PEM).verdict == "not_content"
    assert judged(PEM + LETTER).verdict == "plaintext"
    assert judged(PEM + NOISE).verdict == "unknown"


def test_a_signed_mail_with_a_picture_is_readable(judged) -> None:
    mail = b"MIME-Version: 1.0\nContent-Type: multipart/signed; boundary=x\n\n--x\n\n" + JPEG
    assert (found := judged(mail)).verdict == "plaintext"
    assert found.reason == "signed_only"


def test_a_picture_in_the_middle_of_zeros_is_not_called_zeros(judged) -> None:
    assert judged(bytes(40_000)).reason == "all_zero"
    assert judged(bytes(20_000) + JPEG + bytes(17_000)).reason == "opaque"
    assert judged(bytes(20_000) + JPEG).reason == "opaque"


@pytest.mark.parametrize("name", NO_KEYS)
def test_content_is_not_called_nothing(name, judged) -> None:
    assert judged(NO_KEYS[name]).verdict != "not_content"


def test_the_memory_of_a_program_is_no_program(judged) -> None:
    dump = bytearray(Path("/usr/bin/true").read_bytes()) if Path("/usr/bin/true").exists() else None
    if dump is None or dump[:4] != b"\x7fELF":
        pytest.skip("no program of ELF on this machine")
    dump[16:18] = b"\4\0"
    assert judged(bytes(dump)).verdict == "unknown"


def test_a_program_alone_is_nothing_clinical() -> None:
    assert weigh(Glance.of(PROGRAM)).verdict == "not_content"


def test_a_bitlocker_volume_whose_metadata_disagree_proves_nothing(judged) -> None:
    disk = bytearray(disks.bitlocker(0x2000)[:0x20000]) + bitlocker_block(0x0000)
    disk[184:192] = (0x20000).to_bytes(8, "little")
    assert judged(bytes(disk)).verdict == "unknown"


def bitlocker_block(protector: int) -> bytes:
    """A copy of the metadata, at the beginning of 4 KiB."""
    return disks.bitlocker(protector)[0x8000:0x9000]


@pytest.fixture(scope="module")
def luks(needs, tmp_path_factory) -> bytes:
    """A container that was formatted and never opened: zeros behind its header."""
    path = tmp_path_factory.mktemp("luks") / "volume"
    path.write_bytes(bytes(18 << 20))
    words = [
        "luksFormat",
        "--type",
        "luks2",
        "--pbkdf",
        "pbkdf2",
        "--pbkdf-force-iterations",
        "1000",
    ]
    subprocess.run(
        [needs("cryptsetup"), *words, "-q", "--key-file", "-", str(path)], input=b"x", check=True
    )
    return path.read_bytes()


def test_a_header_of_luks_before_an_open_file_system_proves_nothing(luks, judged) -> None:
    open_disk = bytearray(luks)
    open_disk[(16 << 20) + 3 : (16 << 20) + 11] = b"NTFS    "
    assert judged(luks).verdict == "encrypted"
    assert judged(bytes(open_disk)).verdict == "unknown"
    assert judged(luks[: 16 << 20] + LETTER * 20).verdict == "unknown"


@pytest.mark.parametrize("state", [0, 1, 2, 5])
def test_a_bitlocker_volume_that_converts_proves_nothing(state, judged) -> None:
    assert judged(disks.bitlocker(0x2000, state)).verdict == "unknown"


def pieces(data: bytes) -> bytes:
    """OpenPGP data with a check of their integrity, in pieces of 8 KiB as gpg pipes them."""
    out, at = bytearray(b"\xd2"), 0
    while len(data) - at > 8192:
        out += b"\xed" + data[at : at + 8192]
        at += 8192
    last = data[at:]
    return bytes(out) + b"\xff" + len(last).to_bytes(4, "big") + last


@pytest.mark.parametrize("size", [100_000, 3_000_000])
def test_a_long_message_is_followed_to_its_end(size, judged) -> None:
    message = pieces(b"\x01" + (NOISE * 60)[:size])
    assert judged(message).verdict == "encrypted"
    assert judged(message + JPEG).verdict == "unknown"


ARMOUR = b"\n".join(
    base64.b64encode((b"\xd2\xff\0\0\x04\0\x01" + NOISE[:1023])[at : at + 48])
    for at in range(0, 1030, 48)
)
FIRST, CLOSE = b"-----BEGIN PGP MESSAGE-----\n", b"\n-----END PGP MESSAGE-----\n"
MAIL = b"Subject: recall\nContent-Type: multipart/encrypted; protocol=application/pgp-encrypted\n\n"


def test_armour_is_taken_off(judged) -> None:
    armoured = FIRST + b"Version: 1\n\n" + ARMOUR + CLOSE
    assert judged(armoured).verdict == "encrypted"
    assert judged(MAIL + b"--x\nContent-Type: a/b\n\n" + armoured + b"--x--\n").kind == "mail"


@pytest.mark.parametrize(
    "data",
    [
        FIRST + LETTER[:500] + b"\n\n" + ARMOUR + CLOSE,
        MAIL + LETTER[:500] + b"\n--x\n\n" + FIRST + b"\n" + ARMOUR + CLOSE + b"--x--\n",
    ],
    ids=["letter-in-the-armour", "letter-before-the-parts"],
)
def test_text_beside_armour_proves_nothing(data, judged) -> None:
    assert judged(data).verdict == "unknown"


@pytest.fixture(scope="module")
def package() -> dict[str, bytes]:
    """The streams of an encrypted document, for certificates alone."""
    info = b"\4\0\4\0\x40\0\0\0" + b'<keyData cipherAlgorithm="AES">'
    sealed = (40_000).to_bytes(8, "little") + NOISE[:40_000]
    return {"EncryptionInfo": info, "EncryptedPackage": sealed}


def test_a_document_beside_its_ciphertext_is_partly_readable(package, judged) -> None:
    assert judged(compound(package)).verdict == "encrypted"
    beside = judged(compound({**package, "WordDocument": LETTER}))
    assert beside.verdict == "partly_encrypted"


@pytest.mark.parametrize("behind", [NOISE, LETTER, LETTER[:90], gzip.compress(LETTER)])
def test_what_lies_behind_an_encrypted_document_is_noticed(package, behind, judged) -> None:
    assert judged(compound(package) + behind).verdict == "unknown"


def test_a_picture_behind_an_encrypted_pdf_is_noticed(qpdf, judged) -> None:
    sealed = qpdf("--encrypt", "u", "o", "256", "--")
    assert judged(sealed).verdict == "encrypted"
    assert judged(sealed + JPEG).verdict == "unknown"
    assert judged(sealed + LETTER[:90]).verdict == "unknown"
    assert judged(LETTER[:90] + sealed).verdict == "unknown"


def test_a_picture_behind_a_signed_envelope_is_noticed(openssl, judged) -> None:
    signed = openssl.signed(openssl.enveloped(NOISE[:900], "-aes-256-cbc"), "-nodetach")
    assert judged(signed).verdict == "encrypted"
    assert judged(signed + JPEG).verdict == "unknown"
