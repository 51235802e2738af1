"""Addresses of the registry room."""

from django.urls import path

from registry import views

app_name = "registry"

urlpatterns = [
    path("preferences/", views.set_preference, name="set_preference"),
]
