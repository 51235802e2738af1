"""Addresses of agreements and mandates."""

from django.urls import path

from console.views import agreement_pages

urlpatterns = [
    path("<slug:slug>/agreements/", agreement_pages.agreements, name="agreements"),
    path("<slug:slug>/agreements/<uuid:agreement_id>/", agreement_pages.agreement, name="agreement"),
]
