"""The feature as Django knows it."""

from django.apps import AppConfig


class FindingsConfig(AppConfig):
    name = "controller.findings"
    label = "findings"
