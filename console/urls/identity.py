"""Addresses of keys and identity."""

from django.urls import path

from console.views import issuer_keys, lost_keys

urlpatterns = [
    path("<slug:slug>/keys/", issuer_keys.identity, name="identity"),
    path("<slug:slug>/keys/<uuid:issuer_id>/", issuer_keys.identity, name="identity_of"),
    path("<slug:slug>/keys/<uuid:issuer_id>/change", issuer_keys.change_key, name="change_key"),
    path("<slug:slug>/keys/<uuid:issuer_id>/<uuid:key_id>/report/", issuer_keys.report_key, name="report_key"),
    path("<slug:slug>/keys/<uuid:issuer_id>/<uuid:key_id>/again/", lost_keys.sign_again, name="sign_again"),
    path("<slug:slug>/audit-heads.txt", issuer_keys.audit_heads, name="audit_heads"),
]
