"""Addresses of the operator's pages: the organisations of this installation, and how it is."""

from django.urls import path

from console.views import operator_agreements, operator_health, operator_houses, operator_setup, operator_sign_in

app_name = "operator"

urlpatterns = [
    path("", operator_houses.houses, name="houses"),
    path("health/", operator_health.health, name="health"),
    path("health/mail", operator_health.test_mail, name="test_mail"),
    path("organisations/new/", operator_setup.make_house, name="make_house"),
    path("organisations/<slug:slug>/", operator_houses.house, name="house"),
    path("organisations/<slug:slug>/issuer/", operator_setup.make_issuer, name="make_issuer"),
    path("organisations/<slug:slug>/issuers/<uuid:issuer_id>/register/", operator_setup.register, name="register"),
    path("organisations/<slug:slug>/issuers/<uuid:issuer_id>/resume", operator_houses.resume, name="resume"),
    path("organisations/<slug:slug>/owner/", operator_setup.invite_owner, name="invite_owner"),
    path("organisations/<slug:slug>/stop", operator_houses.stop, name="stop"),
    path("organisations/<slug:slug>/reopen", operator_houses.reopen, name="reopen"),
    path("organisations/<slug:slug>/close/", operator_houses.close, name="close"),
    path("agreements/", operator_agreements.agreements, name="agreements"),
    path("agreements/<uuid:agreement_id>/", operator_agreements.agreement, name="agreement"),
    path("sign-in/", operator_sign_in.identity_providers, name="identity_providers"),
    path("sign-in/new/<slug:kind>/", operator_sign_in.new_identity_provider, name="new_identity_provider"),
    path("sign-in/<uuid:provider_id>/", operator_sign_in.identity_provider, name="identity_provider"),
    path("sign-in/<uuid:provider_id>/people/", operator_sign_in.provider_people, name="provider_people"),
]
