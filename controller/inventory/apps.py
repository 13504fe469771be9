"""The feature as Django knows it."""

from django.apps import AppConfig


class InventoryConfig(AppConfig):
    name = "controller.inventory"
    label = "inventory"
