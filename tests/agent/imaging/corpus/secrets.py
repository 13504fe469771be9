"""Files of the tools that encrypt single files: gpg, age, openssl, rclone, KeePass and others."""

import struct
from collections.abc import Iterator

from tests.agent.imaging.corpus.base import LETTER, NOISE, Bench, Sample

FILES = ("letter.txt", "a.jpg", "scan.dcm")
SEALED = ("encrypted", "cipher", "ciphertext")
FOR_A_KEY = ("encrypted", "public_key", "ciphertext")


class Ring:
    """GnuPG with a home of its own, and the agent that it starts."""

    def __init__(self, bench: Bench) -> None:
        self.bench, self.home = bench, bench.folder / "gnupg"
        self.home.mkdir(mode=0o700)
        # By themselves gpg and its agent spend half a second a call on randomness and passwords.
        (self.home / "gpg-agent.conf").write_text("s2k-count 1024\ndebug-quick-random\n")

    def __call__(self, *words: str) -> bytes:
        base = ("gpg", "--debug-quick-random", "--batch", "--yes", "--quiet", "--no-tty")
        quick = ("--homedir", str(self.home), "--pinentry-mode", "loopback", "--passphrase", "x")
        fixed = ("--s2k-count", "1024", "--trust-model", "always")
        return self.bench.run(*base, *quick, *fixed, *words)

    def make_key(self, user: str, sign: str, encrypt: str) -> None:
        """One key to sign, and under it one to encrypt for; with faked randomness gpg signs with
        such a key only if its name says so."""
        self("--quick-generate-key", f"{user} (insecure!)", sign, "sign", "never")
        listed = self("--with-colons", "--list-keys", user).decode().splitlines()
        print_ = next(line.split(":")[9] for line in listed if line.startswith("fpr"))
        self("--quick-add-key", print_, encrypt, "encr", "never")

    def close(self) -> None:
        """No agent stays behind."""
        self.bench.run("gpgconf", "--homedir", str(self.home), "--kill", "all")


def gpg(bench: Bench) -> Iterator[Sample]:
    """GnuPG: passwords, keys, signatures, and what only looks encrypted."""
    ring = Ring(bench)
    try:
        yield from _passwords(ring)
        for user, sign, encrypt in (
            ("rsa", "rsa2048", "rsa2048"),
            ("curve", "ed25519", "cv25519"),
        ):
            ring.make_key(user, sign, encrypt)
            yield from _of_a_key(ring, user)
        yield from _mails(ring)
        for packing in ("0", "1", "6"):
            for file in FILES:
                data = ring("--store", "-z", packing, "-o", "-", file)
                yield Sample(f"{file}-stored-{packing}.gpg", data, "plaintext", "content")
        stored = ring("--store", "-a", "-o", "-", "letter.txt")
        yield Sample("stored.asc", stored, "plaintext", "content")
    finally:
        ring.close()


def _passwords(ring: Ring) -> Iterator[Sample]:
    for cipher in ("AES128", "AES192", "AES256", "TWOFISH", "CAMELLIA128", "CAMELLIA256"):
        data = ring("-c", "--cipher-algo", cipher, "-o", "-", "letter.txt")
        yield Sample(f"{cipher}.gpg", data, *SEALED)
    for extra in (("-z", "0"), ("--armor",)):
        yield Sample(f"{extra}.gpg", ring("-c", *extra, "-o", "-", "a.jpg"), *SEALED)
    weak = {"3DES": "des", "CAST5": "block64", "BLOWFISH": "block64", "IDEA": "block64"}
    for cipher, reason in weak.items():
        data = ring("-c", "--cipher-algo", cipher, "-o", "-", "a.jpg")
        yield Sample(f"{cipher}.gpg", data, "weak_encrypted", reason, "ciphertext")
    whole = ring("-c", "-o", "-", "noise.bin")
    yield Sample("whole.gpg", whole, *SEALED)
    yield Sample("cut.gpg", whole[:20_000], "unknown", "partial", "ciphertext")


def _of_a_key(ring: Ring, user: str) -> Iterator[Sample]:
    for file in FILES:
        yield Sample(f"{user}-{file}.gpg", ring("-e", "-r", user, "-o", "-", file), *FOR_A_KEY)
    hidden = ring("-e", "-a", "-R", user, "-o", "-", "a.jpg")
    yield Sample(f"{user}-hidden.asc", hidden, *FOR_A_KEY)
    both = ring("-e", "-s", "-u", user, "-r", user, "-o", "-", "a.jpg")
    yield Sample(f"{user}-signed-and-encrypted.gpg", both, *FOR_A_KEY)
    for file, packing in (("letter.txt", "1"), ("a.jpg", "0"), ("scan.dcm", "2")):
        data = ring("-s", "-z", packing, "-u", user, "-o", "-", file)
        yield Sample(f"{user}-{file}-signed.gpg", data, "plaintext", "signed_only")
    clear = ring("--clear-sign", "-u", user, "-o", "-", "letter.txt")
    yield Sample(f"{user}-clear.asc", clear, "plaintext", "signed_only")
    for armour in ((), ("-a",)):
        data = ring("-b", *armour, "-u", user, "-o", "-", "a.jpg")
        yield Sample(f"{user}{armour}.sig", data, "not_content", "signature")
        data = ring("--export", *armour, user)
        yield Sample(f"{user}{armour}.pub", data, "not_content", "key", "key")
        data = ring("--export-secret-keys", *armour, user)
        yield Sample(f"{user}{armour}.sec", data, "not_content", "secret_key", "key")


