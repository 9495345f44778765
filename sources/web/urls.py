"""Where archived pages are looked at: the only addresses of the host that shows them, where it has one of its own."""

from django.urls import path

from sources.web.replay import replay, replay_file

urlpatterns = [
    path("replay/<str:token>/", replay, name="replay"),
    path("replay/<str:token>/file/<str:name>/", replay_file, name="replay_file"),
]
