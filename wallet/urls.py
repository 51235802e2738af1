"""Addresses of the holder's pages."""

from django.urls import path, re_path

from wallet import views

app_name = "wallet"

urlpatterns = [
    path("claim/<str:token>", views.claim, name="claim"),
    path("claim/<str:token>/accept", views.accept, name="accept"),
    path("claim/<str:token>/decline", views.decline, name="decline"),
    path("claim/<str:token>/new-link", views.new_link, name="new_link"),
    re_path(r"^claim/(?P<token>[^/]+)/file\.(?P<suffix>json|jwt|png|svg)$", views.claimed_form, name="claimed_form"),
]
