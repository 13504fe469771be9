"""Which keys has `pack.yaml`, form pack/v1?"""

from rules.compiled import limits, names
from rules.compiled.write import LANGUAGE
from rules.language.forms.base import Form, Key, ListOf, Record, Spelling, Text, Whole, required
from rules.language.forms.keys import ID, LINE, SENTENCE, VERSION, head, pack_name

_FACTS = Spelling("version of the facts", names.FACTS.pattern, 'such as "1.0"')

RETIRED = Record(
    "an entry of retired",
    (
        required("id", Text(spelt=ID), "The id that is no more; it is never used again."),
        required("last", Text(spelt=VERSION), "The last version of the pack that had it."),
        required("why", SENTENCE, "Why it is gone, in a sentence."),
    ),
)

PACK = Form(
    "pack/v1",
    "pack.yaml",
    Record(
        "pack.yaml",
        (
            head("pack/v1"),
            pack_name("The name of the pack: kebab-case, such as dental-baseline."),
            required("version", Text(spelt=VERSION), "The version of the pack: semver, quoted."),
            required("title", LINE, "What the pack is, in a line."),
            required(
                "requires_facts",
                Text(spelt=_FACTS),
                "The lowest version of the fact catalogue that its rules need, quoted.",
            ),
            required("language", Whole(only=LANGUAGE), "The version of the rule language."),
            Key(
                "retired",
                ListOf(RETIRED, least=0, most=limits.RETIRED, unique_by="id"),
                "Ids that were used once and must not come back.",
            ),
        ),
    ),
)