def _mails(ring: Ring) -> Iterator[Sample]:
    """PGP/MIME (RFC 3156): header fields in clear above an armoured part."""
    armour = ring("-e", "-a", "-r", "rsa", "-o", "-", "letter.txt")
    head = (
        b"From: front@north-quay.example\nSubject: X-ray of Mr Smith\n"
        b'Content-Type: multipart/encrypted; boundary="b";\n protocol="application/pgp-encrypted"\n'
        b"\n--b\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n\n"
        b"--b\nContent-Type: application/octet-stream\n\n"
    )
    verdict = ("encrypted", "public_key", "mail")
    yield Sample("pgp.eml", head + armour + b"\n--b--\n", *verdict, names=True)
    yield Sample("more.eml", head + armour + b"\nand a letter" + LETTER, "unknown", "damaged")
    inline = b"From: a\nSubject: b\n\nSee below, and the patient came back.\n\n" + armour
    yield Sample("inline.eml", inline, "plaintext", "content", "mail")


def age(bench: Bench) -> Iterator[Sample]:
    """age: for a recipient, bare and armoured; its keys."""
    key = bench.run("age-keygen")
    bench.write("key.txt", key)
    recipient = key.decode().split("public key: ")[1].split()[0]
    for file in (*FILES, "noise.bin"):
        yield Sample(f"{file}.age", bench.run("age", "-r", recipient, file), *FOR_A_KEY)
        yield Sample(f"{file}.age.asc", bench.run("age", "-a", "-r", recipient, file), *FOR_A_KEY)
    whole = bench.run("age", "-r", recipient, "noise.bin")
    yield Sample("cut-in-head.age", whole[:100], "unknown", "partial")
    yield Sample("key.txt", key, "not_content", "secret_key", "key")


def openssl(bench: Bench) -> Iterator[Sample]:
    """`openssl enc`, bare and in base64."""
    for cipher in ("aes-256-cbc", "aes-128-ctr", "chacha20", "camellia-256-cbc", "aria-256-cbc"):
        for file in FILES:
            words = ("openssl", "enc", f"-{cipher}", "-pbkdf2", "-pass", "pass:x", "-in", file)
            yield Sample(f"{file}.{cipher}", bench.run(*words), *SEALED)
            yield Sample(f"{file}.{cipher}.b64", bench.run(*words, "-a"), *SEALED)
    yield Sample("decoy-text", b"Salted__" + LETTER[:700], "unknown", "contradiction")
    yield Sample("decoy-long", b"Salted__" + LETTER, "unknown", "contradiction")


def rclone(bench: Bench) -> Iterator[Sample]:
    """rclone's crypt remote, also with its option not to encrypt."""
    secret = bench.run("rclone", "obscure", "x").decode().strip()
    for mode in ("false", "true"):
        store = bench.folder / f"remote-{mode}"
        store.mkdir()
        bench.write(
            "rclone.conf",
            f"[c]\ntype = crypt\nremote = {store}\npassword = {secret}\n"
            f"no_data_encryption = {mode}\n".encode(),
        )
        for file in (*FILES, "noise.bin"):
            bench.run("rclone", "--config", "rclone.conf", "copy", file, "c:")
            (found,) = [path for path in store.rglob("*") if path.is_file()]
            data = found.read_bytes()
            found.unlink()
            if mode == "false":
                yield Sample(f"{file}.rclone", data, *SEALED)
            elif file != "noise.bin":
                yield Sample(f"{file}.scrambled-name", data, "plaintext", "content")
    yield Sample("decoy.rclone", b"RCLONE\0\0" + LETTER, "unknown", None)


def written(bench: Bench) -> Iterator[Sample]:
    """Formats that no free tool here writes, after their descriptions."""
    yield Sample("two.aes", aes_crypt(2), *SEALED)
    yield Sample("three.aes", aes_crypt(3), *SEALED)
    yield Sample("one.aes", aes_crypt(1), *SEALED)
    for version in (3, 4):
        yield Sample(f"vault{version}.kdbx", keepass(version), *SEALED)
    mark = struct.pack(">QII", 8192, 0x01020304, 0x01020304 ^ 0x3C81B7F5)
    lower = (mark + bytes((3, 0, 0, 2)) + struct.pack(">IH", 4096, 2)).ljust(8192, b"\0")
    yield Sample("lower.ecryptfs", lower + NOISE[:8192], "encrypted", "cipher", "ciphertext")
    assert bench


def aes_crypt(version: int) -> bytes:
    """A header, one extension, key and IV, blocks of noise, a MAC."""
    extension = b"\x00\x0eCREATED_BY\0dnt" + b"\0\0" if version >= 2 else b""
    rounds = b"\x00\x04\x93\xe0" if version == 3 else b""
    head = b"AES" + bytes((version, 0)) + extension + rounds + NOISE[: 16 + 48 + 32]
    return head + NOISE[200 : 200 + 4096] + (b"\5" if version < 3 else b"") + NOISE[-32:]


def keepass(version: int) -> bytes:
    """The fields of a KeePass 2 header, and noise."""
    form = "<BH" if version == 3 else "<BI"
    fields = [
        (2, bytes.fromhex("31c1f2e6bf714350be5805216afc5aff")),
        (3, b"\1\0\0\0"),
        (4, NOISE[:32]),
    ]
    head = b"\x03\xd9\xa2\x9a\x67\xfb\x4b\xb5" + struct.pack("<HH", 1, version)
    for number, data in (*fields, (0, b"\r\n\r\n")):
        head += struct.pack(form, number, len(data)) + data
    return head + NOISE[:5000]
