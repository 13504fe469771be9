"""For whom is a paper, and what stands in it? To add a profile, add its line.

A section is a template of its own. Every paper has the head, the mark and what it does not show.
"""

from dataclasses import dataclass

from evidence.bundle import Profile as Word


@dataclass(frozen=True, slots=True)
class Profile:
    """A reader: what his paper is called, what it says of itself, and its sections in order."""

    id: Word
    reader: str
    title: str
    lead: str
    sections: tuple[str, ...]


PROFILES: tuple[Profile, ...] = (
    Profile(
        "auditor",
        "an auditor",
        "Controls and evidence",
        "Each control with its state at the end of the period, what shows it, and what is missing. "
        "Twelve months without a break are what recognised security practices are asked for; "
        "every break is listed.",
        ("summary", "machines", "controls", "waivers", "figures"),
    ),
    Profile(
        "owner",
        "the owner",
        "How the practice stands",
        "What is protected, what is open, and which papers run out.",
        ("sentence", "summary", "open", "figures"),
    ),
    Profile(
        "insurer",
        "an insurer",
        "Answers for an insurer",
        "Each answer says as of when and of how many machines. What a person stated is no "
        "measurement, and what nobody looked at is said to be so.",
        ("answers", "machines", "figures"),
    ),
    Profile(
        "counsel",
        "counsel",
        "Evidence for counsel",
        "What was measured and stated, when it was so and when it was known here. It judges "
        "nothing: whether notice is to be given is decided by the practice and its counsel.",
        ("summary", "incidents", "machines", "controls", "waivers"),
    ),
)
BY_ID: dict[str, Profile] = {one.id: one for one in PROFILES}
