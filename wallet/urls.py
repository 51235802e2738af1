"""Addresses of the holder's pages."""

from django.urls import path, re_path

from wallet import request_views, views

app_name = "wallet"

urlpatterns = [
    path("apply/<slug:issuer>/<slug:slug>/", request_views.apply, name="apply"),
    path("apply/<slug:issuer>/<slug:slug>/account/", request_views.sign_up_to_apply, name="apply_account"),
    path("account/requests/", request_views.requests, name="requests"),
    path("account/requests/<uuid:application_id>/withdraw/", request_views.withdraw, name="withdraw"),
    path("claim/<str:token>", views.claim, name="claim"),
    path("claim/<str:token>/accept", views.accept, name="accept"),
    path("claim/<str:token>/decline", views.decline, name="decline"),
    path("claim/<str:token>/new-link", views.new_link, name="new_link"),
    re_path(r"^claim/(?P<token>[^/]+)/file\.(?P<suffix>json|jwt|png|svg)$", views.claimed_form, name="claimed_form"),
]
