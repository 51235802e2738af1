"""Addresses of an organisation's letters, and of the mails to who works there; no slug begins with a hyphen."""

from django.urls import path

from console.views import mail_identity, staff_mail

urlpatterns = [
    path("-/mail/", staff_mail.staff_mail, name="staff_mail"),
    path("<slug:slug>/administration/letters/", mail_identity.mail_identity, name="mail_identity"),
]
