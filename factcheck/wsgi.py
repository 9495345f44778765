"""The web server's entry point."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "factcheck.settings")

django_application = get_wsgi_application()

from factcheck.remembered import RememberedPages  # noqa: E402 - reads models, which the line above sets up

application = RememberedPages(django_application)
