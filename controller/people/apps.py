"""People, as Django knows them."""

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in

from controller.people import logoff


class PeopleConfig(AppConfig):
    """The feature's tables have the prefix `people_`."""

    name = "controller.people"

    def ready(self) -> None:
        """Hear of sessions that begin, and write down who comes and goes."""
        from controller.people import doorbook  # noqa: PLC0415 - models are known only now

        user_logged_in.connect(logoff.began)
        doorbook.open_book()
