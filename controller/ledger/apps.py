"""The feature as Django knows it."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "controller.ledger"
    label = "ledger"
