"""The feature as Django knows it."""

from django.apps import AppConfig


class OversightConfig(AppConfig):
    name = "controller.oversight"
    label = "oversight"
