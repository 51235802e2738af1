"""Addresses of verification. They stand in signed documents and on paper: never change one."""

from django.urls import path, re_path

from verification import views

app_name = "verification"
NUMBER = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"

urlpatterns = [
    path("", views.landing, name="landing"),
    path("c/<uuid:number>", views.credential_page, name="credential"),
    re_path(
        rf"^c/(?P<number>{NUMBER})\.(?P<suffix>json|jwt|png|svg|pdf|ob2\.json)$",
        views.credential_file,
        name="credential_file",
    ),
    re_path(rf"^c/(?P<number>{NUMBER})\.qr\.svg$", views.credential_code, name="credential_code"),
    path("verify", views.checking_desk, name="verify"),
    path("statements/<uuid:number>", views.statement, name="statement"),
    path("trials/<uuid:number>", views.trial, name="trial"),
    path("trials/issuers/<slug:slug>/did.json", views.trial_did, name="trial_did"),
    path("status/<uuid:public_id>", views.status_list, name="status_list"),
    path("issuers/<slug:slug>/did.json", views.issuer_did, name="issuer_did"),
    path(".well-known/did.json", views.platform_did, name="platform_did"),
]
