"""How big may anything be? Checked on the author's side, and again by the machine's.

Below each limit stands what it counts; the reference is made from that.
"""

LEAF_BYTES = 4 * 1024
"""Bytes of a leaf, as UTF-8."""
LEAF_NODES = 500
"""Operations, names and constants in a leaf."""
LEAF_DEPTH = 64
"""How deep a leaf may be nested, counted on its tree: a long chain of `and` counts too."""
PARAMS = 32
"""Params of a rule."""
DEFINES = 16
"""Defines of a rule."""
CLAUSES = 32
"""Clauses of a rule: entries of `must` and `each_must`."""
RULES = 1_000
"""Rules of a pack."""
RULES_IN_FILE = 200
"""Rules in a file."""
TESTS_IN_FILE = 500
"""Tests in a file."""
PACK_BYTES = 2 * 1024 * 1024
"""Bytes of a compiled pack."""
BATCH_LINE = 1024 * 1024
"""Bytes of a line that `rules eval --batch` reads."""
SOURCE_BYTES = 1024 * 1024
"""Bytes of a source file."""
PROBLEMS_IN_FILE = 200
"""Problems that are told of a file before the rest of it is left alone."""
YAML_DEPTH = 24
"""How deep YAML may be nested."""
YAML_NODES = 50_000
"""Values in a YAML file."""

PATTERN = 256
"""Characters of a pattern of `matches`."""
PATTERN_STATES = 1_000
"""States of a pattern of `matches`."""

STEPS = 1_000_000
"""Steps of a rule on a machine: one a node and an item, text by its length."""
STEPS_BETWEEN_LOOKS = 1_000
"""Steps between two looks at the clock."""
RULE_NANOSECONDS = 500_000_000
"""Nanoseconds of time that a rule may take on a machine."""
STRING_MADE = 64 * 1024
"""Bytes of a text that a leaf makes."""
FACTS_BYTES = 16 * 1024 * 1024
"""Bytes of a document of facts."""
ITEMS = 100_000
"""Items of a list, in a fact or made by a leaf."""
ITEMS_LISTED = 20
"""Items that a result lists; the rest is counted."""
MESSAGE = 300
"""Characters of a message when it is shown."""
SEEN = 64
"""Characters of a value that a message shows."""

ID_LENGTH = 48
"""Characters of an id of a rule or a pack."""
NAME_LENGTH = 64
"""Characters of the name of a param, a define, a loop's variable, a tag."""
TITLE_LENGTH = 100
"""Characters of a title."""
PLAIN_LENGTH = 160
"""Characters of a plain sentence."""
TEXT_LENGTH = 1_000
"""Characters of `say` and `fix` as they are written."""
WHERE = 32
"""Entries of `where`."""
WORDS = 64
"""Tags, controls or citations of a rule; parts of a text."""
PARAM_ITEMS = 1_000
"""Items of a param that is a list."""
RETIRED = 10_000
"""Retired ids of a pack."""
PACK_PARTS = 150_000
"""Arrays and objects in a compiled pack."""

TAILORING_BYTES = 1024 * 1024
"""Bytes of a compiled tailoring."""
SETTINGS = 2_000
"""Things that the tailorings of a clinic set."""
WAIVERS = 1_000
"""Waivers in a file."""
REASON = 300
"""Characters of a reason."""
APPROVER_LENGTH = 64
"""Characters of the name of who approved something."""
