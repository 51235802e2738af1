"""Addresses of roles that an institution's sign-in proposes."""

from django.urls import path

from console.views import role_proposals

urlpatterns = [
    path("<slug:slug>/proposed-roles/", role_proposals.proposed_roles, name="proposed_roles"),
    path(
        "<slug:slug>/proposed-roles/<uuid:proposal_id>",
        role_proposals.decide_proposed_role,
        name="decide_proposed_role",
    ),
]
