"""People, as Django knows them."""

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in


class PeopleConfig(AppConfig):
    """The feature's tables have the prefix `people_`."""

    name = "controller.people"

    def ready(self) -> None:
        """Hear of sessions that begin, and write down who comes and goes."""
        # Models are known only now.
        from controller.people import doorbook, logoff  # noqa: PLC0415

        user_logged_in.connect(logoff.began)
        doorbook.open_book()
