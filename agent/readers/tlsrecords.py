"""What did a TLS server say before anything was secret? (RFC 5246, sections 6.2 and 7.4)"""

from collections.abc import Iterator

_HANDSHAKE = 22
_RECORDS = range(20, 24)
_SERVER_HELLO, _CERTIFICATE_REQUEST = 2, 13
_VERSIONS = {b"\3\1": "TLSv1", b"\3\2": "TLSv1.1", b"\3\3": "TLSv1.2"}


def are_records(data: bytes) -> bool:
    """Do the bytes begin like TLS or SSL 3?"""
    return len(data) >= 2 and data[0] in _RECORDS and data[1] == 3


def asks_for_certificate(data: bytes) -> bool:
    """Does a server of TLS 1.2 or older want to know who we are? TLS 1.3 asks in secret."""
    return _CERTIFICATE_REQUEST in dict(_messages(data))


def version(data: bytes) -> str | None:
    """The version that a server of TLS 1.2 or older chose, by the name that OpenSSL gives it."""
    hello = dict(_messages(data)).get(_SERVER_HELLO, b"")
    return _VERSIONS.get(hello[:2])


def _messages(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Messages of the handshake that came whole: type and content."""
    said = b"".join(_handshakes(data))
    while len(said) >= 4:
        end = 4 + int.from_bytes(said[1:4], "big")
        if end > len(said):
            return
        yield said[0], said[4:end]
        said = said[end:]


def _handshakes(data: bytes) -> Iterator[bytes]:
    """The content of the records of the handshake, up to the first that is secret."""
    while len(data) >= 5 and are_records(data):
        length = int.from_bytes(data[3:5], "big")
        if data[0] != _HANDSHAKE:
            return
        yield data[5 : 5 + length]
        data = data[5 + length :]
