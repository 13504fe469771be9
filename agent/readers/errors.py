"""What does a parser say of bytes that it does not know?"""


class ParseError(ValueError):
    """The bytes are not what they should be; nothing is guessed from what was understood."""
