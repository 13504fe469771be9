"""Archives, by 7z, zip, tar and the compressors of Debian."""

import gzip
import io
import tarfile
import zipfile
from collections.abc import Iterator

from tests.agent.imaging.corpus.base import LETTER, NOISE, PROGRAM, Bench, Sample
from tests.agent.imaging.samples.raster import JPEG

FILES = ("a.jpg", "letter.txt", "scan.dcm")
PLAIN = ("plaintext", "content", "archive")
AES = ("encrypted", "cipher", "archive")


def seven_zip(bench: Bench) -> Iterator[Sample]:
    """7z: with the header in clear, packed, and encrypted."""

    def made(name: str, *options: str, files: tuple[str, ...] = FILES) -> bytes:
        return bench.made(name, "7z", "a", "-bd", *options, name, *files)

    for method in ("Copy", "LZMA", "LZMA2", "PPMd", "BZip2", "Deflate"):
        m = f"-m0={method}"
        yield Sample(f"plain-{method}.7z", made(f"p{method}.7z", m), *PLAIN, names=True)
        yield Sample(f"aes-{method}.7z", made(f"a{method}.7z", m, "-pLuebeck"), *AES, names=True)
        hidden = made(f"h{method}.7z", m, "-pLuebeck", "-mhe=on")
        yield Sample(f"hidden-{method}.7z", hidden, *AES, names=False)
    yield Sample("clear-header.7z", made("c.7z", "-mhc=off"), *PLAIN, names=True)
    yield Sample("clear-header-aes.7z", made("d.7z", "-mhc=off", "-px"), *AES, names=True)
    yield Sample("one.7z", made("o.7z", "-ms=off", "-px", files=("a.jpg",)), *AES)
    yield Sample("apart.7z", made("s.7z", "-ms=off", "-px"), *AES)
    made("mixed.7z", "-px", files=("a.jpg",))
    mixed = made("mixed.7z", files=("letter.txt",))
    yield Sample("mixed.7z", mixed, "partly_encrypted", "members", "archive", names=True)
    (bench.folder / "empty").mkdir()
    yield Sample("names.7z", made("n.7z", files=("empty",)), "plaintext", "names_only", "archive")
    whole = made("w.7z", "-px")
    yield Sample("cut.7z", whole[: len(whole) // 2], "unknown", "partial", "archive")
    bench.run("7z", "a", "-bd", "-px", "-v8k", "v.7z", "noise.bin")
    first = (bench.folder / "v.7z.001").read_bytes()
    yield Sample("first-of-several.7z", first, "unknown", "partial", "archive")


def zips(bench: Bench) -> Iterator[Sample]:
    """ZIP by 7z, by zip and by Python."""

    def made(name: str, *options: str, files: tuple[str, ...] = FILES) -> bytes:
        return bench.made(name, "7z", "a", "-bd", "-tzip", *options, name, *files)

    for bits in (128, 192, 256):
        for level in (0, 5):
            options = (f"-mem=AES{bits}", "-pLuebeck", f"-mx={level}")
            data = made(f"aes{bits}-{level}.zip", *options)
            yield Sample(f"aes{bits}-{level}.zip", data, *AES, names=True)
    for method in ("Copy", "Deflate", "Deflate64", "BZip2", "LZMA", "PPMd"):
        data = made(f"{method}.zip", f"-mm={method}")
        yield Sample(f"plain-{method}.zip", data, *PLAIN, names=True)
        data = made(f"z{method}.zip", f"-mm={method}", "-mem=ZipCrypto", "-px")
        yield Sample(f"zipcrypto-{method}.zip", data, "weak_encrypted", "zipcrypto", "archive")
    made("mixed.zip", "-mem=AES256", "-px", files=("a.jpg",))
    mixed = made("mixed.zip", files=("letter.txt",))
    yield Sample("mixed.zip", mixed, "partly_encrypted", "members", "archive", names=True)
    made("two.zip", "-mem=AES256", "-px", files=("a.jpg",))
    two = made("two.zip", "-mem=ZipCrypto", "-px", files=("letter.txt",))
    yield Sample("aes-and-zipcrypto.zip", two, "weak_encrypted", "zipcrypto", "archive")
    info = bench.made("info.zip", "zip", "-q", "-P", "x", "info.zip", *FILES)
    yield Sample("info-zip.zip", info, "weak_encrypted", "zipcrypto", "archive")
    yield Sample("piped.zip", bench.run("zip", "-q", "-", *FILES), *PLAIN)
    whole = made("whole.zip", "-mem=AES256", "-px")
    yield Sample("cut.zip", whole[: len(whole) // 2], "unknown", "partial", "archive")
    plain = made("open.zip")
    yield Sample("cut-plain.zip", plain[: len(plain) // 2], "plaintext", None, "archive")
    yield Sample("behind-a-program.zip", PROGRAM + whole, *AES)
    comment = io.BytesIO(whole)
    with zipfile.ZipFile(comment, "a") as archive:
        archive.comment = b"PK\5\6" + b"for the laboratory" * 20
    yield Sample("comment.zip", comment.getvalue(), *AES)
    split = bench.made(
        "split.zip",
        "zip",
        "-q",
        "-0",
        "-s",
        "64k",
        "split.zip",
        "noise.bin",
        "a.jpg",
        "b.png",
        "scan.dcm",
        "plan.pdf",
    )
    yield Sample("last-of-several.zip", split, "unknown")
    names = io.BytesIO()
    with zipfile.ZipFile(names, "w") as archive:
        archive.writestr("Smith/", b"")
    yield Sample("names.zip", names.getvalue(), "plaintext", "names_only", "archive", names=True)


def sealed(bench: Bench) -> Iterator[Sample]:
    """Containers without encryption of their own, around files that are ciphertext."""
    aes = bench.made("in.7z", "7z", "a", "-bd", "-px", "-mhe=on", "in.7z", "a.jpg")
    openssl = bench.run(
        "openssl", "enc", "-aes-256-cbc", "-pbkdf2", "-pass", "pass:x", "-in", "letter.txt"
    )

    def zipped(members: dict[str, bytes], method: int) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", method) as archive:
            for name, data in members.items():
                archive.writestr(name, data)
        return out.getvalue()

    def tarred(members: dict[str, bytes], mode: str = "w") -> bytes:
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode=mode) as archive:
            for name, data in members.items():
                entry = tarfile.TarInfo(name)
                entry.size = len(data)
                archive.addfile(entry, io.BytesIO(data))
        return out.getvalue()

    both, half = {"a": aes, "b": openssl}, {"a": aes, "b": LETTER}
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        yield Sample(f"sealed-{method}.zip", zipped(both, method), "encrypted", names=True)
        yield Sample(f"half-{method}.zip", zipped(half, method), *PLAIN, names=True)
        yield Sample(f"noise-{method}.zip", zipped({"a": NOISE}, method), *PLAIN)
    yield Sample("sealed.tar", tarred(both), "encrypted", None, "archive", names=True)
    yield Sample("half.tar", tarred(half), *PLAIN, names=True)
    yield Sample("sealed.tar.gz", tarred(both, "w:gz"), "encrypted", None, "archive")
    yield Sample("half.tar.gz", tarred(half, "w:gz"), *PLAIN)
    yield Sample("sealed.gz", gzip.compress(openssl), "encrypted", None, "archive")
    many = {f"{number}.jpg": JPEG for number in range(400)}
    yield Sample("many.zip", zipped(many, zipfile.ZIP_STORED), *PLAIN)
    yield Sample("many.tar", tarred(many), *PLAIN)


def compressed(bench: Bench) -> Iterator[Sample]:
    """gzip and its kin, and bundles of files."""
    for name, words in {
        "letter.gz": ("gzip", "-c"),
        "letter.bz2": ("bzip2", "-c"),
        "letter.xz": ("xz", "-c"),
        "letter.lzma": ("xz", "--format=lzma", "-c"),
        "letter.zst": ("zstd", "-q", "-c"),
        "letter.lz4": ("lz4", "-q", "-c"),
    }.items():
        for file in ("letter.txt", "a.jpg", "scan.dcm", "plan.pdf"):
            yield Sample(f"{file}-{name}", bench.run(*words, file), *PLAIN)
    yield Sample("files.tar", bench.run("tar", "-cf", "-", *FILES), *PLAIN, names=True)
    yield Sample("pax.tar", bench.run("tar", "--format=pax", "-cf", "-", *FILES), *PLAIN)
    yield Sample(
        "files.a", bench.made("files.a", "7z", "a", "-bd", "-ttar", "files.a", *FILES), *PLAIN
    )
    iso = bench.made("disc.iso", "genisoimage", "-quiet", "-o", "disc.iso", "a.jpg")
    yield Sample("disc.iso", iso, "plaintext", "content", "disk_image")
