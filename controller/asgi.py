"""The people's door: Django under its own ASGI handler.

Agents never pass through here (controller.intake.asgi); `dentinel-controller serve` runs both.
"""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "controller.settings")
application = get_asgi_application()
