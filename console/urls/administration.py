"""Addresses of the pages with which an organisation is run."""

from django.urls import path

from console.views import administration

urlpatterns = [
    path("<slug:slug>/administration/", administration.administration, name="administration"),
]
