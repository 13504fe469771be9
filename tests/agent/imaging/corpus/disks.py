"""Images of disks, by cryptsetup, qemu-img and the makers of file systems."""

from collections.abc import Iterator
from pathlib import Path

from tests.agent.imaging.corpus.base import NOISE, Bench, Sample

PLAIN = ("plaintext", "content", "disk_image")
SEALED = ("encrypted", "cipher", "disk_image")


def luks(bench: Bench) -> Iterator[Sample]:
    """LUKS of both versions; also with the cipher that encrypts nothing."""
    for version in ("luks1", "luks2"):
        for cipher in ("aes-xts-plain64", "aes-cbc-essiv:sha256"):
            name = f"{version}-{cipher.partition(':')[0]}.img"
            path = bench.write(name, b"")
            with path.open("r+b") as file:
                file.truncate(20 << 20)
            bench.run(
                *("cryptsetup", "luksFormat", "-q", "--type", version, "-c", cipher, "-s", "256"),
                *("--pbkdf", "pbkdf2", "--pbkdf-force-iterations", "1000", name, "-"),
                stdin=b"Luebeck",
            )
            data = path.read_bytes()
            yield Sample(name, data, *SEALED)
            yield Sample(f"cut-{name}", data[: 1 << 20], "unknown", "partial")
            if version == "luks1":
                null = (
                    data[:8] + b"cipher_null".ljust(32, b"\0") + b"ecb".ljust(32, b"\0") + data[72:]
                )
                yield Sample(f"null-{name}", null, "plaintext", "null_cipher", "disk_image")


def virtual(bench: Bench) -> Iterator[Sample]:
    """qemu-img: each format, and qcow2 with each of its encryptions."""
    bench.write("raw.img", bytes(1 << 20))
    bench.run("mke2fs", "-q", "-F", "raw.img")
    yield Sample("ext.img", (bench.folder / "raw.img").read_bytes(), *PLAIN)
    for form in ("qcow2", "vpc", "vhdx", "vmdk"):
        bench.run("qemu-img", "convert", "-O", form, "raw.img", f"d.{form}")
        yield Sample(f"d.{form}", (bench.folder / f"d.{form}").read_bytes(), *PLAIN)
    bench.run("qemu-img", "convert", "-O", "vpc", "-o", "subformat=fixed", "raw.img", "fixed.vhd")
    yield Sample("fixed.vhd", (bench.folder / "fixed.vhd").read_bytes(), *PLAIN)
    secret = ("--object", "secret,id=s,data=Luebeck")
    for method, verdict in {
        "luks": SEALED,
        "aes": ("weak_encrypted", "no_integrity", "disk_image"),
    }.items():
        name = f"{method}.qcow2"
        option = f"encrypt.format={method},encrypt.key-secret=s"
        for _ in range(5):  # on a busy machine it cannot tell how fast it is, and fails
            words = ("create", "-q", *secret, "-f", "qcow2", "-o", option, name, "1M")
            if bench.tried("qemu-img", *words):
                yield Sample(name, (bench.folder / name).read_bytes(), *verdict)
                break


def partitioned(bench: Bench) -> Iterator[Sample]:
    """A raw image with an MBR: of one LUKS partition, and of a LUKS one beside a plain one."""
    secret = next(luks(Bench(bench.folder / "luks"))).data
    plain = bytes(1080) + b"\x53\xef" + bytes((1 << 20) - 1082)
    for name, parts in {"sealed": [secret], "half": [secret, plain]}.items():
        table, at, body = bytearray(512), 2048, b""
        for number, part in enumerate(parts):
            entry = bytes((0, 0, 0, 0, 0x83, 0, 0, 0))
            entry += at.to_bytes(4, "little") + (len(part) // 512).to_bytes(4, "little")
            table[446 + 16 * number : 462 + 16 * number] = entry
            at, body = at + len(part) // 512, body + part
        table[510:] = b"\x55\xaa"
        data = bytes(table) + bytes(2047 * 512) + body
        yield Sample(f"{name}.img", data, *(SEALED[:1] if name == "sealed" else PLAIN))


def written(bench: Bench) -> Iterator[Sample]:
    """BitLocker and Apple's images, after their descriptions."""
    yield Sample("bitlocker.img", bitlocker(0x0100), *SEALED)
    yield Sample("clear-key.img", bitlocker(0x0000), "encrypted_no_secret", "default_password")
    yield Sample("converting.img", bitlocker(0x0100, state=2), "unknown", "contradiction")
    head = b"encrcdsa" + (2).to_bytes(4, "big") + (16).to_bytes(4, "big")
    yield Sample("sealed.dmg", head.ljust(4096, b"\0") + NOISE * 4, "encrypted", "cipher")
    plain = b"x\x01" + NOISE + b"koly" + (4).to_bytes(4, "big") + bytes(504)
    yield Sample("plain.dmg", plain, *PLAIN)
    assert bench


def bitlocker(protector: int, state: int = 4) -> bytes:
    """A boot sector and one block of metadata with one protector."""
    disk = bytearray(NOISE * 4)
    disk[:512] = bytes(512)
    disk[3:11] = b"-FVE-FS-"
    for at in (176, 184, 192):
        disk[at : at + 8] = (0x8000).to_bytes(8, "little")
    entry = (44).to_bytes(2, "little") + b"\2\0" + b"\x08\0" + b"\1\0" + bytes(26)
    entry += protector.to_bytes(2, "little") + bytes(8)
    header = (48 + len(entry)).to_bytes(4, "little").ljust(36, b"\0") + b"\x04\x80".ljust(12, b"\0")
    states = b"\x50\0\x02\0" + state.to_bytes(2, "little") + b"\x04\0"
    block = (b"-FVE-FS-" + states).ljust(64, b"\0") + header + entry
    disk[0x8000 : 0x8000 + len(block)] = block
    return bytes(disk)


def programs(bench: Bench) -> Iterator[Sample]:
    """Programs of this machine, and one with an archive of data behind it."""
    for path in ("/usr/bin/true", "/usr/bin/openssl"):
        data = Path(path).read_bytes()
        yield Sample(Path(path).name, data, "not_content", "program")
    yield Sample(
        "true-and-more", Path("/usr/bin/true").read_bytes() + NOISE * 2, "unknown", "opaque"
    )
    assert bench
