"""People, as Django knows them."""

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in

from controller.people import logoff


class PeopleConfig(AppConfig):
    """The feature's tables have the prefix `people_`."""

    name = "controller.people"

    def ready(self) -> None:
        """Hear of sessions that begin."""
        user_logged_in.connect(logoff.began)
