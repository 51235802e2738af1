"""Addresses of changes of many awards at once."""

from django.urls import path

from console.views import exports, many

urlpatterns = [
    path("<slug:slug>/awards/many/", many.many, name="many"),
    path("<slug:slug>/awards/many/<slug:change>/", many.draft_many, name="draft_many"),
    path("<slug:slug>/awards/export", exports.ask, name="ask_export"),
    path("<slug:slug>/exports/<uuid:export_id>/", exports.export, name="export"),
    path("<slug:slug>/exports/<uuid:export_id>/file", exports.export_file, name="export_file"),
    path("<slug:slug>/changes/<uuid:change_id>/", many.many_change, name="many_change"),
    path("<slug:slug>/changes/<uuid:change_id>/approve", many.approve_many, name="approve_many"),
    path("<slug:slug>/changes/<uuid:change_id>/cancel", many.cancel_change_of_many, name="cancel_change"),
]
