"""Addresses of files: awarding many at once."""

from django.urls import path

from console.views import batch_steps, batches, file_approvals, results_pages

urlpatterns = [
    path("<slug:slug>/achievements/<uuid:achievement_id>/award-many/", batches.award_many, name="award_many"),
    path("<slug:slug>/achievements/<uuid:achievement_id>/awards.csv", batches.template, name="template"),
    path("<slug:slug>/batches/", batches.batches, name="batches"),
    path("<slug:slug>/batches/<uuid:batch_id>/", batches.batch, name="batch"),
    path("<slug:slug>/batches/<uuid:batch_id>/confirm", batches.confirm_many, name="confirm_many"),
    path("<slug:slug>/batches/<uuid:batch_id>/cancel", batches.cancel_many, name="cancel_many"),
    path("<slug:slug>/batches/<uuid:batch_id>/undo", batches.undo_many, name="undo_many"),
    path("<slug:slug>/batches/<uuid:batch_id>/send", batches.send_many, name="send_many"),
    path("<slug:slug>/batches/<uuid:batch_id>/columns/", batch_steps.columns, name="batch_columns"),
    path("<slug:slug>/batches/<uuid:batch_id>/options/", batch_steps.options, name="batch_options"),
    path("<slug:slug>/batches/<uuid:batch_id>/approval/", file_approvals.approval, name="batch_approval"),
    path(
        "<slug:slug>/batches/<uuid:batch_id>/record/<slug:body>/",
        file_approvals.record_file_decision,
        name="record_file_decision",
    ),
    path("<slug:slug>/achievements/<uuid:achievement_id>/results/", results_pages.new_results, name="new_results"),
    path("<slug:slug>/results/<uuid:results_id>/", results_pages.results, name="results"),
    path("<slug:slug>/results/<uuid:results_id>/<slug:decision>", results_pages.decide, name="decide_results"),
    path("<slug:slug>/batches/<uuid:batch_id>/failed.csv", batches.failed_rows, name="failed_rows"),
]
