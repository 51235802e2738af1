"""Addresses of the issuers' console."""

from django.urls import path

from console import views

app_name = "console"

urlpatterns = [
    path("", views.home, name="home"),
    path("<slug:slug>/", views.place, name="organisation"),
    path("<slug:slug>/places/<uuid:node_id>/", views.place, name="node"),
    path("<slug:slug>/achievements/<uuid:achievement_id>/", views.achievement, name="achievement"),
    path("<slug:slug>/achievements/<uuid:achievement_id>/award/", views.award_one, name="award_one"),
    path("<slug:slug>/achievements/<uuid:achievement_id>/award-many/", views.award_many, name="award_many"),
    path("<slug:slug>/achievements/<uuid:achievement_id>/awards.csv", views.template, name="template"),
    path("<slug:slug>/batches/", views.batches, name="batches"),
    path("<slug:slug>/batches/<uuid:batch_id>/", views.batch, name="batch"),
    path("<slug:slug>/batches/<uuid:batch_id>/confirm", views.confirm_many, name="confirm_many"),
    path("<slug:slug>/batches/<uuid:batch_id>/cancel", views.cancel_many, name="cancel_many"),
    path("<slug:slug>/batches/<uuid:batch_id>/undo", views.undo_many, name="undo_many"),
    path("<slug:slug>/batches/<uuid:batch_id>/send", views.send_many, name="send_many"),
    path("<slug:slug>/batches/<uuid:batch_id>/failed.csv", views.failed_rows, name="failed_rows"),
    path("<slug:slug>/awards/", views.awards, name="awards"),
    path("<slug:slug>/awards/<uuid:award_id>/", views.award, name="award"),
    path("<slug:slug>/awards/<uuid:award_id>/undo", views.cancel, name="undo"),
    path("<slug:slug>/awards/<uuid:award_id>/send", views.send, name="send"),
    path("<slug:slug>/awards/<uuid:award_id>/send-link", views.send_link, name="send_link"),
    path("<slug:slug>/awards/<uuid:award_id>/withdraw-link", views.withdraw_link, name="withdraw_link"),
    path("<slug:slug>/awards/<uuid:award_id>/correct/", views.correct, name="correct"),
    path("<slug:slug>/awards/<uuid:award_id>/status/<slug:change>/", views.change_status, name="change_status"),
]
