"""People, as Django knows them."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """The feature's tables have the prefix `people_`."""

    name = "controller.people"
