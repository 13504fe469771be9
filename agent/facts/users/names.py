"""Is it the name of a desk or a room rather than a person's? For review only: it proves nothing."""

import re

_GENERIC = re.compile(
    r"(front|back)[-_.]?(desk|office)?\d*|reception\d*|operatory\d*|op[-_]?\d+|hygiene\d*|x-?ray\d*"
    r"|pano\d*|scan(ner)?\d*|dental\d*|dentist\d*|assistant\d*|staff\d*|office\d*|user\d*|shared\d*",
    re.IGNORECASE,
)


def is_generic(name: str) -> bool:
    """Does it look like one that several people use?"""
    return _GENERIC.fullmatch(name) is not None
