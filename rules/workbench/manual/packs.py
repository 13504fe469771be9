"""The pages of DL701 to DL705: packs."""

from rules.workbench.manual.base import Page, Shape

PAGES = {
    "DL701": Page(
        "Results, waivers and history go by the id of a rule, for years. An id that is gone "
        "stands under retired, and never comes back with another meaning.",
        Shape.PACK,
        'version: "2.0.0"',
        'version: "2.0.0"\nretired:\n  - {id: agent-elevated, last: "1.0.0", why: Nobody asked.}',
    ),
    "DL702": Page(
        "A clinic sees from the version what an update may do: a patch for text, a minor version "
        "for what is new or tighter, a major one for what is looser or gone.",
        Shape.PACK,
        'version: "1.0.1"\nretired:\n  - {id: agent-elevated, last: "1.0.0", why: Nobody asked.}',
        'version: "2.0.0"\nretired:\n  - {id: agent-elevated, last: "1.0.0", why: Nobody asked.}',
    ),
    "DL703": Page(
        "requires_facts says from which version of the fact catalogue on an agent can judge "
        "every rule. An older agent says unknown, and never nothing.",
        Shape.COMPILED,
        '"requires_facts":"99.0"',
        '"requires_facts":"1.1"',
    ),
    "DL704": Page(
        "A compiled pack is read with every limit, and each operation, type and path is checked "
        "again. What does not fit is refused as a whole; the last good pack stays.",
        Shape.COMPILED,
        '"severity":"urgent"',
        '"severity":"critical"',
    ),
    "DL705": Page(
        "The pack is written in a newer language than this agent reads. The last good pack "
        "stays until the agent is updated.",
        Shape.COMPILED,
        '"language":2',
        '"language":1',
    ),
}
