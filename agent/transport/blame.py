"""Why did an exchange fail, and what can a person do about it?

One sentence for each way in which a network fails. The issuer of a strange certificate is named:
it is usually an antivirus product, and its name tells the administrator where to look.
"""

import socket
import ssl

from agent.errors import PinMismatch, TransportError
from agent.transport.base import Address, Limits


def blamed(error: Exception, address: Address, limits: Limits) -> TransportError:
    """The sentence for an error of socket, ssl or http.client."""
    match error:
        case socket.gaierror():
            said, do = f"the name {address.host} is not known here", "check its spelling and DNS"
        case TimeoutError():
            within = limits.whole.total_seconds()
            said, do = f"{address} did not answer within {within:g} s", "try again in a minute"
        case ConnectionRefusedError():
            said = f"nothing listens at {address}"
            do = "start the controller there, and let its port through the firewall"
        case ssl.SSLError():
            said, do = f"{address} does not speak TLS as we do", "check address and port"
        case OSError():
            said = f"the connection to {address} broke ({type(error).__name__})"
            do = "try again in a minute: nothing is lost by it"
        case _:
            said, do = f"what answers at {address} is no web server", "check address and port"
    return TransportError(said, do)


def too_much(address: Address, limits: Limits) -> TransportError:
    """More came back than any answer of a controller holds."""
    return TransportError(
        f"{address} answered with more than {limits.reply_bytes} bytes",
        "this is no dentinel controller, or something stands in between: check the address",
    )


def mismatch(
    error: ssl.SSLCertVerificationError, address: Address, shown: bytes | None
) -> PinMismatch:
    """A certificate that the pinned CA did not sign; `shown` is the certificate (DER)."""
    return PinMismatch(
        f"{address} shows a certificate of {_issuer(shown)}, not one of the controller that this "
        f"machine trusts ({error.verify_message})",
        "the usual cause is an antivirus or a firewall that inspects TLS: exempt this address. "
        "If the controller itself got a new CA, join again: dentinel enroll JOIN",
    )


def _issuer(shown: bytes | None) -> str:
    """The issuer's name, for a person to recognise."""
    if not shown:
        return "an unknown issuer"
    from cryptography import x509  # noqa: PLC0415 - 20 ms that only a mismatch pays

    try:
        name = x509.load_der_x509_certificate(shown).issuer.rfc4514_string()
    except ValueError:
        return "an unreadable issuer"
    return f"“{name[:120]}”"
