"""What is amiss with a sign-in service itself, and who is told what of it?

Why is for who is signed in: it may hold the address of a server within the org's network, or words
that the service chose. Whoever stands before the door reads that it cannot be used, and no more.
"""

from controller.errors import NotAllowed


class Unwell(NotAllowed):
    """The service does not answer, answers amiss, or is not whom it was set up as."""

    def at_the_door(self) -> NotAllowed:
        """The same for who is not signed in."""
        return NotAllowed(
            "this sign-in service cannot be used at present",
            help="sign in with your password, or try again later; why is told to whoever is "
            "signed in and connects it",
        )
