"""Addresses of the machine interfaces."""

from django.urls import path, re_path

from integrations.api import schema
from integrations.api.view import Index, Nothing
from integrations.vc_api import views as vc_api

app_name = "integrations"

urlpatterns = [
    path("api/v1/", Index.as_view(), name="index"),
    path("api/schema/", schema.openapi, name="schema"),
    path("api/docs/", schema.docs, name="docs"),
    re_path(r"^api/.*$", Nothing.as_view(), name="nothing"),
    path("vc-api/", vc_api.about, name="vc-api"),
    path("vc-api/credentials/issue", vc_api.issue, name="vc-api-issue"),
    path("vc-api/issuers/<str:cryptosuite>/credentials/issue", vc_api.issue, name="vc-api-issue-by-suite"),
    path("vc-api/credentials/verify", vc_api.verify_credential, name="vc-api-verify"),
    path("vc-api/presentations/verify", vc_api.verify_presentation, name="vc-api-verify-presentation"),
    path("vc-api/status/<str:purpose>", vc_api.status, name="vc-api-status"),
]
