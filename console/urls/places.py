"""Addresses of the organisation's places and of what is issued there."""

from django.urls import path

from console.views import tree

urlpatterns = [
    path("", tree.home, name="home"),
    path("<slug:slug>/", tree.place, name="organisation"),
    path("<slug:slug>/places/<uuid:node_id>/", tree.place, name="node"),
    path("<slug:slug>/achievements/<uuid:achievement_id>/", tree.achievement, name="achievement"),
]
