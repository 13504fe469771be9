"""The made-up MSP in small, as a program of the same words: two practices, three weeks, no waivers.

What is left is every part of the check: reports, papers, an export, pages and everybody's link.
"""

from controller.cli import app
from controller.cli.demo.msp import plot, risks, stage
from controller.cli.demo.msp.cast import WARDS

NAMED = {"Bright Smiles", plot.RENEWED[0]}
"""Whose owner signs in, and where a computer was set up anew."""


def main() -> None:
    plot.DAYS = 21
    stage.wards = lambda: (one for one in WARDS if one.name in NAMED)
    risks.accepted = lambda _story, _users: iter(())
    app.main()


if __name__ == "__main__":
    main()
