"""Addresses of the holder's pages."""

from django.urls import path

from wallet import views

app_name = "wallet"

urlpatterns = [
    path("claim/<str:token>", views.claim, name="claim"),
]
