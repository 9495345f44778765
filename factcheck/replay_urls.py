"""Addresses of the host that shows archived pages (``REPLAY_URL``): those, and whether it is up."""

from django.urls import include, path

from factcheck.health import healthz

urlpatterns = [path("healthz", healthz), path("", include("sources.web.urls"))]

handler400 = handler403 = handler404 = "sources.web.replay.nothing_here"
handler500 = "claims.public.errors.broken"
