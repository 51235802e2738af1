"""Addresses of setting up: what is left to do, the organisation itself, and what its issuers say of themselves."""

from django.urls import path

from console.views import first_steps, house_settings

urlpatterns = [
    path("<slug:slug>/first-steps/", first_steps.first_steps, name="first_steps"),
    path("<slug:slug>/first-steps/owner/", first_steps.second_owner, name="second_owner"),
    path("<slug:slug>/organisation/", house_settings.house, name="house"),
    path("<slug:slug>/issuers/<uuid:issuer_id>/", house_settings.issuer, name="issuer"),
]
