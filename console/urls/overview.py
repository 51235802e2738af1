"""Addresses of the overview of an organisation, and of each of its places."""

from django.urls import path

from console.views import overview

urlpatterns = [
    path("<slug:slug>/overview/", overview.overview, name="overview"),
    path("<slug:slug>/places/<uuid:node_id>/overview/", overview.overview, name="place_overview"),
    path("<slug:slug>/places/<uuid:node_id>/<slug:table>.csv", overview.overview_file, name="overview_file"),
]
