"""Which parsers are fuzzed? To add one, add its file beside this one and its line here."""

from benchmarks.fuzzed.base import Target
from benchmarks.fuzzed.facts import FACTS
from benchmarks.fuzzed.files import FILES
from benchmarks.fuzzed.imaging import IMAGING, NOISE, OPEN_IMAGES
from benchmarks.fuzzed.layouts import LAYOUTS
from benchmarks.fuzzed.leaves import LEAVES
from benchmarks.fuzzed.machines import MACHINES
from benchmarks.fuzzed.packs import PACKS
from benchmarks.fuzzed.patterns import PATTERNS
from benchmarks.fuzzed.readers import READERS

_ALL = (
    FILES,
    LAYOUTS,
    LEAVES,
    PATTERNS,
    PACKS,
    FACTS,
    *READERS,
    *MACHINES,
    IMAGING,
    OPEN_IMAGES,
    NOISE,
)
TARGETS: dict[str, Target] = {target.name: target for target in _ALL}
