"""The feature as Django knows it."""

from django.apps import AppConfig


class PolicyConfig(AppConfig):
    name = "controller.policy"
    label = "policy"
