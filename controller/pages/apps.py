"""Pages, as Django knows them: templates, static files and tags, no tables."""

from django.apps import AppConfig


class PagesConfig(AppConfig):
    """Templates are found under their folder name `pages/`."""

    name = "controller.pages"
