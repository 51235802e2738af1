"""Addresses of how an organisation is governed: whom awards wait for, and who can do what."""

from django.urls import path

from console.views import approval_rules, who_can

urlpatterns = [
    path("<slug:slug>/places/<uuid:node_id>/approval/", approval_rules.place_rule, name="place_rule"),
    path("<slug:slug>/achievements/<uuid:achievement_id>/approval/", approval_rules.entry_rule, name="entry_rule"),
    path("<slug:slug>/who-can/", who_can.who_can, name="who_can"),
    path("<slug:slug>/places/<uuid:node_id>/who-can/", who_can.who_can, name="who_can_at"),
]
