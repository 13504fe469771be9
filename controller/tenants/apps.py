"""The feature as Django knows it."""

from django.apps import AppConfig


class TenantsConfig(AppConfig):
    name = "controller.tenants"
    label = "tenants"
