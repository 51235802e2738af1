"""Addresses of keys and identity."""

from django.urls import path

from console.views import identity

urlpatterns = [
    path("<slug:slug>/keys/", identity.identity, name="identity"),
    path("<slug:slug>/keys/<uuid:issuer_id>/", identity.identity, name="identity_of"),
    path("<slug:slug>/keys/<uuid:issuer_id>/change", identity.change_key, name="change_key"),
    path("<slug:slug>/keys/<uuid:issuer_id>/<uuid:key_id>/report/", identity.report_key, name="report_key"),
    path("<slug:slug>/audit-heads.txt", identity.audit_heads, name="audit_heads"),
]
