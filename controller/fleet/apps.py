"""The feature as Django knows it."""

from django.apps import AppConfig


class FleetConfig(AppConfig):
    name = "controller.fleet"
    label = "fleet"
