"""Which commands does `dentinel` have, in the order in which they are shown?

Each with the module and function that holds it, and what it does in a line. To add a command, add
its line.
"""

COMMANDS: tuple[tuple[str, str, str], ...] = (
    ("facts", "agent.cli.facts:facts", "Collect and show typed facts of this machine."),
    ("audit", "agent.cli.audit:audit", "Judge this machine by the rules, without a controller."),
    ("scan", "agent.cli.scan:scan", "Judge imaging files: who can read them where they lie?"),
    (
        "discover",
        "agent.cli.discover:discover",
        "Find imaging software and its folders, as settings to confirm.",
    ),
    ("show", "agent.cli.show:show", "Show the local path behind a finding."),
    (
        "integrity",
        "agent.cli.integrity:integrity",
        "Say which archived images changed silently; compare a restored copy.",
    ),
    ("rules", "agent.cli.rules:app", "Check, test and explain rules."),
    ("pack", "agent.cli.pack:app", "Compile, sign and hand over packs of rules."),
    ("enroll", "agent.cli.enroll:enroll", "Join the controller that made a join string."),
    ("rotate-keys", "agent.cli.rotate:rotate", "Let this machine make new keys."),
    ("seal", "agent.cli.seal:seal", "Remove identity and local data, before a disk is imaged."),
    ("run", "agent.cli.run:run", "Watch, patrol and report in the foreground."),
    ("status", "agent.cli.status:status", "Say how this machine and its agent are."),
    ("doctor", "agent.cli.doctor:doctor", "Check the agent itself, and say what to mend."),
    ("verify", "agent.cli.verify:verify", "Check an evidence bundle, offline."),
)

ABOUT = "Does this machine keep X-rays safe? The agent of a dental practice, and its rules."
NEXT = "Begin with: dentinel audit. All of one command: dentinel COMMAND --help"
