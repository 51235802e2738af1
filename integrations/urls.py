"""Addresses of the machine interfaces."""

from django.urls import path, re_path

from integrations.api import openapi
from integrations.api.achievements import AchievementCollection, AchievementDetail, Publication
from integrations.api.awards import AwardCollection, AwardDetail
from integrations.api.batches import BatchCollection, BatchDetail, Cancellation, Confirmation
from integrations.api.corrections import CorrectionView
from integrations.api.credentials import Reinstatement, Revocation, Suspension
from integrations.api.decisions import Approve, Cancel, Refuse, Waiting
from integrations.api.verify import Verify
from integrations.api.view import Index, Nothing
from integrations.oauth import token
from integrations.vc_api import views as vc_api

app_name = "integrations"

urlpatterns = [
    path("identity/o/api/token", token, name="token"),
    path("api/v1/", Index.as_view(), name="index"),
    path("api/v1/achievements", AchievementCollection.as_view(), name="achievements"),
    path("api/v1/achievements/<uuid:achievement_id>", AchievementDetail.as_view(), name="achievement"),
    path("api/v1/achievements/<uuid:achievement_id>/publish", Publication.as_view(), name="achievement-publish"),
    path("api/v1/awards", AwardCollection.as_view(), name="awards"),
    path("api/v1/awards/waiting", Waiting.as_view(), name="awards-waiting"),
    path("api/v1/awards/<uuid:award_id>", AwardDetail.as_view(), name="award"),
    path("api/v1/awards/<uuid:award_id>/approve", Approve.as_view(), name="award-approve"),
    path("api/v1/awards/<uuid:award_id>/refuse", Refuse.as_view(), name="award-refuse"),
    path("api/v1/awards/<uuid:award_id>/cancel", Cancel.as_view(), name="award-cancel"),
    path("api/v1/batches", BatchCollection.as_view(), name="batches"),
    path("api/v1/batches/<uuid:batch_id>", BatchDetail.as_view(), name="batch"),
    path("api/v1/batches/<uuid:batch_id>/confirm", Confirmation.as_view(), name="batch-confirm"),
    path("api/v1/batches/<uuid:batch_id>/cancel", Cancellation.as_view(), name="batch-cancel"),
    path("api/v1/credentials/<uuid:credential_id>/revoke", Revocation.as_view(), name="credential-revoke"),
    path("api/v1/credentials/<uuid:credential_id>/correct", CorrectionView.as_view(), name="credential-correct"),
    path("api/v1/credentials/<uuid:credential_id>/suspend", Suspension.as_view(), name="credential-suspend"),
    path("api/v1/credentials/<uuid:credential_id>/reinstate", Reinstatement.as_view(), name="credential-reinstate"),
    path("api/v1/verify", Verify.as_view(), name="verify"),
    path("api/schema/", openapi.openapi, name="schema"),
    path("api/docs/", openapi.docs, name="docs"),
    re_path(r"^api/[\s\S]*$", Nothing.as_view(), name="nothing"),
    path("vc-api/", vc_api.about, name="vc-api"),
    path("vc-api/credentials/issue", vc_api.issue, name="vc-api-issue"),
    path("vc-api/issuers/<str:cryptosuite>/credentials/issue", vc_api.issue, name="vc-api-issue-by-suite"),
    path("vc-api/credentials/verify", vc_api.verify_credential, name="vc-api-verify"),
    path("vc-api/presentations/verify", vc_api.verify_presentation, name="vc-api-verify-presentation"),
    path("vc-api/status/<str:purpose>", vc_api.status, name="vc-api-status"),
]
