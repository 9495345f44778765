"""Addresses of the API. What stands here is kept; what changes comes as another version."""

from django.urls import path, re_path
from drf_spectacular.views import SpectacularJSONAPIView

from claims.api import errors, views
from claims.public.conditional import conditional

urlpatterns = [
    path("schema/", conditional(SpectacularJSONAPIView.as_view()), name="api_schema"),
    path("claims/", conditional(views.claims), name="api_claims"),
    path("claims/<uuid:public_id>/", conditional(views.claim), name="api_claim"),
    path("revisions/<uuid:public_id>/", conditional(views.revision), name="api_revision"),
    path("speakers/", conditional(views.speakers), name="api_speakers"),
    path("speakers/<uuid:public_id>/", conditional(views.speaker), name="api_speaker"),
    path("sources/", conditional(views.sources), name="api_sources"),
    path("sources/<uuid:public_id>/", conditional(views.source), name="api_source"),
    path("captures/<uuid:public_id>/", conditional(views.capture), name="api_capture"),
    re_path(r"^(?P<rest>.*)$", errors.nothing_here),
]
