"""Addresses of the issuers' console: one file for each of its parts."""

from console.urls import (
    administration,
    agreements,
    approvals,
    awards,
    batches,
    editor,
    faculties,
    first_steps,
    governing,
    identity,
    letters,
    many,
    overview,
    people,
    places,
    requests,
    role_proposals,
    roles,
)

app_name = "console"

urlpatterns = [
    *places.urlpatterns,
    *editor.urlpatterns,
    *overview.urlpatterns,
    *batches.urlpatterns,
    *awards.urlpatterns,
    *approvals.urlpatterns,
    *administration.urlpatterns,
    *letters.urlpatterns,
    *faculties.urlpatterns,
    *governing.urlpatterns,
    *roles.urlpatterns,
    *people.urlpatterns,
    *many.urlpatterns,
    *requests.urlpatterns,
    *role_proposals.urlpatterns,
    *first_steps.urlpatterns,
    *identity.urlpatterns,
    *agreements.urlpatterns,
]
