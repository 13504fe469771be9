"""What the frozen program begins with: the command, or, after `agent`, a part of it."""

import sys

if sys.argv[1:2] == ["agent"]:
    from agent.__main__ import main as part

    sys.exit(part(sys.argv[2:]))

from agent.cli.app import main

main()
