"""What does a format promise when it is asked about a file?

A member is a function from a glance to a judgement; or to `Inside`: look there; or to `Members`:
look at each of these; or to None: not mine, ask the next.

- It may raise only what the glance raises: `Spent`, `Beyond`, `Malformed`.
- It says `encrypted` only when the whole structure proves it, to its end, inside the file; and
  `plaintext` when one readable content was found. Name and extension are never seen here.
- Randomness proves nothing. A member may name the `sample` in which its absence is a veto.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias

from agent.imaging.glance import Glance
from agent.imaging.judgement import Judgement


@dataclass(frozen=True, slots=True)
class Inside:
    """A wrapper that anybody can take off: what counts is the file in it.

    `wrap` turns the judgement on what is inside into that on the whole file.
    """

    glance: Glance
    wrap: Callable[[Judgement], Judgement]


@dataclass(frozen=True, slots=True)
class Members:
    """Files that anybody can unpack: the whole is encrypted only if each of them is, by itself.

    With none of them, or with very many, it is `otherwise`; so it is if one cannot be reached.
    """

    each: Iterable[Glance]
    encrypted: Judgement
    otherwise: Judgement


Answer: TypeAlias = Judgement | Inside | Members | None
Ask: TypeAlias = Callable[[Glance], Answer]
