"""Addresses of how an organisation is governed: whom awards wait for, who can do what, machines, the audit trail."""

from django.urls import path

from console.views import approval_rules, machines, trail, who_can

urlpatterns = [
    path("<slug:slug>/places/<uuid:node_id>/approval/", approval_rules.place_rule, name="place_rule"),
    path("<slug:slug>/achievements/<uuid:achievement_id>/approval/", approval_rules.entry_rule, name="entry_rule"),
    path("<slug:slug>/who-can/", who_can.who_can, name="who_can"),
    path("<slug:slug>/places/<uuid:node_id>/who-can/", who_can.who_can, name="who_can_at"),
    path("<slug:slug>/machines/", machines.machines, name="machines"),
    path("<slug:slug>/places/<uuid:node_id>/machines/", machines.machines, name="machines_at"),
    path("<slug:slug>/machines/keys/<uuid:key_id>/", machines.api_key, name="api_key"),
    path("<slug:slug>/machines/clients/<int:client_number>/", machines.oauth_client, name="oauth_client"),
    path("<slug:slug>/audit/", trail.trail, name="trail"),
    path("<slug:slug>/audit/export", trail.export_trail, name="export_trail"),
]
