"""What did the probe `security` print of each antivirus?

`productState` is documented nowhere; its bits are as many have read them: the second byte is 0x10
while the product is on, the lowest byte has 0 in its upper half while its definitions are current.
"""

from dataclasses import dataclass

from agent.readers.probes.document import Document

DEFENDER = "{d68ddc3a-831f-4fae-9e44-da132c1acf46}"
"""What Microsoft Defender has registered as, in every release and language."""

_ON = 1


@dataclass(frozen=True, slots=True)
class Registered:
    """One product, and the bits of its state."""

    id: str
    name: str
    state: int

    @property
    def is_on(self) -> bool:
        """Is it on? Off, snoozed and expired are not."""
        return self.state >> 12 & 0xF == _ON

    @property
    def is_current(self) -> bool:
        """Does Windows hold its definitions to be current?"""
        return self.state >> 4 & 0xF == 0


def read(document: Document) -> tuple[Registered, ...]:
    """From the document of the probe; ParseError."""
    return tuple(
        Registered(one.text("id").lower(), one.text("name"), one.number("state"))
        for one in document.records("products")
    )
