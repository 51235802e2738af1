"""Addresses of an organisation's letters."""

from django.urls import path

from console.views import mail_identity

urlpatterns = [
    path("<slug:slug>/administration/letters/", mail_identity.mail_identity, name="mail_identity"),
    path("<slug:slug>/administration/letters/logo", mail_identity.mail_logo, name="mail_logo"),
]
