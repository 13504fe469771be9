"""The feature as Django knows it."""

from django.apps import AppConfig


class AlertsConfig(AppConfig):
    name = "controller.alerts"
    label = "alerts"
