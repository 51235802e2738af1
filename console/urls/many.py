"""Addresses of changes of many awards at once."""

from django.urls import path

from console.views import many

urlpatterns = [
    path("<slug:slug>/awards/many/", many.many, name="many"),
    path("<slug:slug>/awards/many/<slug:change>/", many.draft_many, name="draft_many"),
    path("<slug:slug>/changes/<uuid:change_id>/", many.many_change, name="many_change"),
    path("<slug:slug>/changes/<uuid:change_id>/approve", many.approve_many, name="approve_many"),
    path("<slug:slug>/changes/<uuid:change_id>/cancel", many.cancel_change_of_many, name="cancel_change"),
]
