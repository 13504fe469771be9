"""What do people do in these ninety days, beside what machines say?

A computer that was set up anew joins again and waits for approval. Each act is done at its time,
between what machines say, so that the log holds it in its place.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from controller.cli.demo.msp import books, leaders, papers, plot, risks
from controller.cli.demo.msp.history import Act, Story
from controller.cli.demo.msp.machine import Machine

if TYPE_CHECKING:
    from controller.people.models import User


def all_of(story: Story, users: dict[str, "User"]) -> Iterator[Act]:
    """Every act, with its time."""
    yield _renewal(story)
    yield from books.kept(story, users)
    yield from papers.signed(story, users)
    yield from risks.accepted(story, users)
    yield from leaders.shown(story, users)


def _renewal(story: Story) -> Act:
    """A technician set a computer up anew; it knows the disk, and says whom it may replace."""
    name, host, _, ago = plot.RENEWED
    place = next(one for one in story.places if one.ward.name == name)
    former = next(one for one in place.machines if one.box.host == host)

    def join(at: datetime) -> None:
        chance = story.random(name, host, "again").randbytes
        newcomer = Machine(former.box, (), former.wire, chance, former.disk)
        newcomer.token = story.opened.token(place.clinic, former.box, at, is_manual=True)
        newcomer.replaces = former.enrolled.agent
        place.machines.append(newcomer)
        story.join(newcomer, at)

    return story.ends - ago, join
