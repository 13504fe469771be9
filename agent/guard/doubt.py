"""Who is told that a watcher's stream of events has broken?"""

from collections.abc import Callable
from typing import TypeAlias

Doubt: TypeAlias = Callable[[str, str], None]
"""`doubt(top, folder)`: events were lost in `folder`, under the watched folder `top`."""
