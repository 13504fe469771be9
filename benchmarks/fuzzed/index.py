"""Which parsers are fuzzed? To add one, add its file beside this one and its line here."""

from benchmarks.fuzzed.base import Target
from benchmarks.fuzzed.files import FILES
from benchmarks.fuzzed.leaves import LEAVES

_ALL = (FILES, LEAVES)
TARGETS: dict[str, Target] = {target.name: target for target in _ALL}
