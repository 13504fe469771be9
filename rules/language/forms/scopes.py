"""How are machines named, one by one or many at once? The keys that scopes share."""

from rules.compiled import limits
from rules.language.forms.base import Key, Spelling, Text

_LABEL = r"[a-z0-9][a-z0-9-]{0,63}"
LABEL = Text(spelt=Spelling("name", _LABEL, "small letters, digits and -: bright-smiles"))
_GROUP = Text(
    spelt=Spelling(
        "name of a group",
        rf"(site:)?{_LABEL}|role:[a-z][a-z_]{{0,63}}",
        "such as imaging-servers, site:main or role:server",
    )
)
MACHINE_NAME = Spelling(
    "name of a machine",
    r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}",
    "the name of the computer: PANO-01",
    limits.NAME_LENGTH,
)

SCOPE_KEYS = (
    Key("org", LABEL, "The organisation that runs the practices."),
    Key("clinic", LABEL, "The practice."),
    Key("group", _GROUP, "A group of machines; also site:NAME and role:NAME."),
    Key("machine", Text(spelt=MACHINE_NAME), "One machine."),
)
