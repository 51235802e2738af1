"""Addresses of approvals: what waits, deciding on it, and recording what others have decided."""

from django.urls import path

from console.views import approvals, file_approvals

urlpatterns = [
    path("<slug:slug>/approvals/", approvals.approvals, name="approvals"),
    path("<slug:slug>/approvals/files/<uuid:batch_id>/", file_approvals.file_approval, name="file_approval"),
    path("<slug:slug>/approvals/<uuid:award_id>/", approvals.approval, name="approval"),
    path("<slug:slug>/awards/<uuid:award_id>/record/<slug:body>/", approvals.record_decision, name="record_decision"),
]
