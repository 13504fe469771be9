"""The feature as Django knows it."""

from django.apps import AppConfig


class TracesConfig(AppConfig):
    name = "controller.traces"
    label = "traces"
