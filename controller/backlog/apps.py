"""The feature as Django knows it."""

from django.apps import AppConfig


class BacklogConfig(AppConfig):
    name = "controller.backlog"
    label = "backlog"
