"""The feature as Django knows it."""

from django.apps import AppConfig


class PaperworkConfig(AppConfig):
    name = "controller.paperwork"
    label = "paperwork"
