"""Addresses of people and roles."""

from django.urls import path

from console.views import hand_over, roles

urlpatterns = [
    path("<slug:slug>/roles/", roles.roles, name="roles"),
    path("<slug:slug>/places/<uuid:node_id>/roles/", roles.roles, name="roles_at"),
    path("<slug:slug>/roles/<uuid:membership_id>/", roles.role, name="role"),
    path("<slug:slug>/roles/<uuid:membership_id>/end", roles.end_role, name="end_role"),
    path("<slug:slug>/roles/hand-over/<uuid:user_id>/", hand_over.handing_over, name="hand_over"),
    path("<slug:slug>/invitations/<uuid:invitation_id>/send", roles.send_again, name="send_invitation"),
    path("<slug:slug>/invitations/<uuid:invitation_id>/withdraw", roles.withdraw, name="withdraw_invitation"),
]
