"""Which release is this?

Said here and in pyproject.toml, held together by tests/house/test_version.py: the library that
reads the version of an installed package costs 15 ms of CPU at each start.
"""

VERSION = "0.1.0"
