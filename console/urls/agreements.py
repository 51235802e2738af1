"""Addresses of agreements and mandates."""

from django.urls import path

from console.views import agreement_pages, mandate_pages

urlpatterns = [
    path("<slug:slug>/agreements/", agreement_pages.agreements, name="agreements"),
    path("<slug:slug>/agreements/<uuid:agreement_id>/", agreement_pages.agreement, name="agreement"),
    path("<slug:slug>/mandates/", mandate_pages.mandates, name="mandates"),
    path("<slug:slug>/mandates/<uuid:mandate_id>/confirm", mandate_pages.confirm, name="confirm_mandate"),
    path("<slug:slug>/mandates/<uuid:mandate_id>/end", mandate_pages.end, name="end_mandate"),
]
