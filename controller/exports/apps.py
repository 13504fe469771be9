"""The feature as Django knows it."""

from django.apps import AppConfig


class ExportsConfig(AppConfig):
    name = "controller.exports"
    label = "exports"
