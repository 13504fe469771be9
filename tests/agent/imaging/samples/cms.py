"""Envelopes and signatures, made by openssl for a key of nobody."""

import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class OpenSsl:
    """The program, and a folder with a key and a certificate."""

    program: str
    folder: Path

    def run(self, *args: str, stdin: bytes = b"") -> bytes:
        """Its standard output; fails where it fails."""
        return subprocess.run(
            [self.program, *args], input=stdin, cwd=self.folder, capture_output=True, check=True
        ).stdout

    def make_keys(self) -> None:
        """`key.pem` and `cert.pem`."""
        self.run(
            *("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "key.pem"),
            *("-out", "cert.pem", "-subj", "/CN=North Quay", "-days", "30"),
        )

    def enveloped(self, data: bytes, *options: str, form: str = "DER") -> bytes:
        """Encrypted for the certificate."""
        words = ("cms", "-encrypt", "-binary", *options, "-outform", form, "cert.pem")
        return self.run(*words, stdin=data)

    def for_password(self, data: bytes) -> bytes:
        """Encrypted under a password."""
        words = ("cms", "-encrypt", "-binary", "-aes-256-cbc", "-pwri_password", "Luebeck")
        return self.run(*words, "-outform", "DER", stdin=data)

    def encrypted(self, data: bytes, cipher: str = "-aes-128-cbc", key: int = 16) -> bytes:
        """Encrypted under a key that travels apart."""
        words = ("cms", "-EncryptedData_encrypt", "-secretkey", "a5" * key, cipher, "-binary")
        return self.run(*words, "-outform", "DER", stdin=data)

    def signed(self, data: bytes, *options: str, form: str = "DER") -> bytes:
        """Signed; with the content in it for the option -nodetach."""
        words = ("cms", "-sign", "-binary", "-signer", "cert.pem", "-inkey", "key.pem")
        return self.run(*words, *options, "-outform", form, stdin=data)

    def digested(self, data: bytes) -> bytes:
        """With its hash beside it."""
        return self.run("cms", "-digest_create", "-binary", "-outform", "DER", stdin=data)

    def certificates(self) -> bytes:
        """A bag of certificates, with no content and no signer."""
        return self.run("crl2pkcs7", "-nocrl", "-certfile", "cert.pem", "-outform", "DER")
